/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every test exists that a page names for a threat or for a capability. */
class SecurityPageTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path THREATS = ROOT.resolve("docs/internals/threats.md");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|Contract))\\.(\\w+)`");

    @Test
    void namesTestsThatExist() throws IOException {
        List<MatchResult> named = NAMED.matcher(Files.readString(ROOT.resolve("SECURITY.md"))
                        + Files.readString(THREATS)
                        + Files.readString(ROOT.resolve("docs/production/rights.md")))
                .results()
                .toList();
        assertThat(named).hasSizeGreaterThan(10);
        for (MatchResult test : named) {
            assertThat(source(test.group(1))).as(test.group()).contains("void " + test.group(2) + "(");
        }
    }

    /** Each row of a table of threats names a test. */
    @Test
    void namesATestForEachThreat() throws IOException {
        List<String> threats = Files.readAllLines(THREATS).stream()
                .dropWhile(line -> !line.startsWith("## Threats"))
                .filter(line -> line.startsWith("| ") && !line.startsWith("| threat |") && !line.startsWith("| ---"))
                .toList();
        assertThat(threats)
                .hasSizeGreaterThan(20)
                .allSatisfy(row -> assertThat(row).containsPattern(NAMED));
    }

    /** The source of a test in any module. */
    private static String source(String testClass) {
        return ProjectFiles.below(ROOT, ".*/src/test/java/.*/" + testClass + "\\.java").stream()
                .map(ProjectFiles::text)
                .findFirst()
                .orElse("");
    }
}
