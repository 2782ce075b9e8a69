/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BusyThreads;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.upgrade.Stubbed.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Upgrades of programs whose links the kernel can't update, without a gap and without an overlap: a stub stays attached and jumps through a
 * program array. The guide shows this pattern.
 */
@KernelTest
@Timeout(300) // in an emulated machine
class StubUpgradeTest extends PinningTest {
    private static final int UPGRADES = 50;

    /** A slow machine makes fewer upgrades: at least this number, and those that begin in a second. */
    private static final int UPGRADES_AT_LEAST = 5;

    private static final int CALLERS = 2;
    private static final boolean IS_X86 = "amd64".equals(System.getProperty("os.arch"));

    /** Where the stub is attached: what runs once for each call of getpgid. */
    enum Place {
        /** Runs for every system call. The second argument is the number of the call. */
        RAW_TRACEPOINT("raw_tp/sys_enter"),
        TP_BTF("tp_btf/sys_enter"),
        TRACEPOINT("tp/syscalls/sys_enter_getpgid", KernelOption.TRACEPOINTS),
        KPROBE("kprobe/" + function(), KernelOption.KPROBES),
        KRETPROBE("kretprobe/" + function(), KernelOption.KPROBES),
        FENTRY("fentry/" + function(), KernelOption.FENTRY),
        FEXIT("fexit/" + function(), KernelOption.FENTRY),
        FMOD_RET("fmod_ret/security_task_getpgid", KernelOption.FENTRY),
        LSM("lsm/task_getpgid", KernelOption.LSM),
        KPROBE_MULTI("kprobe.multi/" + function(), KernelFeature.KPROBE_MULTI),
        UPROBE("uprobe/libc.so.6:getpgid"),
        URETPROBE("uretprobe/libc.so.6:getpgid"),
        UPROBE_MULTI("uprobe.multi/libc.so.6:getpgid", KernelFeature.UPROBE_MULTI);

        private final String section;

        @SuppressWarnings("ImmutableEnumChecker") // the function captures a constant
        private final Runnable assumption;

        Place(String section) {
            this(section, () -> {});
        }

        Place(String section, KernelOption option) {
            this(section, option::assume);
        }

        Place(String section, KernelFeature feature) {
            this(section, () -> KernelAssumptions.assume(feature));
        }

        Place(String section, Runnable assumption) {
            this.section = section;
            this.assumption = assumption;
        }

        private static String function() {
            return IS_X86 ? "__x64_sys_getpgid" : "__arm64_sys_getpgid";
        }

        void assume() {
            assumption.run();
        }

        /** The kernel counts skipped runs of all events, which for some places are more than the calls that the program counts. */
        void assertAllCounted(long called, long counted, long skipped) {
            if (runsForEverySystemCall()) {
                assertThat(called).isBetween(counted, counted + skipped);
            } else {
                assertThat(counted + skipped).isEqualTo(called);
            }
        }

        private boolean runsForEverySystemCall() {
            return section.endsWith("/sys_enter");
        }

        Path object() {
            String isCall = runsForEverySystemCall() ? " && ((__u64 *)ctx)[1] == " + (IS_X86 ? 121 : 155) : "";
            return BpfObjects.of("stubbed", "-DSECTION=\"" + section + "\"", "-DIS_COUNTED=IS_OF_PROCESS" + isCall);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachCallIsCountedByOneVersion(Place place) throws Exception {
        place.assume();
        StubbedBpf current = start(place, 0);
        try (BusyThreads callers = new BusyThreads();
                StubbedBpf unchanged = StubbedBpf.open(place.object())
                        .config(new Config(ProcessHandle.current().pid(), 0))
                        .pins(PinOptions.in(fs.path("unchanged")))
                        .load()) {
            unchanged.count().attach();
            for (int i = 0; i < CALLERS; i++) {
                callers.start(() -> callUntilOver(callers));
            }
            int upgrades = 0;
            while (upgrades < UPGRADES_AT_LEAST
                    || ((upgrades < UPGRADES || !bothHaveCounted(current))
                            && callers.goesOn(bothHaveCounted(current)))) {
                upgrades++;
                StubbedBpf next = start(place, upgrades % 2);
                current.close();
                current = next;
            }
            long called = callers.end();
            long even = counted(current, 0);
            long odd = counted(current, 1);
            long skipped = skipped(stubId());
            long direct = counted(unchanged, 0);
            long skippedDirectly = skipped(unchanged.count().id());
            System.out.printf(
                    "%s: %d upgrades, %d calls, %d counted, %d skipped; without a stub %d counted, %d skipped%n",
                    place, upgrades, called, even + odd, skipped, direct, skippedDirectly);
            place.assertAllCounted(called, even + odd, skipped);
            place.assertAllCounted(called, direct, skippedDirectly);
        } finally {
            current.close();
        }
        Nestmap.openPinnedLink(fs.path("stub")).detach();
    }

    /** What each run of a service does when it starts. */
    private StubbedBpf start(Place place, int version) {
        StubbedBpf bpf = StubbedBpf.open(place.object())
                .config(new Config(ProcessHandle.current().pid(), version))
                .pins(pins)
                .load();
        bpf.current().put(0L, bpf.count()); // from the next event on, this version runs
        if (!Files.exists(fs.path("stub"))) {
            try (KernelLink link = bpf.stub().attach()) {
                link.pin(LinkPin.at(fs.path("stub")));
            }
        }
        return bpf;
    }

    private int stubId() {
        try (KernelLink link = Nestmap.openPinnedLink(fs.path("stub"))) {
            return link.info().programId();
        }
    }

    /** How often the kernel did not run the program, because a thread that had been interrupted in it had the same CPU. */
    private static long skipped(int program) {
        return Objects.requireNonNull(ProgramInfo.ofId(program)).statistics().recursionMisses();
    }

    private static long callUntilOver(BusyThreads callers) {
        int process = Math.toIntExact(ProcessHandle.current().pid()); // for 0, no security hook is called
        long calls = 0;
        while (!callers.isOver()) {
            Descriptors.askForProcessGroup(process);
            calls++;
        }
        return calls;
    }

    private static boolean bothHaveCounted(StubbedBpf bpf) {
        return counted(bpf, 0) > 0 && counted(bpf, 1) > 0;
    }

    private static long counted(StubbedBpf bpf, long version) {
        return Objects.requireNonNull(bpf.calls().get(version)).count();
    }
}
