/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A section's name yields the type of its program. */
class SectionTableTest {
    /** The name of a section on the page. */
    private static final Pattern CODE = Pattern.compile("`\\.?([\\w.]+)`");

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

    @Test
    void recognizesSleepablePrograms() {
        assertThat("syscall lsm.s/file_open fentry.s/f uprobe.s uprobe.multi.s/a:b iter.s/task new.s/f".split(" "))
                .allMatch(ProgramSection::isSleepable);
        assertThat("xdp tc lsm/file.s kprobe/x.s xdp.frags tracepoint/syscalls/sys_enter_open new/f.s".split(" "))
                .noneMatch(ProgramSection::isSleepable);
    }

    @ParameterizedTest
    @CsvSource({
        // the program, what may interrupt it
        "tc, xdp, false",
        "xdp, cgroup_skb/ingress, false",
        "tc, raw_tp/f, true",
        "cgroup_skb/egress, tc, true",
        "tp/a/b, tc, true",
        "tp/a/b, kprobe/f, false",
        "tp/a/b, uprobe, true",
        "raw_tp/f, raw_tp/g, true",
        "fentry/f, fexit/f, true",
        "fentry/f, syscall, false",
    })
    void knowsWhichProgramsInterruptOthers(String section, String other, boolean interrupts) {
        assertThat(row(section).isInterruptedBy(row(other))).isEqualTo(interrupts);
    }

    /** The page says of which rows of its table a single program may count with any instruction in per-CPU maps: the first one and the last three. */
    @Test
    void agreesWithThePageAboutMissedEvents() throws IOException {
        List<String> table = Files.readAllLines(Path.of("..", "docs", "production", "tracing.md")).stream()
                .dropWhile(line -> !line.startsWith("| programs | what they miss |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        int sections = 0;
        for (int i = 0; i < table.size(); i++) {
            boolean isInterrupted = i > 0 && i < table.size() - 3;
            String programs = table.get(i).split(" \\| ", -1)[0];
            for (MatchResult code : CODE.matcher(programs).results().toList()) {
                String name = code.group(1);
                List<ProgramSection> rows = SectionTable.rows().stream()
                        .filter(row -> (row.name() + "/").startsWith(name + "/"))
                        .toList();
                assertThat(rows)
                        .as(name)
                        .isNotEmpty()
                        .extracting(ProgramSection::interruptsItself)
                        .containsOnly(isInterrupted);
                sections += rows.size();
            }
        }
        assertThat(sections).isGreaterThan(40);
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
    @ValueSource(strings = {"from-container", "egress", "go", "", "x", "2/10", "filter", "tcp", "tpx", "itr", "xdpp"})
    void aNameUnlikeAllOthersHasNoCorrection(String section) {
        assertThat(SectionTable.nearest(section)).isEmpty();
        assertThat(SectionProblem.of(section).orElseThrow().types()).isEmpty();
    }

    /** Other tools accept a name after the section. It must not make the program one of another type. */
    @ParameterizedTest
    @CsvSource({
        "socket/http, socket",
        "socket_filter, socket",
        "tc/lan_ingress_l2, tc",
        "tc_main, tc",
        "classifier/egress, classifier",
        "xdp/pass, xdp",
        "xdp_pass, xdp",
        "xdp.frags/pass, xdp.frags",
        "xdp/devmap/x, xdp/devmap",
        "cgroup/connect4/x, cgroup/connect4",
        "cgroup_skb/ingress/x, cgroup_skb/ingress",
        "sk_skb/stream_parser/x, sk_skb/stream_parser",
        "perf_event/cpu, perf_event",
        "sockops/x, sockops",
        "sk_msg/x, sk_msg",
        "tracepoint__syscalls__sys_enter_open, tracepoint",
        "cgroup/sock_create/x/y, cgroup/sock_create"
    })
    void theBeginningOfASectionTellsTheType(String section, String type) {
        SectionProblem problem = SectionProblem.of(section).orElseThrow();

        assertThat(problem.loadAs()).contains(type);
        assertThat(SectionProblem.ofGiven(type)).isEmpty();
        assertThat(problem.choice()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cgroup/connect, cgroup/connect4 cgroup/connect6 cgroup/connect_unix",
        "cgroup/connect/x, cgroup/connect4 cgroup/connect6 cgroup/connect_unix",
        "cgroup_skb, cgroup_skb/ingress cgroup_skb/egress",
        "cgroup_skb/x, cgroup_skb/ingress cgroup_skb/egress",
        "fentry_open, ''"
    })
    void aSectionWithoutItsFamilyNamesAll(String section, String types) {
        SectionProblem problem = SectionProblem.of(section).orElseThrow();

        assertThat(problem.types()).isEqualTo(types.isEmpty() ? List.of() : List.of(types.split(" ", -1)));
        assertThat(problem.loadAs()).isEmpty();
        assertThat(problem.exampleOfLoadAs()).isEqualTo("...");
    }

    @Test
    void everyRowSaysHowItsProgramsRun() {
        List<ProgramSection> rows = SectionTable.rows();

        assertThat(rows).allMatch(row -> row.kinds().isEmpty() != row.instead().isEmpty());
        assertThat(rows).extracting(ProgramSection::name).doesNotHaveDuplicates();
    }
}
