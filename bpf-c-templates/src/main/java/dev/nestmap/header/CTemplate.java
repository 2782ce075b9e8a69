/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills C code with variables such as {@code $map}. */
final class CTemplate {
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");

    private CTemplate() {}

    /** The text with the values of its variables. */
    static String fill(String template, Map<String, String> values) {
        return VARIABLE.matcher(template)
                .replaceAll(name -> Matcher.quoteReplacement(Objects.requireNonNull(values.get(name.group(1)))));
    }

    /** A function with this text between its braces, indented by one tab. */
    static String function(String head, String body) {
        String indented = body.lines()
                .map(line -> (line.isEmpty() || line.endsWith(":") ? line : "\t" + line) + "\n")
                .reduce("", String::concat);
        return head + "\n{\n" + indented + "}\n";
    }
}
