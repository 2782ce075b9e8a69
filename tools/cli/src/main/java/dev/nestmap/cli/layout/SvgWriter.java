/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.layout;

import dev.nestmap.cli.console.SafeText;
import java.util.Locale;

/** Writes an SVG picture. Its text and lines have the colour of the page around it. */
final class SvgWriter {
    private final StringBuilder content = new StringBuilder();

    /** Adds a line; the numbers and texts of the format are arguments of {@link String#format}. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a jar that the command would have to contain
    void add(String format, Object... arguments) {
        content.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    /** The picture. */
    String picture(long width, long height) {
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"monospace\" font-size=\"12\""
                                + " fill=\"currentColor\">\n",
                        width,
                        height)
                + content
                + "</svg>\n";
    }

    /** A text of another program, cut to a number of characters, so that it is safe in the picture. */
    static String text(String text, int length) {
        String visible = SafeText.visible(text);
        String cut = visible.codePointCount(0, visible.length()) <= length
                ? visible
                : visible.substring(0, visible.offsetByCodePoints(0, Math.max(1, length - 1))) + "…";
        return cut.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
