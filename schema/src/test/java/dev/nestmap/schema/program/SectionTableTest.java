/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionTableTest {
    private static ProgramSection row(String section) {
        return ProgramSection.of(section).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "xdp, XDP, XDP",
        "tcx/ingress, SCHED_CLS, TCX_INGRESS",
        "kprobe.session/vfs_*, KPROBE, TRACE_KPROBE_SESSION",
        "lsm.s/file_open, LSM, LSM_MAC",
        "cgroup/connect_unix, CGROUP_SOCK_ADDR, CGROUP_UNIX_CONNECT"
    })
    void aSectionHasATypeAndAnAttachType(String section, ProgramType type, AttachType attachType) {
        assertThat(row(section).type()).isEqualTo(type);
        assertThat(row(section).attachType()).isEqualTo(attachType);
    }

    /** The numbers are part of the kernel's interface and never change. */
    @Test
    void hasTheKernelsNumbers() {
        assertThat(ProgramType.XDP.number()).isEqualTo(6);
        assertThat(ProgramType.NETFILTER.number()).isEqualTo(32);
        assertThat(AttachType.XDP.number()).isEqualTo(37);
        assertThat(AttachType.TCX_INGRESS.number()).isEqualTo(46);
        assertThat(AttachType.TRACE_UPROBE_SESSION.number()).isEqualTo(57);
        assertThat(row("tc").attachTypeNumber()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xpd", "xdp/", "xdp/eth0", "tcx", "kprobes/f", "from-container", "", "tp.", "cgroup"})
    void otherSectionsAreUnknown(String section) {
        assertThat(ProgramSection.of(section)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "kprobe/do_unlinkat, do_unlinkat",
        "kprobe, ''",
        "tp/syscalls/sys_enter_openat, syscalls/sys_enter_openat",
        "uprobe//usr/lib/libc.so.6:malloc, /usr/lib/libc.so.6:malloc"
    })
    void theTargetFollowsTheName(String section, String target) {
        assertThat(row(section).targetIn(section)).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "syscall",
                "lsm.s/file_open",
                "fentry.s/f",
                "uprobe.s",
                "uprobe.multi.s/a:b",
                "iter.s/task",
                "new.s/f"
            })
    void recognizesSleepablePrograms(String section) {
        assertThat(ProgramSection.isSleepable(section)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xdp",
                "tc",
                "lsm/file.s",
                "kprobe/x.s",
                "xdp.frags",
                "tracepoint/syscalls/sys_enter_open",
                "new/f.s"
            })
    void recognizesProgramsThatDoNotSleep(String section) {
        assertThat(ProgramSection.isSleepable(section)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kprobe",
                "kretprobe/f",
                "kprobe.multi/f",
                "uprobe.s/a:b",
                "ksyscall/open",
                "usdt",
                "tp/sched/sched_switch",
                "tracepoint/syscalls/sys_enter_open",
                "raw_tp/sys_enter",
                "raw_tracepoint.w/f",
                "perf_event"
            })
    void recognizesTracingPrograms(String section) {
        assertThat(row(section).isTracing()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tp_btf/f", "fentry/f", "lsm/f", "iter/task", "tc", "xdp", "socket", "syscall"})
    void recognizesProgramsThatDoNotTrace(String section) {
        assertThat(row(section).isTracing()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "xpd, xdp",
        "xdp_frags, xdp.frags",
        "kprob/do_unlinkat, kprobe/do_unlinkat",
        "cgroup_skb/ingres, cgroup_skb/ingress",
        "tracepiont/sched/sched_switch, tracepoint/sched/sched_switch",
        "classifer, classifier",
        "sk_lokup, sk_lookup"
    })
    void aTypingMistakeHasACorrection(String section, String correction) {
        assertThat(SectionTable.nearest(section)).contains(correction);
    }

    @ParameterizedTest
    @CsvSource({
        "fentry, fentry/do_unlinkat",
        "fexit.s, fexit.s/do_unlinkat",
        "fmod_ret, fmod_ret/security_file_open",
        "tp_btf, tp_btf/sched_switch",
        "iter.s, iter.s/task",
        "lsm, lsm/file_open",
        "lsm.s, lsm.s/file_open",
        "lsm_cgroup, lsm_cgroup/socket_bind"
    })
    void aMissingTargetHasAnExample(String section, String example) {
        assertThat(SectionProblem.ofGiven(section).flatMap(SectionProblem::suggestion))
                .contains(example);
        assertThat(SectionProblem.ofGiven(example)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"from-container", "egress", "go", "", "x", "2/10"})
    void aNameUnlikeAllOthersHasNoCorrection(String section) {
        assertThat(SectionTable.nearest(section)).isEmpty();
    }

    @Test
    void everyRowSaysHowItsProgramsRun() {
        List<ProgramSection> rows = SectionTable.rows();

        assertThat(rows).allMatch(row -> row.kinds().isEmpty() != row.instead().isEmpty());
        assertThat(rows).extracting(ProgramSection::name).doesNotHaveDuplicates();
    }
}
