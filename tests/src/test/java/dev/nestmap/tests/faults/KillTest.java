/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process before each system call that changes something, in each operation: that is also after each such call. The next process
 * finds the pins as they were before or after the operation, and counts each packet once.
 *
 * <p>The seed selects operations, and one kill of each, as many as {@code -Dnestmap.kills} says; if that is more than there are operations, more
 * kills of each.
 */
@KernelTest
@Timeout(7200)
@Tag("long")
class KillTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 8);
    private final Path object = BpfObjects.of("pinned");
    private int scenes;

    @TempDir
    private Path directory;

    /** A moment of an operation. */
    private record Moment(PinnedOperation operation, int call, List<String> finished) {
        @Override
        public String toString() {
            return operation + ", killed before change " + call;
        }
    }

    @Test
    void theNextProcessRecovers() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        long start = System.nanoTime();
        ExecutorService processes = Executors.newFixedThreadPool(2);
        try (BpfFs fs = BpfFs.mount()) {
            List<Future<?>> runs = new ArrayList<>();
            for (Moment moment : moments(fs, new Random(seed))) {
                Path pins = newScene(fs);
                runs.add(processes.submit(() -> check(moment, pins)));
            }
            for (Future<?> run : runs) {
                try {
                    run.get();
                } catch (ExecutionException e) {
                    throw new AssertionError("seed " + seed, e.getCause());
                }
            }
            System.out.println(runs.size() + " kills in " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)
                    + " s, seed " + seed);
        } finally {
            processes.shutdownNow();
            processes.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private List<Moment> moments(BpfFs fs, Random random) throws Exception {
        List<PinnedOperation> operations = new ArrayList<>(List.of(PinnedOperation.values()));
        Collections.shuffle(operations, random);
        List<Moment> moments = new ArrayList<>();
        for (PinnedOperation operation : operations.subList(0, Math.min(KILLS, operations.size()))) {
            List<String> finished;
            try (PinnedScene scene = new PinnedScene(newScene(fs), object)) {
                operation.prepare(scene);
                operation.run(scene);
                finished = scene.content();
            }
            Path pins = newScene(fs);
            try (PinnedScene scene = new PinnedScene(pins, object)) {
                operation.prepare(scene);
                scene.closeAll();
                String output =
                        KillBefore.output(start(operation, KillBefore.NONE, pins, newLedger()), operation.name());
                int changes = KillBefore.changes(output);
                List<Integer> calls = // also after the last one
                        new ArrayList<>(
                                IntStream.rangeClosed(0, changes).boxed().toList());
                Collections.shuffle(calls, random);
                calls.stream()
                        .limit(Math.max(1, KILLS / operations.size()))
                        .forEach(call -> moments.add(new Moment(operation, call, finished)));
            }
        }
        return moments;
    }

    private Path newLedger() throws IOException {
        return Files.createTempFile(directory, "ledger", "");
    }

    private Process start(PinnedOperation operation, int call, Path pins, Path ledger) throws IOException {
        return new ChildVm().start(Killed.class, operation.name(), call, pins, object, ledger);
    }

    private synchronized Path newScene(BpfFs fs) {
        return fs.path("scene" + scenes++);
    }

    private Void check(Moment moment, Path pins) throws Exception {
        Path ledger = newLedger();
        try (PinnedScene scene = new PinnedScene(pins, object)) {
            moment.operation().prepare(scene);
            scene.closeAll();
            List<String> before = scene.content();
            KillBefore.output(start(moment.operation(), moment.call(), pins, ledger), moment.toString());

            scene.readDrained(ledger);
            moment.operation().recover(scene);
            assertThat(scene.content()).as("pins: %s", moment).isIn(before, moment.finished());
        }
        return null;
    }

    /** The process that kills itself. */
    static final class Killed {
        public static void main(String[] arguments) {
            PinnedOperation operation = PinnedOperation.valueOf(arguments[0]);
            PinnedScene scene = new PinnedScene(Path.of(arguments[2]), Path.of(arguments[3]));
            scene.writeDrained(Path.of(arguments[4]));
            operation.open(scene);
            KillBefore.run(Integer.parseInt(arguments[1]), () -> operation.run(scene));
        }
    }
}
