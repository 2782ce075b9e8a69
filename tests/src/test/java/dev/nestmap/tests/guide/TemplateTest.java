/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The templates have the files that the pages show. {@code bin/test-builds} builds them. */
@Tag("jdk-independent")
class TemplateTest {
    private static final Path TEMPLATE = Path.of("..", "templates", "maven");

    @Test
    void theStartPageShowsEachFile() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "start.md"));

        assertThat(files()).hasSize(5).allSatisfy(file -> {
            assertThat(page).contains("`" + TEMPLATE.relativize(file) + "`");
            assertThat(page).contains("\n" + Files.readString(file) + "```\n");
        });
    }

    @Test
    void theKotlinPageShowsItsCode() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "how-to", "kotlin.md"));
        Path project = TEMPLATE.resolveSibling("kotlin");

        assertThat(List.of(
                        "maps/src/main/java/com/acme/Visitors.java",
                        "service/src/main/kotlin/com/acme/Main.kt",
                        "service/src/test/kotlin/com/acme/MainTest.kt"))
                .allSatisfy(
                        file -> assertThat(page).contains("\n" + Files.readString(project.resolve(file)) + "```\n"));
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(TEMPLATE)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(TEMPLATE.resolve("target")))
                    .filter(file -> !file.endsWith(".gitignore"))
                    .toList();
        }
    }
}
