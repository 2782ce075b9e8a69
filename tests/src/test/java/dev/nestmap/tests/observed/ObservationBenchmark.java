/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.observed;

import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures what the events cost while no recording runs: rounds with and without the listener that writes them, in random order and in CPU
 * time of the thread. This is not a test, so it runs only by name: {@code mvn -pl tests -am verify -Dtest=ObservationBenchmark
 * -Dnestmap.figures -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@EnabledIfSystemProperty(
        named = "nestmap.figures",
        matches = ".*",
        disabledReason = "measures; -Dnestmap.figures runs it")
class ObservationBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 300;
    private long sum;

    @Test
    void emptyOperations() throws ReflectiveOperationException {
        measure(
                "empty operation",
                200_000,
                () -> sum += RunningOperation.of(Operation.Kind.ROTATE, "room", running -> 1L));
    }

    @Test
    void rotationsInMemory() throws ReflectiveOperationException {
        try (ObservedBpf bpf = ObservedBpf.inMemory()) {
            bpf.room().create(1);
            measure(
                    "rotation in memory",
                    200,
                    () -> Objects.requireNonNull(bpf.room().rotate(1)).acknowledge());
        }
    }

    private void measure(String name, int calls, Runnable operation) throws ReflectiveOperationException {
        Field field = OperationListeners.class.getDeclaredField("ALL");
        field.setAccessible(true);
        @SuppressWarnings("unchecked")
        List<OperationListener> listeners = (List<OperationListener>) field.get(null);
        List<OperationListener> installed = List.copyOf(listeners);
        double[] with = new double[ROUNDS];
        double[] without = new double[ROUNDS];
        for (int warmUp = 0; warmUp < 2; warmUp++) {
            for (int round = 0; round < ROUNDS; round++) {
                boolean withFirst = ThreadLocalRandom.current().nextBoolean();
                for (boolean on : new boolean[] {withFirst, !withFirst}) {
                    listeners.clear();
                    listeners.addAll(on ? installed : List.of());
                    long start = THREADS.getCurrentThreadCpuTime();
                    for (int i = 0; i < calls; i++) {
                        operation.run();
                    }
                    (on ? with : without)[round] = (double) (THREADS.getCurrentThreadCpuTime() - start) / calls;
                }
            }
        }
        double[] differences = new double[ROUNDS];
        Arrays.setAll(differences, i -> with[i] - without[i]);
        System.out.printf(
                "%s: without listener %.1f ns, with it %.1f ns; difference in pairs: quartiles %.1f %.1f %.1f ns%n",
                name,
                quantile(without, 0.5),
                quantile(with, 0.5),
                quantile(differences, 0.25),
                quantile(differences, 0.5),
                quantile(differences, 0.75));
    }

    private static double quantile(double[] values, double portion) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round((sorted.length - 1) * portion)];
    }
}
