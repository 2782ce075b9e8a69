/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the list on {@code docs/systems.md} with the complete tables. {@code -Dgolden.update=true} writes it. */
class SupportPageTest {
    private static final Path PAGE = Path.of("..", "docs", "systems.md");
    private static final Pattern ROWS =
            Pattern.compile("(?s)(?<=<!-- rows that differ -->\n).*(?=<!-- end of the rows that differ -->)");

    @Test
    void thePageShowsTheRowsThatDiffer() throws IOException {
        String rows = SupportPage.of(Files.readString(SupportTest.PAGE)).differences();
        String page = Files.readString(PAGE);

        String expected = ROWS.matcher(page).replaceFirst(Matcher.quoteReplacement("\n" + rows + "\n"));
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, expected);
        } else {
            assertThat(page).isEqualTo(expected);
        }
    }
}
