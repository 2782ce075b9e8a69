/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Renames fields and parameters of generated code that hide a package. If two types have the same simple name, the code names one of them with
 * its package, such as {@code at.acme.KeyCodec.INSTANCE}. There a variable {@code at} has precedence over the package (JLS 6.4.2).
 */
final class HiddenPackages {
    /**
     * A comment, a string, a qualified name of a class, or another identifier that is no member of a qualifier. A name before an opening
     * parenthesis is a method, even if it begins with a capital letter, or it follows {@code new} or {@code @}, where no variable hides a
     * package. Other words match as a whole, because a search that tries each of their letters takes twice as long.
     */
    private static final Pattern TOKEN =
            Pattern.compile("(?sU)/\\*.*?\\*/|//[^\n]*|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\""
                    + "|(?m:^(?:import|package) [^;]*;)"
                    + "|(?<![\\w$.])(?<package>(?!this\\b|super\\b)[\\p{Ll}_]\\w*)(?:\\.[\\p{Ll}_]\\w*)*\\.(?: @[\\w.]+ )?\\p{Lu}\\w*+(?! ?\\()"
                    + "|(?:(?<![\\w$.:@])(?<!\\bnew )|(?<=\\bthis\\.))(?<variable>(?!this\\b|super\\b)[\\p{Ll}_]\\w*)\\b(?! ?\\()"
                    + "|\\w++");

    private HiddenPackages() {}

    /** Returns the source with an underscore after the names of such variables. */
    static String shown(String source) {
        Set<String> packages = new HashSet<>();
        Matcher names = TOKEN.matcher(source);
        while (names.find()) {
            if (names.group("package") != null) {
                packages.add(names.group("package"));
            }
        }
        if (packages.isEmpty()) {
            return source;
        }
        StringBuilder text = new StringBuilder();
        Matcher tokens = TOKEN.matcher(source);
        while (tokens.find()) {
            boolean hides = packages.contains(String.valueOf(tokens.group("variable")));
            tokens.appendReplacement(text, Matcher.quoteReplacement(tokens.group() + (hides ? "_" : "")));
        }
        return tokens.appendTail(text).toString();
    }
}
