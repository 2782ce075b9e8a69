/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The message for a missing header names the package that contains the header. */
class MissingHeaderTest {
    @ParameterizedTest
    @CsvSource({
        "bpf/bpf_helpers.h, true, libbpf-dev",
        "asm/types.h, true, linux-libc-dev",
        "asm-generic/int-ll64.h, true, linux-libc-dev",
        "linux/bpf.h, true, linux-libc-dev",
        "rdma/ib_user_verbs.h, true, linux-libc-dev",
        "vmlinux.h, false, bpftool btf dump file /sys/kernel/btf/vmlinux format c",
        "tenant_flows.bpf.h, false, annotationProcessorPaths",
        "gnu/stubs-32.h, false, no C library",
        "my_types.h, false, @External",
    })
    void knowsThePackage(String name, boolean ofSystem, String remedy) {
        MissingHeader header = new MissingHeader(name);

        assertThat(header.isOfSystem()).isEqualTo(ofSystem);
        assertThat(header.remedy()).hasValueSatisfying(text -> assertThat(text).contains(remedy));
    }

    @Test
    void hasNoRemedyForHeadersOfTheUser() {
        assertThat(new MissingHeader("common/parsing.h").remedy()).isEmpty();
        assertThat(new MissingHeader("common/parsing.h").isOfSystem()).isFalse();
    }

    @Test
    void readsErrorsOnly() {
        assertThat(MissingHeader.in(diagnostic(Level.ERROR, "'bpf/x.h' file not found")))
                .contains(new MissingHeader("bpf/x.h"));
        assertThat(MissingHeader.in(diagnostic(
                        Level.ERROR, "'bpf/x.h' file not found with <angled> include; use \"quotes\" instead")))
                .contains(new MissingHeader("bpf/x.h"));
        assertThat(MissingHeader.in(diagnostic(Level.WARNING, "'bpf/x.h' file not found")))
                .isEmpty();
        assertThat(MissingHeader.in(diagnostic(Level.ERROR, "use of undeclared identifier 'y'")))
                .isEmpty();
    }

    private static ClangDiagnostic diagnostic(Level level, String message) {
        return new ClangDiagnostic(level, "", message, List.of());
    }
}
