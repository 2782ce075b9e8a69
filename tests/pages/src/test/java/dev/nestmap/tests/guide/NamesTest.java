/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Reason;
import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of types names each annotation, and the page of errors each reason. */
class NamesTest {
    private static final Pattern PUBLIC = Pattern.compile("(?m)^public @interface ");
    private static final Pattern WIDTH = Pattern.compile("[SU](8|16|32|64|128)|Be(16|32|64)");

    /** Annotations of widths are in the table of the page, some of them as a range. */
    @Test
    void thePageOfTypesNamesEachAnnotation() throws IOException {
        String page = Files.readString(Path.of("../../docs/reference/types.md"));

        assertThat(annotations(Path.of("../../annotations/src/main/java/dev/nestmap/annotations")))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(page).contains("@" + name));
    }

    @Test
    void thePageOfErrorsHasEachReason() throws IOException {
        String page = Files.readString(Path.of("../../docs/guide/errors.md"));

        assertThat(Reason.values()).allSatisfy(reason -> assertThat(page).contains("`" + reason + "`"));
    }

    private static List<String> annotations(Path sources) {
        return ProjectFiles.below(sources, ".*/\\w+\\.java").stream()
                .filter(file -> PUBLIC.matcher(ProjectFiles.text(file)).find())
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .filter(name -> !WIDTH.matcher(name).matches())
                .toList();
    }
}
