/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.observed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.observe.Uncounted;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A listener that keeps what it was told, until it is closed. */
public final class RecordedOperations implements OperationListener, AutoCloseable {
    private final List<Operation> operations = new CopyOnWriteArrayList<>();
    private final List<Misses> misses = new CopyOnWriteArrayList<>();
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final List<Uncounted> uncounted = new CopyOnWriteArrayList<>();
    private final List<Acknowledged> acknowledged = new CopyOnWriteArrayList<>();

    record Failure(String operation, @Nullable String map, int errno) {}

    /** Starts to listen. */
    public RecordedOperations() {
        Nestmap.addListener(this);
    }

    @Override
    public Consumer<Operation> started(Operation.Kind kind, String name) {
        return operations::add;
    }

    @Override
    public void missed(Misses missed) {
        misses.add(missed);
    }

    @Override
    public void failed(String operation, @Nullable String map, int errno) {
        failures.add(new Failure(operation, map, errno));
    }

    @Override
    public void uncounted(Uncounted additions) {
        uncounted.add(additions);
    }

    @Override
    public void acknowledged(Acknowledged map) {
        acknowledged.add(map);
    }

    /** In the order of their ends. */
    Stream<Operation> of(Operation.Kind kind) {
        return operations.stream().filter(operation -> operation.kind() == kind);
    }

    Operation only(Operation.Kind kind) {
        List<Operation> found = of(kind).toList();
        assertThat(found).as("%s in %s", kind, operations).hasSize(1);
        return found.get(0);
    }

    List<Operation> operations() {
        return operations;
    }

    List<Misses> misses() {
        return misses;
    }

    List<Failure> failures() {
        return failures;
    }

    public List<Uncounted> uncounted() {
        return uncounted;
    }

    public List<Acknowledged> acknowledged() {
        return acknowledged;
    }

    @Override
    public void close() {
        Nestmap.removeListener(this);
    }
}
