/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Searches directories with scripts that print like clang, and the installed clangs. */
class ClangFinderTest {
    private static final Path EXECUTABLE = Path.of("/usr/bin/clang");
    private static final String BPF = "    bpf        - BPF (host endian)";
    private static final String X86 = "    x86-64     - 64-bit X86: EM64T and AMD64";

    @TempDir
    Path directory;

    @Test
    void findsTheNewestClang() throws Exception {
        program("a/clang-14", "clang version 14.0.6", BPF);
        Path newest = program("b/clang-19", "Debian clang version 19.1.7 (3)", BPF);
        program("a/clang", "clang version 9.0.1", BPF);
        program("a/clang-format-20", "clang-format version 20.1.0", BPF);

        ClangInstallation clang = finder("a", "b", "no-such-directory").find(null);

        assertThat(clang)
                .isEqualTo(new ClangInstallation(newest, 19, "19.1.7", "Debian clang version 19.1.7 (3)"))
                .hasToString("clang 19.1.7 (" + newest + ")");
    }

    @Test
    void findsThePlainCommandIfItIsTheNewest() throws Exception {
        program("a/clang-19", "clang version 19.1.7", BPF);
        Path plain = program("a/clang", "clang version 21.1.0", BPF);

        assertThat(finder("a").find(null).executable()).isEqualTo(plain);
    }

    @Test
    void ignoresClangsWithoutTheBpfTarget() throws Exception {
        program("a/clang", "Apple clang version 21.0.0", X86 + "\n    bpfish - not BPF");
        Path second = program("a/clang-14", "clang version 14.0.0", X86 + "\n" + BPF);

        assertThat(finder("a").find(null).executable()).isEqualTo(second);
    }

    @Test
    void reportsEachCandidateAndWhatToInstall() throws Exception {
        Path old = program("a/clang-13", "clang version 13.0.1", BPF);
        Path apple = program("a/clang", "Apple clang version 15.0.0", X86);
        Path other = program("b/clang", "gcc (Debian 12.2.0-14) 12.2.0", "");

        assertNotFound(
                finder("a", "b"),
                null,
                "clang 13.0.1 (" + old + ") is older than 14",
                "clang 15.0.0 (" + apple + ") was built without the bpf target",
                other + " is not clang: --version prints \"gcc (Debian 12.2.0-14) 12.2.0\"",
                "Install clang 14 or newer (Debian, Ubuntu and Fedora: package clang)",
                "-Dnestmap.clang=/path/to/clang");
    }

    @Test
    void reportsTheSearchPath() {
        assertNotFound(
                finder("a"),
                null,
                "there is no clang or clang-NN in the directories of PATH: [" + directory.resolve("a") + "]",
                "package clang");
    }

    @Test
    void findsTheConfiguredClang() throws Exception {
        Path chosen = program("a/clang-14", "clang version 14.0.6", BPF);
        program("a/clang-19", "clang version 19.1.7", BPF);

        assertThat(finder("a").find("clang-14").executable()).isEqualTo(chosen);
        assertThat(finder().find(chosen.toString()).executable()).isEqualTo(chosen);
        assertThat(finder().find("a/clang-14").executable()).isEqualTo(chosen);
    }

    @Test
    void findsOnlyTheConfiguredClang() throws Exception {
        program("a/clang-19", "clang version 19.1.7", BPF);
        Path old = program("a/clang-12", "clang version 12.0.0", BPF);

        assertNotFound(finder("a"), "clang-20", "there is no clang-20 in the directories of PATH");
        assertNotFound(finder("a"), "/opt/clang", "there is no /opt/clang.");
        assertNotFound(finder("a"), "clang-12", "clang 12.0.0 (" + old + ") is older than 14");
    }

    @Test
    void saysWhyTheConfiguredClangCanNotBeUsed() throws Exception {
        Path other = program("a/gcc", "gcc (Debian 12.2.0-14) 12.2.0", "");

        assertNotFound(finder("a"), "", "The name of the configured clang is empty. Leave it out");
        assertNotFound(
                finder("a"),
                directory.toString(),
                "The configured clang " + directory + " is no program that this user may run.");
        assertNotFound(
                finder("a"),
                "gcc",
                "The configured clang can't compile the BPF programs: " + other + " is not clang: --version prints");
    }

    @Test
    void reportsAClangThatDoesNotRun() throws Exception {
        Path broken = program("a/clang", "", "");
        Files.writeString(broken, "#!/no/such/interpreter\n");

        assertNotFound(finder("a"), null, broken + " does not run: ");
    }

    @Test
    void splitsTheSearchPath() {
        assertThat(ClangFinder.searchPath("/usr/bin::/bin:/usr/bin"))
                .containsExactly(Path.of("/usr/bin"), Path.of("/bin"));
        assertThat(ClangFinder.searchPath(null)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.builder.Toolchain#all")
    void findsInstalledClangs(ClangInstallation clang) {
        assertThat(clang.major()).isGreaterThanOrEqualTo(ClangFinder.OLDEST_VERSION);
        assertThat(clang.executable().getFileName()).hasToString("clang-" + clang.major());
    }

    @ParameterizedTest
    @CsvSource({
        "Debian clang version 14.0.6, 14, 14.0.6",
        "Ubuntu clang version 18.1.3 (1ubuntu1), 18, 18.1.3",
        "clang version 21.1.0 (Fedora 21.1.0-1.fc43), 21, 21.1.0",
        "Apple clang version 15.0.0 (clang-1500.3.9.4), 15, 15.0.0",
        "clang version 22.0.0git (https://github.com/llvm/llvm-project 1f2b3c), 22, 22.0.0",
    })
    void readsTheVersionOfDistributions(String line, int major, String number) {
        assertThat(ClangInstallation.parse(EXECUTABLE, line + "\nTarget: x86_64-pc-linux-gnu\nThread model: posix\n"))
                .contains(new ClangInstallation(EXECUTABLE, major, number, line));
    }

    @Test
    void readsNoVersionOfOtherPrograms() {
        assertThat(ClangInstallation.parse(EXECUTABLE, "gcc (Debian 12.2.0-14) 12.2.0\n"))
                .isEmpty();
        assertThat(ClangInstallation.parse(EXECUTABLE, "clang version unknown")).isEmpty();
        assertThat(ClangInstallation.parse(EXECUTABLE, "")).isEmpty();
    }

    private static void assertNotFound(ClangFinder finder, @Nullable String configured, String... words) {
        assertThatExceptionOfType(ToolchainException.class)
                .isThrownBy(() -> finder.find(configured))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    private ClangFinder finder(String... searchPath) {
        return new ClangFinder(
                directory, List.of(searchPath).stream().map(directory::resolve).toList());
    }

    private Path program(String name, String version, String targets) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "#!/bin/sh\ncase \"$1\" in\n--version) echo '" + version + "';;\n--print-targets) echo '" + targets
                        + "';;\nesac\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("can't make executable: " + file);
        }
        return file;
    }
}
