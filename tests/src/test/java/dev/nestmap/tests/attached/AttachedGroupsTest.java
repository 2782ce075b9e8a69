/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.attached.AttachedGroups.Caller;
import dev.nestmap.tests.attached.AttachedGroups.Calls;
import dev.nestmap.tests.attached.AttachedGroupsBpf.CallsMap;
import dev.nestmap.tests.maptypes.ControlGroups;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import jnr.ffi.Platform;
import org.junit.jupiter.api.Test;

/** An attached program counts system calls in the storage of the caller's control group. */
@KernelTest
class AttachedGroupsTest {
    private static final long TENANT = 1;
    private static final int CALLS = 1000;

    /** Number of the system call {@code getppid}: on x86-64, otherwise the one in {@code asm-generic/unistd.h}. */
    private static final long GETPPID = Platform.getNativePlatform().getCPU() == Platform.CPU.X86_64 ? 110 : 173;

    @InstalledClang.Each
    void countsInTheStorageOfTheControlGroup(InstalledClang clang) {
        KernelAssumptions.assume(KernelFeature.CGRP_STORAGE);
        int group = Descriptors.open(ControlGroups.ofThisProcess().toString());
        try (AttachedGroupsBpf bpf = AttachedGroupsBpf.load(BpfObjects.of("attached_groups", clang))) {
            CallsMap calls = bpf.callsBy().create(TENANT);
            bpf.caller().put(new Caller(Descriptors.threadId(), TENANT, GETPPID));
            bpf.program("enter").attach();

            call(CALLS);
            assertThat(calls.get(group)).isEqualTo(new Calls(CALLS));

            DrainedMap.drain(
                    bpf.callsBy().rotate(TENANT),
                    drained -> assertThat(drained.get(group)).isEqualTo(new Calls(CALLS)));
            call(3);
            assertThat(bpf.callsBy().getOrCreate(TENANT).get(group)).isEqualTo(new Calls(3));
        } finally {
            Descriptors.close(group);
        }
    }

    /** A record with the id as its key finds what programs count by {@code bpf_get_current_cgroup_id()}. */
    @Test
    void theIdOfAGroupIsTheOneThatProgramsSee() {
        String ofThisThread = "(__u32)bpf_get_current_pid_tgid() == " + Descriptors.threadId();
        try (HitCounter counter = HitCounter.load(
                "raw_tp", 0, "-DADDS=(" + ofThisThread + " && !*count ? bpf_get_current_cgroup_id() : 0)")) {
            counter.program().attach(Tracepoint.Raw.of("sys_enter"));
            call(1);
            assertThat(counter.count())
                    .isEqualTo(Cgroup.of(ControlGroups.ofThisProcess()).id());
        }
        assertBpfException(() -> Cgroup.of(Path.of("/absent")).id()).hasMessageContaining("/absent");
    }

    private static void call(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(Descriptors.parentProcessId()).isPositive();
        }
    }
}
