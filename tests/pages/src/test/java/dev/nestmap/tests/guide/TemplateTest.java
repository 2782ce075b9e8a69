/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The start page shows every file of its template. {@link ShownFilesTest} compares their contents, and {@code bin/test-builds} builds them.
 */
class TemplateTest {
    private static final Path TEMPLATE = Path.of("../..", "examples", "templates", "maven");

    /** Files that need no explanation, or that explain themselves. */
    private static final Set<String> SHORT = Set.of("README.md", "run", "UpgradeTest.java", "traffic.schema");

    @Test
    void theStartPageShowsEachFile() throws IOException {
        String page = Files.readString(Path.of("../..", "docs", "start.md"));

        assertThat(files()).hasSize(5).allSatisfy(file -> {
            assertThat(page).contains("`" + TEMPLATE.relativize(file) + "`");
            assertThat(page).contains("<!-- file: examples/templates/maven/" + TEMPLATE.relativize(file) + " -->");
        });
    }

    /** {@code -Dgolden.update=true} writes them. */
    @ParameterizedTest
    @CsvSource({"maven, Traffic", "bill, Bill", "fleet, Flows"})
    void theTextThatIsCheckedInIsThatOfTheRecords(String template, String type) throws IOException {
        Path main = Path.of("../..", "examples", "templates", template, "src", "main");
        Compilation compilation = Compilers.nestmap()
                .compile(JavaFileObjects.forResource(
                        main.resolve("java/com/acme/" + type + ".java").toUri().toURL()));
        String text = compilation.generatedFiles().stream()
                .filter(file -> file.getName().endsWith(".schema"))
                .findFirst()
                .orElseThrow()
                .getCharContent(false)
                .toString();
        Path copy = main.resolve("bpf/" + type.toLowerCase(Locale.ROOT) + ".schema");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(copy, text);
        }

        assertThat(copy).hasContent(text);
    }

    private static List<Path> files() {
        return ProjectFiles.below(TEMPLATE, ".*").stream()
                .filter(file -> !SHORT.contains(file.getFileName().toString()))
                .toList();
    }
}
