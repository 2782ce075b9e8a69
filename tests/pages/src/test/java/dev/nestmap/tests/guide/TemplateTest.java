/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The start page shows every file of its template. {@link ShownFilesTest} compares their contents, and {@code bin/test-builds} builds them.
 */
class TemplateTest {
    private static final Path TEMPLATE = Path.of("../..", "examples", "templates", "maven");

    /** Files that need no explanation, or that explain themselves. */
    private static final Set<String> SHORT = Set.of("README.md", "run", "UpgradeTest.java");

    @Test
    void theStartPageShowsEachFile() throws IOException {
        String page = Files.readString(Path.of("../..", "docs", "start.md"));

        assertThat(files()).hasSize(5).allSatisfy(file -> {
            assertThat(page).contains("`" + TEMPLATE.relativize(file) + "`");
            assertThat(page).contains("<!-- file: examples/templates/maven/" + TEMPLATE.relativize(file) + " -->");
        });
    }

    private static List<Path> files() {
        return ProjectFiles.below(TEMPLATE, ".*").stream()
                .filter(file -> !SHORT.contains(file.getFileName().toString()))
                .toList();
    }
}
