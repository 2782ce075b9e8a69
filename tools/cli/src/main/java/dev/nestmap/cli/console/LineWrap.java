/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Breaks and cuts lines that are wider than the terminal. */
public final class LineWrap {
    private static final String CONTINUED = "  ";
    private static final Pattern STYLE = Pattern.compile("\033\\[[0-9;]*m");

    private LineWrap() {}

    /** Breaks a text at spaces. A word that is wider than a line stands in a line of its own. */
    public static List<String> lines(String text, int columns) {
        if (width(text) <= columns) {
            return List.of(text);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int used = 0;
        for (String word : text.split(" ", -1)) {
            int width = width(word);
            if (used > 0 && used + 1 + width > columns) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
                used = 0;
            }
            if (used > 0) {
                line.append(' ');
                used++;
            }
            line.append(word);
            used += width;
        }
        lines.add(line.toString());
        return lines;
    }

    /** Breaks a line like {@link #lines}, and indents what follows by two more spaces than the line. */
    static String folded(String text, int columns) {
        String stripped = text.stripLeading();
        String indent = " ".repeat(text.length() - stripped.length());
        return indent
                + String.join(
                        "\n" + indent + CONTINUED, lines(stripped, columns - indent.length() - CONTINUED.length()));
    }

    /** A text without colours, up to the last character that fits. */
    public static String cut(String text, int columns) {
        return width(text) <= columns ? text : text.substring(0, text.offsetByCodePoints(0, columns - 1)) + "…";
    }

    /** The number of characters that a terminal shows. */
    public static int width(String text) {
        String shown = text.indexOf('\033') < 0 ? text : STYLE.matcher(text).replaceAll("");
        return shown.codePointCount(0, shown.length());
    }
}
