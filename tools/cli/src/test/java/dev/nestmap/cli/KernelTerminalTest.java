/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process: in a real terminal, through pipes, and without privileges. */
@KernelTest
@Tag("long")
class KernelTerminalTest {
    private static final long DEADLINE_SECONDS = 600;

    @TempDir
    private Path directory;

    @Test
    void linesAreColouredOnATerminalUnlessNoColorIsSet() throws Exception {
        Assumptions.assumeTrue(Path.of("/usr/bin/tmux").toFile().canExecute(), "tmux is not installed");
        try (NestFixture nest = NestFixture.load();
                Terminal terminal = new Terminal(directory.resolve("socket"));
                Terminal plain = new Terminal(directory.resolve("plain"))) {
            terminal.start(command("tree", nest.id("hosts")));
            assertThat(terminal.await(text -> text.contains("exit=0"))).contains("hosts  ARRAY");
            assertThat(terminal.run("capture-pane", "-e", "-p")).contains("\033[1mhosts");
            plain.start("NO_COLOR=1 " + command("tree", nest.id("hosts")));
            plain.await(text -> text.contains("exit=0"));
            assertThat(plain.run("capture-pane", "-e", "-p")).contains("hosts").doesNotContain("\033[1mhosts");
        }
    }

    @Test
    void endsWhenNobodyReads() throws Exception {
        try (NestFixture nest = NestFixture.load()) {
            for (int i = 1; i <= 200; i++) {
                nest.put("spill", NestFixture.flow(i, i));
            }
            Process process = shell("for i in 1 2 3 4 5 6 7 8 9; do set -- \"$@\" " + nest.id("spill") + "; done; "
                    + command("tree", "--limit", "0") + " \"$@\" | head -1; echo ${PIPESTATUS[0]}");

            assertThat(output(process))
                    .startsWith("spill  HASH")
                    .contains("\n141\n")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void saysThatTheOutputCanNotBeWritten() throws Exception {
        Path file = Files.writeString(directory.resolve("empty.schema"), "nestmap-schema 1\nheader x.bpf.h\n");
        String compare = command("compare", file.toString(), file.toString());
        assertThat(output(shell(compare + " >/dev/full; echo exit=$?; " + compare + " >&-; echo exit=$?; "
                        + command("check", "none.o") + " 2>/dev/full; echo exit=$?")))
                .matches("""
                        nestmap: standard output can't be written: .+
                        exit=3
                        nestmap: standard output can't be written: .+
                        exit=3
                        exit=3
                        """);
    }

    @Test
    void saysWhatUsersWithoutPrivilegesLack() throws Exception {
        ChildVm nobody = new ChildVm().asNobody("");
        Process process = nobody.start(Main.class, "tree");
        assertThat(output(process))
                .contains("nestmap: listing of all maps: EPERM (1): it requires CAP_SYS_ADMIN, CAP_BPF is not enough");
        assertThat(process.exitValue()).isEqualTo(ExitCode.FAILED);

        Process doctor = nobody.start(Main.class, "doctor");
        assertThat(output(doctor))
                .contains("fails    privileges  this process lacks CAP_BPF", "works    kernel", " run as root");
        assertThat(doctor.exitValue()).isEqualTo(ExitCode.FOUND);
    }

    @Test
    void doctorFailsWhereAServiceWould() throws Exception {
        Process bound = new ChildVm()
                .startedBy("unshare", "--mount", "sh", "-c", "umount -l /sys/fs/bpf; exec \"$@\"", "sh")
                .start(Main.class, "doctor");
        assertThat(output(bound)).contains("fails    bpffs", "works    load");
        assertThat(bound.exitValue()).isEqualTo(ExitCode.FOUND);

        Process filtered = new ChildVm().start(FilteredDoctor.class);
        assertThat(output(filtered)).contains("fails    load", "EPERM (1)", "a seccomp filter (Seccomp: 2");
        assertThat(filtered.exitValue()).isEqualTo(ExitCode.FOUND);
    }

    /** The command in a process whose seccomp filter refuses each call of bpf(2), as that of a container does. */
    static final class FilteredDoctor {
        public static void main(String[] arguments) {
            WatchedThread.watch(
                    call -> call.name().matches("(MAP|PROG|BTF|LINK)_.*") ? Errno.EPERM : null,
                    () -> Main.main(new String[] {"doctor"}));
        }
    }

    @Test
    void doctorSaysHowToInstallLibbpf() throws Exception {
        assertThat(UntypedMap.ids()).isNotNull();
        String libbpf = Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("/libbpf.so"))
                .map(line -> line.substring(line.indexOf('/')))
                .findFirst()
                .orElseThrow();
        String hidden = "mount --bind /dev/null " + libbpf + " && { " + command("doctor") + "; echo exit=$?; "
                + command("tree") + "; echo exit=$?; " + command("check", "none.o") + "; }";
        String output = output(new ProcessBuilder("unshare", "--mount", "bash", "-c", hidden)
                .redirectErrorStream(true)
                .start());

        assertThat(output)
                .contains("works    kernel", "fails    load        loading of libbpf.so.1: ")
                .contains(" apt install libbpf1 (Debian, Ubuntu), dnf install libbpf (Fedora, RHEL), pacman -S libbpf")
                .contains("exit=1\nnestmap: loading of libbpf.so.1: ", "install the package libbpf1 (Debian, Ubuntu)")
                .endsWith("exit=3\nnestmap: there is no file none.o\n")
                .doesNotContain("Exception");
    }

    private static String command(String... arguments) {
        return System.getProperty("java.home")
                + "/bin/java --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "
                + System.getProperty("java.class.path") + " " + Main.class.getName() + " "
                + String.join(" ", arguments);
    }

    private static Process shell(String script) throws IOException {
        return new ProcessBuilder("bash", "-c", script)
                .redirectErrorStream(true)
                .start();
    }

    private static String output(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    /** A terminal in tmux, which is of this test only. */
    private static final class Terminal implements AutoCloseable {
        private final Path socket;

        Terminal(Path socket) {
            this.socket = socket;
        }

        /** Runs a shell command, and shows its exit code when it ends. */
        void start(String command) throws Exception {
            String shown = "bash -c '" + command + "; echo exit=$?; exec sleep 600'";
            assertThat(run("new-session", "-d", "-x", "150", "-y", "20", shown)).isEmpty();
        }

        /** Waits until the screen fulfils a condition, and returns it. */
        String await(Predicate<String> condition) throws Exception {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
            while (System.nanoTime() < end) {
                String screen = run("capture-pane", "-p");
                if (condition.test(screen)) {
                    return screen;
                }
                Thread.sleep(50);
            }
            throw new AssertionError("the terminal shows\n" + run("capture-pane", "-p"));
        }

        String run(String... arguments) throws Exception {
            List<String> command = new ArrayList<>(List.of("tmux", "-S", socket.toString(), "-f", "/dev/null"));
            command.addAll(List.of(arguments));
            return output(new ProcessBuilder(command).redirectErrorStream(true).start());
        }

        @Override
        public void close() throws IOException {
            Process end = new ProcessBuilder("tmux", "-S", socket.toString(), "kill-server").start();
            end.onExit().join(); // without its socket, the server would stay
        }
    }
}
