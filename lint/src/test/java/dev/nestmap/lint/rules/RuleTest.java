/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each message has problem, reason and remedy, and each rule one page. */
class RuleTest {
    private static final Pattern LIMIT =
            Pattern.compile("\\((?:E[A-Z0-9]+ )?on Linux \\d+\\.\\d+; newer kernels may accept it\\)");

    private static final Pattern OF_KERNEL =
            Pattern.compile("the (kernel|verifier) (accepts|refuses|requires|allows|does not|reads|has) ");

    /** Rules whose message says what the kernel accepts, and that follow from what a map, record or file is. No kernel will change them. */
    private static final Set<Rule> DEFINITIONS = EnumSet.of(
            Rule.OUTER_WITH_VALUE, // the value is an inner map
            Rule.ARRAY_WITHOUT_VALUE, // there would be no bytes
            Rule.EMPTY_STRUCT,
            Rule.ENUM_KEY_BEYOND_ARRAY, // an array has no such index
            Rule.TRIE_KEY_WITHOUT_LENGTH, // the format of the key
            Rule.ARENA_WITH_COMPONENTS); // an arena is memory without entries

    @Test
    void idsAreUnique() {
        assertThat(Arrays.stream(Rule.values()).map(Rule::id)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void messagesNameProblemReasonAndFix(Rule rule) {
        String message = rule.message("a", "b", "c", "d", "e", "f");
        assertThat(rule.id()).matches("NM-[123459]\\d\\d");
        assertThat(message).matches("(?s)\\[" + rule.id() + "\\] .+: .+; .+\\. See " + Pattern.quote(rule.page()));
    }

    @ParameterizedTest
    @EnumSource
    void aLimitOfTheKernelNamesTheKernelOnWhichItWasMeasured(Rule rule) {
        String message = rule.message("a", "b", "c", "d", "e", "f");
        boolean isOfKernel = OF_KERNEL.matcher(message).find();

        assertThat(LIMIT.matcher(message).find()).isEqualTo(isOfKernel && !DEFINITIONS.contains(rule));
    }

    @Test
    void pagesAreOnTheSiteOfThePom() throws IOException {
        assertThat(Rule.NO_C_FORM.page()).isEqualTo("https://nestmap.dev/rules/NM-201");
        assertThat(Files.readString(Path.of("..", "pom.xml"))).contains("<url>https://nestmap.dev</url>");
    }
}
