/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.lint.Finding;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The doctor judges kernels and systems as the page of systems says. */
class DoctorTest {
    @ParameterizedTest
    @CsvSource({"6.18.44-fc, NOTE", "6.1.0-56-amd64, NOTE", "7.0.1, NOTE", "5.15.0-91-generic, ERROR", "unknown, ERROR"
    })
    void judgesKernels(String release, Severity severity) {
        assertThat(SystemChecks.kernel(release).severity()).isEqualTo(severity);
    }

    /** libbpf rejects objects with externs of the configuration if it can't read it, as in many containers. */
    @Test
    void namesTheConfigurationThatLibbpfReads(@TempDir Path directory) throws IOException {
        Path boot = directory.resolve("config-6.18");
        Path proc = directory.resolve("config.gz");
        assertThat(SystemChecks.configuration(boot, proc))
                .isEqualTo(SystemChecks.limited(
                        "config",
                        "this process can read neither " + boot + " nor " + proc,
                        "libbpf rejects objects that read an option of the kernel (extern ... CONFIG_... __kconfig), unless the variable is "
                                + "__weak. In a container, mount the host's file. Other objects work without it"));
        Files.createFile(proc);
        assertThat(SystemChecks.configuration(boot, proc)).isEqualTo(SystemChecks.works("config", proc.toString()));
    }

    /** A container may not see /sys/kernel/btf. */
    @Test
    void findsTheTypesOfTheKernel(@TempDir Path directory) throws IOException {
        Path types = directory.resolve("vmlinux");

        assertFinding(SystemChecks.btf(types)).isEqualTo("WARNING this process can't read " + types);
        assertThat(SystemChecks.btf(types).remedy()).contains("mount the host's " + directory);
        Files.createFile(types);
        assertThat(SystemChecks.btf(types)).isEqualTo(SystemChecks.works("BTF", types.toString()));
    }

    @Test
    void readsTheModeOfLockdown() {
        String modules = "lockdown,bpf";
        assertFinding(SystemChecks.lockdown("[none] integrity confidentiality", modules))
                .isEqualTo("NOTE none");
        assertFinding(SystemChecks.lockdown("none [integrity] confidentiality", modules))
                .startsWith("NOTE ");
        assertFinding(SystemChecks.lockdown("none integrity [confidentiality]", modules))
                .startsWith("WARNING ");
        assertFinding(SystemChecks.lockdown("", "bpf")).isEqualTo("NOTE none");
        assertFinding(SystemChecks.lockdown("", "")).startsWith("WARNING unknown: ");
    }

    private static AbstractStringAssert<?> assertFinding(Finding finding) {
        return assertThat(finding.severity() + " " + finding.what());
    }

    @Test
    void namesMissingCapabilities() {
        assertFinding(SystemChecks.capabilities("CapEff:\t000001ffffffffff")).startsWith("NOTE ");
        assertFinding(SystemChecks.capabilities("CapEff:\t0000000000200000"))
                .isEqualTo("WARNING CAP_SYS_ADMIN, which is enough for everything except tc filters");
        assertFinding(SystemChecks.capabilities("CapEff:\t0000000000000000"))
                .endsWith(" this process lacks CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON, CAP_SYS_ADMIN");
        assertFinding(SystemChecks.capabilities("CapEff:\t000000c000001000"))
                .isEqualTo("WARNING this process lacks CAP_SYS_ADMIN");
    }

    @Test
    void judgesTheLimitOfOpenFiles() {
        assertFinding(SystemChecks.openFiles(
                        "Max open files            1024                 524288               files"))
                .startsWith("WARNING 1024:");
        assertFinding(SystemChecks.openFiles("Max open files            unlimited unlimited files"))
                .startsWith("NOTE ");
    }

    @Test
    void findsTheBpfFileSystem() {
        assertThat(SystemChecks.bpfFileSystem("proc /proc proc rw 0 0", Path.of("/sys/fs/bpf")))
                .matches(one -> one.severity() == Severity.ERROR)
                .matches(one -> one.remedy().contains("mount -t bpf -o mode=0711 bpf /sys/fs/bpf"));
    }

    /** {@code mount -t bpf} without options gives the root the mode 1777, systemd 0700. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0700  | NOTE   | mode 700 of root
            0711  | NOTE   | mode 711 of root
            01777 | WARNING | mode 1777 of root: any user can create files there, even under
            0777  | WARNING | mode 777 of root: any user can create files there, and replace the pins
            """)
    void judgesTheModeOfTheBpfFileSystem(String mode, Severity severity, String found, @TempDir Path root)
            throws IOException {
        Files.setAttribute(root, "unix:mode", Integer.parseInt(mode, 8));

        Finding diagnosis = SystemChecks.bpfFileSystem("bpf " + root + " bpf rw 0 0", root);

        assertFinding(diagnosis)
                .startsWith(severity + " mounted at " + root + ", "
                        + found.replace("root", Files.getOwner(root).toString()));
        assertThat(diagnosis.remedy().contains("chmod 0711 " + root)).isEqualTo(severity == Severity.WARNING);
    }

    /** As in a container whose seccomp profile allows bpf() only with CAP_SYS_ADMIN. All other lines may say that all is well. */
    @ParameterizedTest
    @EnumSource(names = {"MAP_CREATE", "PROG_LOAD"})
    @KernelTest
    void failsWhereTheKernelRefusesMapsOrPrograms(SystemCall refused) {
        AtomicReference<Finding> diagnosis = new AtomicReference<>();
        WatchedThread.watch(call -> call == refused ? Errno.EPERM : null, () -> diagnosis.set(SystemChecks.load()));

        assertFinding(diagnosis.get()).startsWith("ERROR ").contains("EPERM (1)", "a seccomp filter (Seccomp: 2");
        assertFinding(SystemChecks.load()).startsWith("NOTE ").contains("/libbpf.so");
    }

    @Test
    @KernelTest
    void triesTheExchangeThatUpgradesNeed(@TempDir Path root) {
        AtomicReference<Finding> diagnosis = new AtomicReference<>();
        try (WatchedThread thread = new WatchedThread()) {
            thread.run(
                    call -> call == SystemCall.RENAME_NEW ? Errno.EPERM : null,
                    () -> diagnosis.set(SystemChecks.bpfFileSystem("bpf " + root + " bpf rw 0 0", root)));
        }
        assertFinding(diagnosis.get()).startsWith("ERROR ").contains("EPERM", "renameat2", "seccomp profile");
        assertThat(root).isEmptyDirectory();
    }
}
