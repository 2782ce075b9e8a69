/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.OneCpu;
import dev.nestmap.tests.maptypes.ControlGroups;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two programs share per-CPU maps. One sees datagrams that threads send, the other those that arrive, for which the kernel interrupts the
 * threads. The generated helper loses no count.
 */
@KernelTest
@Timeout(120)
@ExtendWith(NetworkNamespace.class)
class SharedCountsTest {
    private static final int SENDERS = 2;
    private static final int DATAGRAMS = 20_000;
    private static final int MOST_ROUNDS = 30;

    /** Two programs, and whether one can interrupt the other. */
    @SuppressWarnings("ImmutableEnumChecker") // the suppliers only create hooks
    enum Pair {
        CGROUP("cgroup_skb/egress", "cgroup_skb/ingress", 1, true, Pair::group, Pair::group),
        /** The kernel handles no received packets while it runs the program for a sent one. */
        TC("tc", "classifier", 0, false, () -> Tc.egress("lo"), () -> Tc.ingress("lo")),
        /** The kernel excludes only runs of the same program. */
        RAW_TRACEPOINT(
                "raw_tp/sys_enter",
                "raw_tp/netif_receive_skb",
                0,
                true,
                () -> Tracepoint.Raw.of("sys_enter"),
                () -> Tracepoint.Raw.of("netif_receive_skb"));

        private final String first;
        private final String second;
        private final int result;
        private final boolean interrupts;
        private final Supplier<Hook<? super Hook.AnyKind, ?>> ofThreads;
        private final Supplier<Hook<? super Hook.AnyKind, ?>> ofArrivals;

        Pair(
                String first,
                String second,
                int result,
                boolean interrupts,
                Supplier<Hook<? super Hook.AnyKind, ?>> ofThreads,
                Supplier<Hook<? super Hook.AnyKind, ?>> ofArrivals) {
            this.first = first;
            this.second = second;
            this.result = result;
            this.interrupts = interrupts;
            this.ofThreads = ofThreads;
            this.ofArrivals = ofArrivals;
        }

        private static Hook<? super Hook.AnyKind, ?> group() {
            return Cgroup.of(ControlGroups.ofThisProcess());
        }

        InterruptedBpf load() {
            return InterruptedBpf.load(BpfObjects.of(
                    "interrupted", "-DFIRST=\"" + first + "\"", "-DSECOND=\"" + second + "\"", "-DRESULT=" + result));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theHelperLosesNoCountOfProgramsThatShareAMap(Pair pair) throws Exception {
        handleArrivalsOnFirstCpu();
        try (InterruptedBpf maps = pair.load()) {
            int rounds = 0;
            do {
                round(maps, pair);
                rounds++;
                assertThat(byHelper(maps)).isEqualTo(runs(maps));
            } while (pair.interrupts && plain(maps) == runs(maps) && rounds < MOST_ROUNDS);
            long lost = runs(maps) - plain(maps);
            System.out.println(
                    pair + ": " + runs(maps) + " runs, " + lost + " counts lost without atomic instructions");

            assertThat(runs(maps)).isGreaterThanOrEqualTo(SENDERS * DATAGRAMS);
            if (pair.interrupts) {
                assumeTrue(lost > 0, "no program was interrupted");
            } else {
                assertThat(lost).isZero();
            }
        }
    }

    /** The first CPU handles the datagrams that threads on other CPUs send: it interrupts the thread that runs there. */
    private static void handleArrivalsOnFirstCpu() throws Exception {
        Process steering = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t sysfs sysfs /sys && echo 1 > /sys/class/net/lo/queues/rx-0/rps_cpus")
                .inheritIO()
                .start();
        assertThat(steering.onExit().join().exitValue()).isZero();
    }

    private static void round(InterruptedBpf maps, Pair pair) throws Exception {
        try (LoopbackSocket receiver = LoopbackSocket.sharing(0);
                Link ofThreads = maps.program("first").attach(pair.ofThreads.get());
                Link ofArrivals = maps.program("second").attach(pair.ofArrivals.get())) {
            assertThat(List.of(ofThreads, ofArrivals)).doesNotHaveDuplicates();
            Await.inThreads(SENDERS, i -> {
                int sent = 0;
                try (OneCpu pinned = OneCpu.pin(i % Runtime.getRuntime().availableProcessors());
                        LoopbackSocket sender = LoopbackSocket.sendingTo(receiver.port())) {
                    assertThat(pinned).isNotNull();
                    for (; sent < DATAGRAMS; sent++) {
                        sender.send("datagram");
                    }
                }
                return sent;
            });
        }
        Nestmap.awaitGracePeriod(); // the programs are detached, but may still run
    }

    private static long runs(InterruptedBpf maps) {
        return Objects.requireNonNull(maps.run().get(0)).count();
    }

    private static long byHelper(InterruptedBpf maps) {
        return Objects.requireNonNull(maps.byHelper().get(0)).stream()
                .mapToLong(Interrupted.ByHelper::count)
                .sum();
    }

    private static long plain(InterruptedBpf maps) {
        return Objects.requireNonNull(maps.plain().get(0)).stream()
                .mapToLong(Interrupted.Plain::count)
                .sum();
    }
}
