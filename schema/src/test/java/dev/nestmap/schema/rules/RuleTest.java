/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RuleTest {
    @Test
    void idsAreUnique() {
        assertThat(Arrays.stream(Rule.values()).map(Rule::id)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void messagesNameProblemReasonAndFix(Rule rule) {
        String message = rule.message("a", "b", "c", "d", "e", "f");
        assertThat(rule.id()).matches("NM-[12349]\\d\\d");
        assertThat(message).matches("(?s)\\[" + rule.id() + "\\] .+: .+; .+\\. See " + Pattern.quote(rule.page()));
    }

    @Test
    void pagesAreOnTheSiteOfThePom() throws IOException {
        assertThat(Rule.NO_C_FORM.page()).isEqualTo("https://nestmap.dev/rules/NM-201");
        assertThat(Files.readString(Path.of("..", "pom.xml"))).contains("<url>https://nestmap.dev</url>");
    }
}
