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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the page of packages with the public types. The page of annotations lists the types of {@code dev.nestmap.annotations}, and that of errors the reasons. */
class PackagesPageTest {
    private static final Pattern PUBLIC = Pattern.compile("(?m)^public ");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "annotations/src/main/java/dev/nestmap/annotations/kernel",
                "annotations/src/main/java/dev/nestmap/types",
                "runtime/src/main/java/dev/nestmap/runtime",
                "runtime/src/main/java/dev/nestmap/runtime/attach",
                "runtime/src/main/java/dev/nestmap/runtime/pin",
                "runtime/src/main/java/dev/nestmap/runtime/error",
                "runtime/src/main/java/dev/nestmap/runtime/observe",
                "memory/src/main/java/dev/nestmap/memory",
                "tools/untyped/src/main/java/dev/nestmap/untyped",
                "integrations/kafka/src/main/java/dev/nestmap/kafka",
                "integrations/jdbc/src/main/java/dev/nestmap/jdbc",
                "integrations/micrometer/src/main/java/dev/nestmap/micrometer",
                "integrations/spring-boot/src/main/java/dev/nestmap/spring"
            })
    void thePageNamesEachPublicType(String sources) throws IOException {
        String page = Files.readString(Path.of("../../docs/reference/packages.md"));

        assertThat(publicTypes(Path.of("../..", sources)))
                .isNotEmpty()
                .allSatisfy(type -> assertThat(page).containsPattern("`@?" + type + "`"));
    }

    @Test
    void thePageOfErrorsHasEachReason() throws IOException {
        String page = Files.readString(Path.of("../../docs/guide/errors.md"));

        assertThat(Reason.values()).allSatisfy(reason -> assertThat(page).contains("`" + reason + "`"));
    }

    private static List<String> publicTypes(Path sources) {
        return ProjectFiles.below(sources, Pattern.quote(sources + "/") + "\\w+\\.java").stream()
                .filter(file -> PUBLIC.matcher(ProjectFiles.text(file)).find())
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .toList();
    }
}
