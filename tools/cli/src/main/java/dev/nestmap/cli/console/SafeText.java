/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import java.util.Locale;

/**
 * Makes text of other programs safe to print. Names in BTF, names of maps and files, and texts in maps may contain control characters,
 * which a terminal would obey.
 */
public final class SafeText {
    private SafeText() {}

    /** Replaces control and invisible characters: {@code \n}, {@code \x1b}, {@code \u202e}. */
    public static String visible(String text) {
        if (text.codePoints().noneMatch(SafeText::isDangerous)) {
            return text;
        }
        StringBuilder result = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (isDangerous(c)) {
                appendEscape(result, c);
            } else {
                result.appendCodePoint(c);
            }
        });
        return result.toString();
    }

    /** A text in quotation marks, so that its end is visible. */
    public static String quoted(String text) {
        return '"' + visible(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }

    private static void appendEscape(StringBuilder to, int c) {
        switch (c) {
            case '\n' -> to.append("\\n");
            case '\t' -> to.append("\\t");
            case '\r' -> to.append("\\r");
            default ->
                to.append(
                        c < 0x100
                                ? String.format(Locale.ROOT, "\\x%02x", c)
                                : String.format(Locale.ROOT, "\\u%04x", c));
        }
    }

    private static boolean isDangerous(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
