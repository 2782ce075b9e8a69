/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills a process before each system call that changes something while it attaches, takes over or detaches a pinned link. The next process
 * finds one link or none: afterwards its program alone sees each packet.
 *
 * <p>The seed selects as many kills of each operation as {@code -Dnestmap.kills} says.
 */
@KernelTest
@Timeout(7200)
class LinkKillTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 2);
    private final Path object = BpfObjects.of("faulted");

    @ParameterizedTest
    @EnumSource(names = {"ATTACH_PINNED", "SWAP", "OVERLAP", "DETACH"})
    void theNextProcessTakesOver(ProgramOperation operation) throws Throwable {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        try (BpfFs fs = BpfFs.mount()) {
            NetworkNamespace.run(() -> {
                List<String> finished = new ArrayList<>();
                List<Integer> moments = new ArrayList<>(moments(operation, fs.path("recorded"), finished));
                Collections.shuffle(moments, new Random(seed));
                for (int call : moments.subList(0, Math.min(KILLS, moments.size()))) {
                    try {
                        check(operation, call, fs.path("killed-" + call), finished);
                    } catch (Throwable e) {
                        throw new AssertionError(operation + ", killed before change " + call + ", seed " + seed, e);
                    }
                }
                System.out.println(operation + ": kills before " + moments.size() + " changes, seed " + seed);
            });
        }
    }

    /** The numbers of the calls that change something, and one more: after the last one. Sets the pins at the end. */
    private List<Integer> moments(ProgramOperation operation, Path directory, List<String> finished) {
        List<SystemCall> changes = Collections.synchronizedList(new ArrayList<>());
        try (WatchedThread thread = new WatchedThread();
                ProgramScene scene = new ProgramScene(directory, object)) {
            operation.prepare(scene);
            thread.run(
                    call -> {
                        if (call.changes()) {
                            changes.add(call);
                        }
                        return null;
                    },
                    () -> operation.run(scene));
            finished.addAll(scene.content());
        }
        return IntStream.rangeClosed(0, changes.size()).boxed().toList();
    }

    private void check(ProgramOperation operation, int call, Path directory, List<String> finished) throws Exception {
        try (ProgramScene scene = new ProgramScene(directory, object)) {
            operation.prepare(scene);
            Process process = new ChildVm()
                    .start(
                            Killed.class,
                            operation.name(),
                            String.valueOf(call),
                            directory.toString(),
                            object.toString());
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isEqualTo(KillBefore.STATUS);

            if (operation != ProgramOperation.DETACH || Files.exists(scene.pin())) {
                operation.run(scene);
            }
            operation.requireExactCounts(scene);
            assertThat(scene.content()).isEqualTo(finished);
        }
    }

    /** The process that kills itself. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] arguments) {
            ProgramOperation operation = ProgramOperation.valueOf(arguments[0]);
            KillBefore kill = new KillBefore(Integer.parseInt(arguments[1]));
            ProgramScene scene = new ProgramScene(Path.of(arguments[2]), Path.of(arguments[3]));
            scene.load();
            new WatchedThread().run(kill, () -> {
                operation.run(scene);
                WatchedThread.killThisProcess();
            });
        }
    }
}
