/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.TestPrograms;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The System.Logger uses java.util.logging here: DEBUG is FINE and TRACE is FINER. */
@KernelTest
class LibbpfLogTest {
    private static final String LOGGER = "dev.nestmap.libbpf";

    private final LogRecords log = LogRecords.ofAllLevels(LOGGER);

    @AfterEach
    void close() {
        log.close();
    }

    private List<String> at(Level level) {
        return log.list().stream()
                .filter(record -> record.getLevel().equals(level))
                .map(record -> record.getParameters() == null
                        ? record.getMessage()
                        : String.valueOf(record.getParameters()[0]))
                .toList();
    }

    @Test
    void aWarningInAnExceptionIsLoggedAsDebug() {
        byte[] elf = TestPrograms.object("refused.bpf.c");

        assertBpfException(() -> TestPrograms.load("refused", elf));

        assertThat(at(Level.WARNING)).isEmpty();
        assertThat(at(Level.FINE)).anyMatch(line -> line.contains("R0 invalid mem access"));
    }

    @Test
    void refusedTypesAreTheCauseIfSomethingNeedsThem() {
        String number = "libbpf: Error loading .BTF into kernel: -24. BTF is optional, ignoring.";
        String name = "libbpf: Error loading .BTF into kernel: -EMFILE. BTF is optional, ignoring.";
        List<String> lacking = List.of(
                "missing btf func_info",
                "tail_call is not allowed in subprogs without BTF",
                "libbpf: map 'session': failed to create: Invalid argument(-22)",
                "libbpf: map 'session': failed to create: -EINVAL");

        for (String line : lacking) {
            assertThat(LibbpfLog.firstErrno(22, List.of(number, line))).isEqualTo(Errno.EMFILE.number());
            assertThat(LibbpfLog.firstErrno(22, List.of(name, line))).isEqualTo(Errno.EMFILE.number());
            assertThat(LibbpfLog.lacksTypes(List.of(name, line))).isTrue();
            assertThat(LibbpfLog.firstErrno(22, List.of(line))).isEqualTo(22);
            assertThat(LibbpfLog.lacksTypes(List.of(line))).isFalse();
        }
        assertThat(LibbpfLog.firstErrno(13, List.of(number))).isEqualTo(13);
    }

    @Test
    void aMapThatNeedsTypesFailsForTheReasonOfItsFirstAttempt() {
        String number =
                "libbpf: Error in bpf_create_map_xattr(session):Cannot allocate memory(-12). Retrying without BTF.";
        String name = "libbpf: Error in bpf_create_map_xattr(session): -ENOMEM. Retrying without BTF.";
        String inner = "libbpf: Error in bpf_create_map_xattr(tenant.inner): -ENOMEM. Retrying without BTF.";

        assertThat(firstErrno(number, "libbpf: map 'session': failed to create: Invalid argument(-22)"))
                .isEqualTo(Errno.ENOMEM.number());
        assertThat(firstErrno(name, "libbpf: map 'session': failed to create: -EINVAL"))
                .isEqualTo(Errno.ENOMEM.number());
        assertThat(firstErrno(inner, "libbpf: map 'tenant': failed to create inner map: -EINVAL"))
                .isEqualTo(Errno.ENOMEM.number());
        assertThat(firstErrno(name, "libbpf: map 'other': failed to create: -EINVAL"))
                .as("the second attempt succeeded")
                .isEqualTo(22);
        assertThat(LibbpfLog.firstErrno(7, List.of(number, "libbpf: map 'session': failed to create: -E2BIG")))
                .isEqualTo(7);
    }

    private static int firstErrno(String first, String second) {
        return LibbpfLog.firstErrno(22, List.of(first, second));
    }

    @Test
    void explainsWhyTheKernelsTypesAreMissing() {
        assertThat(LibbpfLog.lackOfKernelTypes(List.of("libbpf: failed to find valid kernel BTF")))
                .contains("/sys/kernel/btf/vmlinux");
        assertThat(LibbpfLog.lackOfKernelTypes(
                        List.of("libbpf: failed to read kernel BTF from '/sys/kernel/btf/vmlinux': -ENOMEM")))
                .isEqualTo("libbpf can't read the kernel's types (BTF): its log below says why");
        assertThat(LibbpfLog.lackOfKernelTypes(List.of("libbpf: map 'session': failed to create: -EINVAL")))
                .isNull();
    }

    @Test
    void informationIsLoggedAsDebugAndDebugAsTrace() {
        TestPrograms.load("nested", TestPrograms.object("nested.bpf.c")).close();

        assertThat(at(Level.WARNING)).isEmpty();
        assertThat(at(Level.FINE)).anyMatch(line -> line.contains("section") && line.contains(".nestmap"));
        assertThat(at(Level.FINER)).isNotEmpty();
    }

    @Test
    void aWarningOfASuccessfulLoadIsLoggedAsWarning() {
        TestPrograms.load("retried", TestPrograms.object("retried.bpf.c")).close();

        assertThat(at(Level.WARNING)).anyMatch(line -> line.contains("Retrying without BTF"));
    }

    @Test
    void aRepeatedWarningIsLoggedOnce() {
        byte[] elf = TestPrograms.object("retried.bpf.c");
        TestPrograms.load("first", elf).close();
        List<String> first = at(Level.WARNING);
        for (int i = 0; i < 20; i++) {
            TestPrograms.load("retried" + i, elf).close();
        }

        assertThat(at(Level.WARNING)).isEqualTo(first);
    }

    @Test
    void aLoggerThatThrowsDoesNotFailTheLoad() {
        byte[] elf = TestPrograms.object("retried.bpf.c");
        boolean hasFailed = true;
        for (int line = 1; hasFailed; line++) {
            try (LogRecords failing = LogRecords.failingAt(line, LOGGER)) {
                TestPrograms.load("retried", elf).close();
                hasFailed = failing.hasFailed();
            }
        }
    }
}
