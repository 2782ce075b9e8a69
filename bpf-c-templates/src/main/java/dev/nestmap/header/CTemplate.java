/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills C code with variables such as {@code $map}. */
final class CTemplate {
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");

    private CTemplate() {}

    /**
     * The text with the values of its variables.
     *
     * @param names the names of parameters and local variables, which are the variables without a value
     */
    static String fill(String template, Map<String, String> values, UnaryOperator<String> names) {
        return VARIABLE.matcher(template).replaceAll(variable -> {
            String name = variable.group(1);
            return Matcher.quoteReplacement(values.getOrDefault(name, names.apply(name)));
        });
    }

    /** A function with this text between its braces, indented by one tab. */
    static String function(String head, String body) {
        String indented = body.lines()
                .map(line -> (line.isEmpty() || line.endsWith(":") ? line : "\t" + line) + "\n")
                .reduce("", String::concat);
        return head + "\n{\n" + indented + "}\n";
    }
}
