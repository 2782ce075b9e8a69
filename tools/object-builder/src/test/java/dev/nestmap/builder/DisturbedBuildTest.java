/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds that something disturbs: another build, an editor, a kill, unusual paths and options. */
@Tag("long")
@Tag("clang")
class DisturbedBuildTest extends BuildTest {
    @Test
    void waitsForAnotherBuild() throws Exception {
        RecordingLog log = new RecordingLog();
        BuildLock lock = BuildLock.of(module.layout().work(), log);
        FutureTask<List<String>> other = new FutureTask<>(() -> {
            build(log);
            return log.lines();
        });
        new Thread(other).start();
        while (log.lines().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(log.lines())
                .containsExactly(
                        "INFO Waiting for another build in " + module.layout().work());
        assertThat(module.object()).doesNotExist();

        lock.close();

        assertThat(other.get(60, TimeUnit.SECONDS)).hasSize(2).last().asString().contains("Compiling 1 BPF program");
        assertThat(module.object()).isNotEmptyFile();
    }

    /** The object has the old text, so it must not count as the object of the new one. */
    @Test
    void anEditWhileClangRunsIsCompiledByTheNextBuild() throws Exception {
        Path source = module.source();
        clang = script("sed -i s/XDP_PASS/XDP_DROP/ '" + source + "'").toString();

        build();

        assertThat(Files.readString(source)).contains("XDP_DROP");
        assertThat(build()).last().asString().contains("Compiling 1 BPF program");
    }

    @Test
    void theObjectOfAKilledBuildIsNotUsed() {
        module.write(module.layout().stagedObject(Module.PROGRAM), "of a build that was killed");
        arguments.add("-fsyntax-only");

        assertThat(failure("1 error in 1 BPF program")) // clang 23 warns of its other option, too
                .anyMatch(line -> line.startsWith(
                        "ERROR clang succeeded, but wrote no object. Remove options such as -fsyntax-only"));
        assertThat(module.object()).doesNotExist();
    }

    @Test
    void aFullDiskIsNotTakenForAForgottenHeader() {
        String message = "error in backend: IO failure on output stream: No space left on device";
        clang = script("rm '" + module.layout().dependencyFile(Module.PROGRAM) + "'; echo 'error: " + message
                        + "'; exit 1")
                .toString();

        assertThat(failure("")).hasSize(2).last().isEqualTo("ERROR " + message);
    }

    /** A build in a process of its own. */
    static final class Build {
        private Build() {}

        /** Takes the directory of a module, and a dependency. */
        public static void main(String[] args) throws Exception {
            try {
                new ModuleObjectCompiler(
                                Module.empty(Path.of(args[0])).layout(),
                                new ModuleObjectCompiler.Options(
                                        null, List.of(), List.of(Path.of(args[1])), List.of(), List.of()),
                                new RecordingLog())
                        .run();
            } catch (BuildException e) {
                System.out.println(e.getMessage());
                System.exit(1);
            }
        }
    }

    @Test
    void namesTheLocaleThatHasNoSuchFileNames() throws Exception {
        Path jar = directory.resolve("a.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("META-INF/bpf/include/größe.h"));
        }
        ProcessBuilder build = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Build.class.getName(),
                        module.layout().base().toString(),
                        jar.toString())
                .redirectErrorStream(true);
        build.environment().put("LC_ALL", "C");
        Process process = build.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output)
                .startsWith("Malformed input or input contains unmappable characters: include/gr")
                .endsWith("Set LC_ALL=C.UTF-8\n")
                .hasLineCount(1);
    }

    @Test
    void buildsInADirectoryWithAnyName() throws Exception {
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding")); // has only ASCII without a locale
        String other = names.newEncoder().canEncode('ü') ? "ü" : "";
        module = Module.tenantFlows(directory.resolve("a 'b' \"c\" $HOME `d` #e {f} [g] %h=" + other));
        build();
        assertThat(build()).last().isEqualTo(UP_TO_DATE);

        module.edit(module.header(), "/* Generated", "/* Newly generated");

        assertThat(build()).last().asString().contains("Compiling 1 BPF program");
        assertThat(module.object()).isNotEmptyFile();
    }

    /** Clang's list of files can't express a line break or a backslash, so every build compiles the program. */
    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\\b"})
    void buildsInADirectoryWithANameThatClangCannotList(String name) throws Exception {
        module = Module.tenantFlows(directory.resolve(name));
        build();
        assertThat(module.object()).isNotEmptyFile();
        assertThat(build()).last().asString().contains("Compiling 1 BPF program");

        Files.delete(module.source());
        build();

        assertThat(module.object()).doesNotExist();
    }

    /** A compiler that runs a command after each compilation. */
    private Path script(String command) {
        Path file = directory.resolve("clang");
        module.write(
                file,
                "#!/bin/sh\n" + Toolchain.newestExecutable() + " \"$@\" || exit\ncase \"$*\" in *' -c '*) " + command
                        + ";; esac\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
