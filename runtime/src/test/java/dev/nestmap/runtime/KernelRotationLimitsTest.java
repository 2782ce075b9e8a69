/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Rotation is exact, or says that it can't be. */
@KernelTest
class KernelRotationLimitsTest extends PinnedTest {
    private static final int ROTATIONS = 100;
    private static final int BURST = 1000;

    private final Set<MapIdentity> identities = ConcurrentHashMap.newKeySet();

    @Test
    void twoRotatorsOnOneKeyLoseNothing() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (Network network = load()) {
            network.tenant().create(42L);
            Future<Long> load = threads.submit(() -> send(network.program("count_or_add"), over));
            Callable<Long> rotator = () -> rotate(network);
            List<Future<Long>> rotators = List.of(threads.submit(rotator), threads.submit(rotator));
            long drained = rotators.get(0).get() + rotators.get(1).get();
            over.set(true);
            long sent = load.get();
            long left = drain(Objects.requireNonNull(network.tenant().take(42L)));

            assertThat(drained + left).isEqualTo(sent);
            assertThat(identities).as("each map is handed out once").hasSize(2 * ROTATIONS + 1);
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    @Test
    void rejectsARotationBesideASyscallProgram() throws IOException {
        try (Network network = Network.load(object("-DSLEEPABLE"))) {
            network.tenant().getOrCreate(42L);

            assertThatThrownBy(() -> network.tenant().rotate(42L))
                    .hasMessageContaining("count_call")
                    .hasMessageContaining("unchecked()");
            assertThat(network.shard().rotate(1L))
                    .as("no program uses this one")
                    .isNull();
            assertThat(drained(network.tenant()
                            .expert()
                            .unchecked()
                            .rotateAll(List.of(42L))
                            .get(0)))
                    .isNotNull();
        }
    }

    @Test
    void aSecondProcessIsRejected() throws IOException {
        Path object = object();
        try (Network network = Network.load(object, pins)) {
            network.tenant().create(42L);
            Objects.requireNonNull(network.tenant().rotate(42L)).acknowledge();

            assertThat(new ChildVm().run(Second.class, object, fs.path("")))
                    .contains("rotation of map tenant, key 42: EAGAIN (11): process "
                            + ProcessHandle.current().pid() + " owns the pins in " + fs.path(""));
        }
        assertThat(new ChildVm().run(Second.class, object, fs.path(""))).contains("rotated");
    }

    private long rotate(Network network) {
        long drained = 0;
        for (int i = 0; i < ROTATIONS; i++) {
            drained += drain(Objects.requireNonNull(network.tenant().rotate(42L)));
        }
        return drained;
    }

    private long drain(Displaced<Long, FlowMap> displaced) {
        identities.add(displaced.identity());
        List<Flow> entries = new ArrayList<>();
        displaced.map().forEach(entries::add);
        displaced.acknowledge();
        return entries.stream().mapToLong(Flow::packets).sum();
    }

    private static long send(UntypedProgram program, AtomicBoolean over) {
        long sent = 0;
        TestRun.Input burst = TestRun.Input.packet(new byte[64]).withRepeat(BURST);
        while (!over.get()) {
            program.testRun(burst);
            sent += BURST;
        }
        return sent;
    }

    /** Rotates, or says why it may not. */
    static final class Second {
        private Second() {}

        public static void main(String[] arguments) {
            try (Network network = Network.load(Path.of(arguments[0]), PinOptions.in(Path.of(arguments[1])))) {
                Objects.requireNonNull(network.tenant().rotate(42L)).acknowledge();
                System.out.println("rotated");
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
