/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Headers of dependencies are gathered, and nothing else. */
@Tag("clang")
class DependencyFileExtractorTest {
    @TempDir
    Path directory;

    private Path into() {
        return directory.resolve("dependencies");
    }

    private Path header(String name) {
        return into().resolve("include").resolve(name);
    }

    @Test
    void gathersFromJarsAndDirectories() throws Exception {
        Path jar = jar(
                "a.jar",
                Map.of(
                        "META-INF/bpf/include/flow.bpf.h",
                        "struct flow;",
                        "META-INF/bpf/flow.schema",
                        "nestmap-schema 1"));
        Path classes = classes("b", "point.bpf.h", "struct point;");
        Path byHand = classes("c", "my_types.h", "struct mine;");

        gather(jar, classes, byHand, directory.resolve("absent.jar"));

        assertThat(header("flow.bpf.h")).hasContent("struct flow;");
        assertThat(into().resolve("flow.schema")).hasContent("nestmap-schema 1");
        assertThat(header("point.bpf.h")).hasContent("struct point;");
        assertThat(header("my_types.h")).as("what generated ones include").hasContent("struct mine;");
    }

    @Test
    void takesOnlyHeadersAndSchemasAndStaysInItsDirectory() throws Exception {
        Path jar = jar(
                "a.jar",
                Map.of(
                        "META-INF/bpf/include/../../../escaped.bpf.h", "",
                        "META-INF/bpf/include/deep/../../escaped.h", "",
                        "META-INF/bpf/include/deep/./escaped.h", "",
                        "META-INF/bpf/include//escaped.h", "",
                        "META-INF/bpf/include/..\\escaped.bpf.h", "",
                        "META-INF/bpf/include/line\nbreak.h", "",
                        "META-INF/bpf/include/notes.txt", "",
                        "META-INF/bpf/notes.txt", "",
                        "META-INF/bpf/flow.h", "",
                        "META-INF/bpf/../../../escaped.schema", ""));

        gather(jar, classes("b", "notes.txt", ""));

        assertThat(into()).isEmptyDirectory();
        assertThat(directory).isDirectoryNotContaining("glob:**escaped*");
    }

    @Test
    void keepsTheFoldersThatHeadersAreIncludedBy() throws Exception {
        Path jar = jar("a.jar", Map.of("META-INF/bpf/include/acme/my_types.h", "struct mine;"));
        Path classes = classes("b", "acme/net/point.h", "struct point;");

        gather(jar, classes);

        assertThat(header("acme/my_types.h")).hasContent("struct mine;");
        assertThat(header("acme/net/point.h")).hasContent("struct point;");

        gather(jar);
        assertThat(header("acme")).isDirectoryNotContaining("glob:**net");
        gather();
        assertThat(into()).isEmptyDirectory();
    }

    @Test
    void rejectsTwoHeadersThatDifferInADirectory() throws Exception {
        Path first = classes("a", "acme/flow.h", "struct flow;");
        Path other = jar("other.jar", Map.of("META-INF/bpf/include/acme/flow.h", "struct flow {};"));

        assertRejected(List.of(first, other), "different files with the name include/acme/flow.h");
    }

    @Test
    void deletesStaleHeadersAndKeepsCurrentOnes() throws Exception {
        Path first = classes("a", "flow.bpf.h", "struct flow;");
        gather(first, classes("b", "point.bpf.h", "struct point;"));
        Path kept = header("flow.bpf.h");
        Files.setLastModifiedTime(kept, FileTime.fromMillis(0));

        gather(first);

        assertThat(kept.getParent()).isDirectoryContaining(kept::equals).isDirectoryNotContaining("glob:**point.bpf.h");
        assertThat(Files.getLastModifiedTime(kept)).isEqualTo(FileTime.fromMillis(0));
    }

    @Test
    void updatesAChangedHeader() throws Exception {
        gather(classes("a", "flow.bpf.h", "struct flow;"));
        gather(classes("a", "flow.bpf.h", "struct flow {};"));

        assertThat(header("flow.bpf.h")).hasContent("struct flow {};");
    }

    @Test
    void rejectsTwoHeadersThatDiffer() throws Exception {
        Path first = classes("a", "flow.bpf.h", "struct flow;");
        Path same = jar("same.jar", Map.of("META-INF/bpf/include/flow.bpf.h", "struct flow;"));
        Path other = jar("other.jar", Map.of("META-INF/bpf/include/flow.bpf.h", "struct flow {};"));

        gather(first, same);
        assertRejected(List.of(first, other), "flow.bpf.h", first.toString(), other.toString());
    }

    @Test
    void keepsBytesThatAreNotUtf8() throws Exception {
        Path folder = classes("a", "flow.bpf.h", "").resolve("META-INF/bpf/include");
        byte[] latin1 = "/* Größe */".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(folder.resolve("flow.bpf.h"), latin1);

        gather(directory.resolve("a"));

        assertThat(header("flow.bpf.h")).hasBinaryContent(latin1);
    }

    @Test
    void aFileMayBecomeADirectory() throws Exception {
        Path file = classes("a", "acme.h", "struct flow;");
        Path folder = classes("b", "acme.h/flow.h", "struct flow;");

        gather(file);
        gather(folder);
        assertThat(header("acme.h/flow.h")).exists();
        gather(file);
        assertThat(header("acme.h")).isRegularFile();
    }

    @Test
    void namesADamagedJar() throws Exception {
        Path jar = jar("a.jar", Map.of("META-INF/bpf/include/flow.bpf.h", "struct flow;"));
        byte[] bytes = Files.readAllBytes(jar);
        Files.write(jar, Arrays.copyOf(bytes, bytes.length - 30));

        assertRejected(List.of(jar), "The dependency " + jar + " is no jar, or is damaged");
    }

    @Test
    void rejectsAFileThatIsTooLargeForAHeader() throws Exception {
        Path jar = jar("a.jar", Map.of("META-INF/bpf/include/huge.h", " ".repeat((64 << 20) + 1)));

        assertRejected(List.of(jar), jar + ": META-INF/bpf/include/huge.h has more than 67108864 bytes");
    }

    private void gather(Path... classPath) throws Exception {
        DependencyFileExtractor.gather(List.of(classPath), into());
    }

    private void assertRejected(List<Path> classPath, String... words) {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> DependencyFileExtractor.gather(classPath, into()))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    private Path classes(String name, String header, String text) throws IOException {
        Path folder = Files.createDirectories(directory
                .resolve(name)
                .resolve(DependencyFileExtractor.FOLDER)
                .resolve(DependencyFileExtractor.HEADERS));
        Path file = folder.resolve(header);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return directory.resolve(name);
    }

    private Path jar(String name, Map<String, String> entries) throws IOException {
        Path file = directory.resolve(name);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }
}
