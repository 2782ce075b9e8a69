/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.Diagnosis.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
    private static final String ALL_USERS = "         0          0 4294967295";

    @ParameterizedTest
    @CsvSource({
        "6.18.44-fc, WORKS",
        "6.1.0-56-amd64, WORKS",
        "7.0.1, WORKS",
        "5.15.0-91-generic, LIMITED",
        "unknown, FAILS"
    })
    void judgesKernels(String release, Verdict verdict) {
        assertThat(SystemChecks.kernel(release).verdict()).isEqualTo(verdict);
    }

    @Test
    void readsTheModeOfLockdown() {
        assertThat(SystemChecks.lockdown("[none] integrity confidentiality").found())
                .isEqualTo("none");
        assertThat(SystemChecks.lockdown("none [integrity] confidentiality").verdict())
                .isEqualTo(Verdict.WORKS);
        assertThat(SystemChecks.lockdown("none integrity [confidentiality]").verdict())
                .isEqualTo(Verdict.LIMITED);
    }

    @Test
    void namesMissingCapabilities() {
        assertThat(ProcessChecks.capabilities("CapEff:\t000001ffffffffff", ALL_USERS)
                        .verdict())
                .isEqualTo(Verdict.WORKS);
        assertThat(ProcessChecks.capabilities("CapEff:\t0000000000000000", ALL_USERS)
                        .found())
                .isEqualTo("this process lacks CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON, CAP_SYS_ADMIN");
        assertThat(ProcessChecks.capabilities("CapEff:\t000000c000001000", ALL_USERS))
                .matches(one -> one.verdict() == Verdict.LIMITED)
                .matches(one -> one.found().equals("this process lacks CAP_SYS_ADMIN"));
        assertThat(ProcessChecks.capabilities("CapEff:\t000001ffffffffff", "0 1000 1")
                        .found())
                .contains("user namespace");
    }

    @Test
    void judgesTheLimitOfOpenFiles() {
        assertThat(ProcessChecks.openFiles("Max open files            1024                 524288               files"))
                .matches(one -> one.verdict() == Verdict.LIMITED)
                .matches(one -> one.found().startsWith("1024:"));
        assertThat(ProcessChecks.openFiles("Max open files            unlimited unlimited files")
                        .verdict())
                .isEqualTo(Verdict.WORKS);
    }

    @Test
    void findsTheBpfFileSystem() {
        assertThat(SystemChecks.bpfFileSystem("proc /proc proc rw 0 0"))
                .matches(one -> one.verdict() == Verdict.FAILS)
                .matches(one -> one.remedy().contains("mount -t bpf bpf /sys/fs/bpf"));
    }
}
