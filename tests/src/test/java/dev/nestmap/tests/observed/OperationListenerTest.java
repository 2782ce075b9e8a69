/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.observed;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.MemoryFaults;
import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import dev.nestmap.tests.observed.Observed.Guest;
import dev.nestmap.tests.observed.ObservedBpf.GuestMap;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What listeners learn of operations in memory. */
class OperationListenerTest {
    @Test
    void reportsAFailureOnceAndNoneThatNestmapHandles() {
        try (ObservedBpf bpf = ObservedBpf.inMemory();
                RecordedOperations recorded = new RecordedOperations()) {
            assertBpfException(() -> bpf.room().create(1, guests -> {
                for (long guest = 0; guest <= 4; guest++) {
                    guests.put(new Guest(guest, 1, 1));
                }
            }));
            bpf.room().createAll(List.of(1L, 2L));
            assertThatThrownBy(() -> bpf.room().createAll(List.of(1L, 2L, 3L))).isInstanceOf(BatchException.class);
            assertThat(recorded.failures().stream().map(failure -> failure.map() + " " + Errno.of(failure.errno())))
                    .containsExactly("guest_map E2BIG", "room EEXIST", "room EEXIST");
        }
    }

    /** These methods fail while they read a map batch by batch, or create a map. */
    @Test
    void reportsFailuresOfIterationsAndNewMaps() {
        try (ObservedBpf bpf = ObservedBpf.inMemory();
                RecordedOperations recorded = new RecordedOperations()) {
            GuestMap guests = bpf.room().create(1);
            guests.put(new Guest(1, 1, 1));
            List<ThrowingCallable> iterations = List.of(
                    () -> guests.forEach(guest -> {}),
                    () -> guests.forEach(new GuestMap.View(), guest -> {}),
                    () -> guests.forEachBytes((key, value) -> {}),
                    () -> guests.iterator().hasNext(),
                    guests::count,
                    guests::isEmpty,
                    guests::clear);
            for (ThrowingCallable iteration : iterations) {
                failsNext(bpf, "guest_map", MemoryFaults.Call.ITERATE, iteration);
            }
            failsNext(bpf, "guest_map", MemoryFaults.Call.TAKE, () -> guests.getAndRemoveAll(guest -> {}));
            failsNext(
                    bpf, "guest_map", MemoryFaults.Call.CREATE, () -> bpf.room().create(2));
            List<ThrowingCallable> slots = List.of(
                    () -> bpf.room().forEach((key, map) -> {}),
                    () -> bpf.room().keys(),
                    () -> bpf.room().discardAll());
            for (ThrowingCallable iteration : slots) {
                failsNext(bpf, "room", MemoryFaults.Call.ITERATE, iteration);
            }
            assertThat(recorded.failures().stream().map(failure -> failure.operation() + " " + failure.map()))
                    .containsExactlyElementsOf(Stream.of(
                                    Collections.nCopies(7, "iteration guest_map"),
                                    List.of("removal of entries guest_map", "creation guest_map"),
                                    Collections.nCopies(3, "iteration room"))
                            .flatMap(List::stream)
                            .toList());
        }
    }

    private static void failsNext(ObservedBpf bpf, String map, MemoryFaults.Call call, ThrowingCallable operation) {
        MemoryFaults.of(bpf).failNext(map, call, Errno.EPERM);
        assertThatThrownBy(operation).isInstanceOf(BpfException.class);
    }

    @Test
    void reportsEachOperationOnSlots() {
        try (ObservedBpf bpf = ObservedBpf.inMemory();
                RecordedOperations recorded = new RecordedOperations()) {
            bpf.room().createAll(List.of(1L, 2L));
            bpf.room().replace(2, guests -> {});
            bpf.room().create(3);
            bpf.room().discard(3);
            List<Displaced<Long, GuestMap>> rotated = bpf.room().rotateAll(List.of(1L, 2L, 4L));
            assertThat(rotated).hasSize(2);
            discardDisplaced(rotated);
            Objects.requireNonNull(bpf.room().take(2)).acknowledge();
            assertThat(recorded.operations().stream()
                            .filter(operation -> operation.kind() != Operation.Kind.PUBLISH)
                            .map(operation -> operation.kind() + " " + operation.name() + " " + operation.changed()
                                    + " " + operation.failed()))
                    .containsExactly(
                            "CREATE room 2 0",
                            "REPLACE room 1 0",
                            "CREATE room 1 0",
                            "DISCARD room 1 0",
                            "ROTATE room 2 0",
                            "TAKE room 1 0");
            assertThat(recorded.of(Operation.Kind.PUBLISH)
                            .mapToLong(Operation::changed)
                            .sum())
                    .isEqualTo(8);
        }
    }

    @Test
    void reportsMissesAndErrors() {
        try (ObservedBpf bpf = ObservedBpf.inMemory();
                RecordedOperations recorded = new RecordedOperations()) {
            bpf.room().request(1);
            bpf.room().request(2);
            bpf.room().serveRequests(served -> {}).close();
            GuestMap guests = Objects.requireNonNull(bpf.room().get(1));
            for (long number = 0; number < 4; number++) {
                guests.put(new Guest(number, 1, 90));
            }
            assertThatThrownBy(() -> guests.put(new Guest(4, 1, 90))).isInstanceOf(BpfException.class);
            bpf.room().discard(3); // nothing is there, which is no error
            assertThat(recorded.misses().stream().mapToLong(Misses::keys).sum()).isEqualTo(2);
            assertThat(recorded.failures())
                    .containsExactly(new RecordedOperations.Failure("update", "guest_map", Errno.E2BIG.number()));
        }
    }
}
