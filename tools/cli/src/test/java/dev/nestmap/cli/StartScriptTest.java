/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.testing.ChildVm;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script at the beginning of the jar that is copied to other machines starts the command, or says that Java is missing. */
@Tag("long")
class StartScriptTest {
    private static final Path SCRIPT = Path.of("src/main/start/nestmap.sh");
    private static final Path CLASSES = Path.of("target/classes");

    @TempDir
    private Path directory;

    private Path jar = Path.of("");

    @BeforeEach
    void build() throws IOException {
        jar = directory.resolve("a copy.jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            Files.copy(SCRIPT, out);
            out.write(jarOfTheCommand());
        }
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** In a directory such as /tmp, a file beside the jar may be another user's. */
    @Test
    void startsTheCommandWithoutAFileBesideTheJar() throws Exception {
        assertThat(run(jar, "check", "no such file"))
                .isEqualTo(new CommandRun(ExitCode.FAILED, "", "nestmap: there is no file no such file\n"));

        ProcessBuilder ascii =
                new ProcessBuilder("sh", "-c", "exec \"$1\" check \"$(printf '\\303\\274')\"", "sh", jar.toString());
        ascii.environment().put("JAVA_HOME", System.getProperty("java.home"));
        ascii.environment().put("LC_ALL", "C");
        assertThat(result(ascii).err()).isEqualTo("nestmap: there is no file ü\n");

        Path link = Files.createSymbolicLink(directory.resolve("nestmap"), jar);
        assertThat(run(link, "--version").out()).isEqualTo("nestmap (not from a jar)\n");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("a copy.jar", "nestmap");
    }

    /** Loading classes takes most of the CPU time of a start. */
    @Test
    void loadsNoClassesOfOtherCommands() throws Exception {
        Path log = directory.resolve("classes");
        Process process = new ChildVm()
                .with("-Xlog:class+load:file=" + log + ":none")
                .start(Main.class, "pins", directory.toString());
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isEqualTo(ExitCode.FAILED);

        assertThat(Files.readAllLines(log).stream().map(line -> line.split(" ")[0]))
                .contains("dev.nestmap.cli.pins.PinsCommand", "dev.nestmap.runtime.internal.kernel.natives.LibBpf")
                .noneMatch(name -> name.endsWith(".LibbpfLog")) // libbpf prints nothing
                .noneMatch(name -> name.matches("dev\\.nestmap\\.cli\\..*Command") && !name.endsWith(".PinsCommand"))
                .noneMatch(name -> name.startsWith("java.sql."));
    }

    @Test
    void saysThatJavaIsMissing() throws Exception {
        ProcessBuilder process = new ProcessBuilder(jar.toString(), "--version");
        process.environment().put("JAVA_HOME", "/no/such/jdk");
        assertThat(result(process))
                .isEqualTo(new CommandRun(
                        ExitCode.FAILED,
                        "",
                        "nestmap: no Java was found. Install Java 17 or newer, or set JAVA_HOME to its directory.\n"));
    }

    private static byte[] jarOfTheCommand() throws IOException {
        String dependencies = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> !entry.toAbsolutePath().equals(CLASSES.toAbsolutePath()))
                .map(entry -> entry.toAbsolutePath().toUri().toString())
                .collect(Collectors.joining(" "));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, dependencies);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream content = new JarOutputStream(bytes, manifest);
                Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.putNextEntry(new ZipEntry(CLASSES.relativize(file).toString()));
                Files.copy(file, content);
            }
        }
        return bytes.toByteArray();
    }

    private static CommandRun run(Path command, String... arguments) throws Exception {
        ProcessBuilder process =
                new ProcessBuilder(Stream.concat(Stream.of(command.toString()), Arrays.stream(arguments))
                        .toList());
        process.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return result(process);
    }

    private static CommandRun result(ProcessBuilder builder) throws Exception {
        Path errors = Files.createTempFile("errors", ".txt");
        Process process = builder.redirectError(errors.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        String err = Files.readString(errors);
        Files.delete(errors);
        return new CommandRun(code, out, err);
    }
}
