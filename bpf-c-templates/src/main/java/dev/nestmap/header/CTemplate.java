/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Fills C code with variables such as {@code $map}. */
final class CTemplate {
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");

    private CTemplate() {}

    /**
     * The text with the values of its variables.
     *
     * @throws IllegalArgumentException if a variable has no value, or a value has no variable
     */
    static String fill(String template, Map<String, String> values) {
        Set<String> variables = VARIABLE.matcher(template)
                .results()
                .map(variable -> variable.group(1))
                .collect(Collectors.toSet());
        if (!variables.equals(values.keySet())) {
            throw new IllegalArgumentException(
                    "the template has the variables " + variables + ", and there are values of " + values.keySet());
        }
        return fill(template, variable -> requireNonNull(values.get(variable)));
    }

    /**
     * A function.
     *
     * @param head its first lines, up to the closing parenthesis
     * @param body the text between its braces. A variable without a value is a parameter or a local variable
     * @param values the values of variables. The body need not use all
     * @param names the names of parameters and local variables
     */
    static String function(String head, String body, Map<String, String> values, UnaryOperator<String> names) {
        String text = fill(body, variable -> values.getOrDefault(variable, names.apply(variable)));
        String indented = text.lines()
                .map(line -> (line.isEmpty() || line.endsWith(":") ? line : "\t" + line) + "\n")
                .reduce("", String::concat);
        return head + "\n{\n" + indented + "}\n";
    }

    private static String fill(String template, UnaryOperator<String> values) {
        return VARIABLE.matcher(template)
                .replaceAll(variable -> Matcher.quoteReplacement(values.apply(variable.group(1))));
    }
}
