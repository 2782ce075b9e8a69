/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills a process before each system call that changes something while it attaches, takes over or detaches a pinned link, replaces a struct
 * of functions, or upgrades maps and programs. Events are counted meanwhile. The next process finds one link or none: afterwards its program
 * alone sees each event, and each earlier event was counted once.
 *
 * <p>The seed selects as many kills of each operation as {@code -Dnestmap.kills} says.
 */
@KernelTest
@Timeout(7200)
@Tag("long")
class LinkKillTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 1);

    static Stream<FaultyOperation<?>> operations() {
        return Stream.of(
                ProgramOperation.ATTACH_PINNED,
                ProgramOperation.SWAP,
                ProgramOperation.OVERLAP,
                ProgramOperation.DETACH,
                StructOperation.ATTACH_PINNED,
                StructOperation.REPLACE,
                StructOperation.DETACH,
                StubOperation.UPGRADE,
                UpgradeOperation.UPGRADE);
    }

    /** Names an operation for another process. */
    private static String name(FaultyOperation<?> operation) {
        return operation.getClass().getSimpleName() + "." + operation;
    }

    /** @param process id of the process that makes the events */
    private static FaultScene scene(FaultyOperation<?> operation, Path directory, long process) {
        if (operation instanceof ProgramOperation) {
            return new ProgramScene(directory, BpfObjects.of("faulted"));
        } else if (operation instanceof StructOperation) {
            return new StructScene(directory, process);
        } else if (operation instanceof StubOperation) {
            return new StubScene(directory, process);
        }
        return new UpgradeScene(directory);
    }

    @ParameterizedTest
    @MethodSource("operations")
    <S extends FaultScene> void theNextProcessTakesOver(FaultyOperation<S> operation) throws Throwable {
        if (operation instanceof StructOperation) {
            KernelAssumptions.assume(KernelFeature.STRUCT_OPS_LINKS);
        }
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        try (BpfFs fs = BpfFs.mount()) {
            NetworkNamespace.run(() -> {
                List<String> finished = new ArrayList<>();
                List<Integer> moments = new ArrayList<>(moments(operation, fs.path("recorded"), finished));
                Collections.shuffle(moments, new Random(seed));
                List<Integer> killed = moments.subList(0, Math.min(KILLS, moments.size()));
                long events = 0;
                for (int call : killed) {
                    try {
                        events += check(operation, call, fs.path("killed-" + call), finished);
                    } catch (Throwable e) {
                        throw new AssertionError(
                                name(operation) + ", killed before change " + call + ", seed " + seed, e);
                    }
                }
                System.out.println(name(operation) + ": " + killed.size() + " kills before " + moments.size()
                        + " changes, " + events + " events meanwhile, seed " + seed);
            });
        }
    }

    /** The numbers of the calls that change something, and one more: after the last one. Sets the pins at the end. */
    private static <S extends FaultScene> List<Integer> moments(
            FaultyOperation<S> operation, Path directory, List<String> finished) throws Exception {
        try (S scene = newScene(operation, directory)) {
            operation.prepare(scene);
            operation.run(scene);
            finished.addAll(scene.content());
        }
        try (S scene = newScene(operation, directory)) {
            operation.prepare(scene);
            String output = KillBefore.output(start(operation, KillBefore.NONE, directory), name(operation));
            operation.repeat(scene);
            return IntStream.rangeClosed(0, KillBefore.changes(output)).boxed().toList();
        }
    }

    private static Process start(FaultyOperation<?> operation, int call, Path pins) throws IOException {
        return new ChildVm()
                .start(
                        Killed.class,
                        name(operation),
                        call,
                        pins,
                        ProcessHandle.current().pid());
    }

    @SuppressWarnings("unchecked") // each operation has scenes of its type
    private static <S extends FaultScene> S newScene(FaultyOperation<S> operation, Path directory) {
        return (S) scene(operation, directory, ProcessHandle.current().pid());
    }

    /** Returns how many events there were while the process ran. */
    private static <S extends FaultScene> long check(
            FaultyOperation<S> operation, int call, Path pins, List<String> finished) throws Exception {
        try (S scene = newScene(operation, pins)) {
            operation.prepare(scene);
            Process process = start(operation, call, pins);
            long events = 0;
            while (!process.waitFor(1, TimeUnit.MILLISECONDS)) {
                scene.keepMapsOf(process.toHandle());
                events += scene.count() ? 1 : 0;
            }
            KillBefore.output(process, name(operation));

            operation.repeat(scene);
            operation.requireExactCounts(scene);
            assertThat(scene.content()).isEqualTo(finished);
            return events;
        }
    }

    /** The process that kills itself. */
    static final class Killed {
        public static void main(String[] arguments) {
            FaultyOperation<?> operation = operations()
                    .filter(any -> name(any).equals(arguments[0]))
                    .findFirst()
                    .orElseThrow();
            run(operation, Path.of(arguments[2]), arguments);
        }

        @SuppressWarnings("unchecked") // each operation has scenes of its type
        private static <S extends FaultScene> void run(
                FaultyOperation<S> operation, Path directory, String[] arguments) {
            S scene = (S) scene(operation, directory, Long.parseLong(arguments[3]));
            operation.open(scene);
            KillBefore.run(Integer.parseInt(arguments[1]), () -> operation.run(scene));
        }
    }
}
