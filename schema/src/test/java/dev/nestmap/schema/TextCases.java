/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The cases of a test in one text, each with what is expected of it. */
public final class TextCases {
    private TextCases() {}

    /** Splits a text at its empty lines into cases: a name, lines of input, and lines that begin with {@code >}. */
    public static Stream<Arguments> of(String text) {
        return Arrays.stream(text.split("\n\n")).map(each -> {
            List<String> lines = each.lines().toList();
            return Arguments.of(
                    lines.get(0),
                    lines.stream().skip(1).filter(line -> !line.startsWith(">")).collect(Collectors.joining("\n")),
                    lines.stream()
                            .filter(line -> line.startsWith(">"))
                            .map(line -> line.substring(1).strip())
                            .toList());
        });
    }

    /** Requires these texts in this order, where {@code ...} stands for any words. */
    public static void assertMatch(List<String> found, List<String> expected) {
        assertThat(found)
                .usingElementComparator(
                        (text, words) -> pattern(words).matcher(text).matches() ? 0 : 1)
                .containsExactlyElementsOf(expected);
    }

    private static Pattern pattern(String words) {
        return Pattern.compile(
                Arrays.stream(words.split("\\.\\.\\.", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}
