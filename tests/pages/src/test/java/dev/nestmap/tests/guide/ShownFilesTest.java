/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Compares the files of examples that pages show with the examples. {@code -Dgolden.update=true} writes them into the pages. On a page,
 * a Java file has no licence, and the package {@code com.acme}.
 */
class ShownFilesTest {
    private static final Path ROOT = Path.of("../..");
    private static final Pattern SHOWN = Pattern.compile(
            "(?<head><!-- file: (?<file>\\S+) -->\\n```\\w+\\n).*?^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LICENCE = Pattern.compile("\\A/\\* SPDX.*\\n");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

    @Test
    void pagesShowTheExamplesAsTheyAre() throws IOException {
        int shown = 0;
        for (Page page : Page.all()) {
            String text = Files.readString(page.path());
            String expected = SHOWN.matcher(text).replaceAll(ShownFilesTest::block);
            if (Boolean.getBoolean("golden.update")) {
                Files.writeString(page.path(), expected);
            } else {
                assertThat(text)
                        .as("%s (update it with -Dgolden.update=true)", page)
                        .isEqualTo(expected);
            }
            shown += (int) SHOWN.matcher(text).results().count();
        }
        assertThat(shown).isGreaterThan(0);
    }

    /** Returns the block with the file's text, as a replacement. */
    private static String block(MatchResult match) {
        String file = match.group(2);
        return Matcher.quoteReplacement(match.group(1) + shown(file) + "```");
    }

    /** The file's text as a page shows it: Java is in the package of the pages. */
    static String shown(String file) {
        String text = ProjectFiles.text(ROOT.resolve(file));
        Matcher declared = PACKAGE.matcher(text);
        if (!file.endsWith(".java") || !declared.find()) {
            return text;
        }
        return LICENCE.matcher(text).replaceFirst("").replace(declared.group(1), "com.acme");
    }
}
