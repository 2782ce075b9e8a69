/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module with annotated types is found. */
class PrepareMojoTest {
    @TempDir
    Path directory;

    @Test
    void findsAnAnnotatedType() throws IOException {
        write("a/Plain.java", "package a; class Plain {}");
        write(
                "a/Comment.java",
                "import dev.nestmap.annotations.BpfObject;\n/**\n * A @BpfObject.\n */\nclass Comment {}");
        write("b/Flows.java", "// ä\nimport dev.nestmap.annotations.*;\n\n@BpfObject(\"flows\")\ninterface Flows {}");
        write("b/Qualified.java", "class Q {\n  @dev.nestmap.annotations.BpfType record R(int a) {}\n}");

        assertThat(first()).isEqualTo(directory.resolve("b/Flows.java"));
        Files.delete(directory.resolve("b/Flows.java"));
        assertThat(first()).isEqualTo(directory.resolve("b/Qualified.java"));
        Files.delete(directory.resolve("b/Qualified.java"));
        assertThat(PrepareMojo.firstRecords(List.of("/no/such/directory", directory.toString())))
                .isEmpty();
    }

    private Path first() throws IOException {
        return PrepareMojo.firstRecords(List.of("/no/such/directory", directory.toString()))
                .orElseThrow();
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
