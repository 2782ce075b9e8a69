/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tags of tests do what the page about testing says. */
class TagsTest {
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"([^\"]*)\"\\)");
    private static final String TESTS = "(?!../../examples/templates/).*/src/test/java/.*\\.java";

    @Test
    void noTagIsUnknown() {
        String page = ProjectFiles.text(ProjectFiles.ROOT.resolve("docs/internals/testing.md"));

        List<String> tags = ProjectFiles.below(ProjectFiles.ROOT, TESTS).stream()
                .flatMap(file -> tags(ProjectFiles.text(file)))
                .distinct()
                .toList();

        assertThat(tags)
                .contains("kernel", "both-jdks")
                .allSatisfy(tag -> assertThat(page).contains("`" + tag + "`"));
    }

    @Test
    void testsForBothJdksRunOnBoth() {
        ProjectFiles.below(ProjectFiles.ROOT, TESTS).stream()
                .filter(file -> tags(ProjectFiles.text(file)).anyMatch("both-jdks"::equals))
                .map(file -> Pattern.compile("/src/test/").split(file.toString(), -1)[0])
                .distinct()
                .forEach(module -> assertThat(ProjectFiles.text(Path.of(module, "pom.xml")))
                        .as(module)
                        .contains("<second-jdk.skip>false</second-jdk.skip>"));
    }

    private static Stream<String> tags(String source) {
        return TAG.matcher(source).results().map(result -> result.group(1));
    }
}
