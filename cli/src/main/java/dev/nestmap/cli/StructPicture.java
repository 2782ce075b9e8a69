/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.Locale;

/** Draws a struct as SVG: eight bytes in each row. Its text has the colour of the page around it. */
final class StructPicture {
    private static final int BYTES = 8;
    private static final int CELL = 70;
    private static final int ROW = 34;
    private static final int LEFT = 48;
    private static final int TOP = 44;
    private static final int MOST_ROWS = 64;

    private final StringBuilder svg = new StringBuilder();

    private StructPicture() {}

    /** The picture of a struct. Long arrays are cut off. */
    static String of(StructType struct) {
        StructPicture picture = new StructPicture();
        picture.draw(struct);
        return picture.svg.toString();
    }

    private void draw(StructType struct) {
        long rows = Math.min(MOST_ROWS, (struct.size() + BYTES - 1) / BYTES);
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"monospace\" font-size=\"12\""
                        + " fill=\"currentColor\">",
                LEFT + BYTES * CELL + 8, TOP + rows * ROW + 8);
        add(
                "<text x=\"%d\" y=\"18\" font-weight=\"bold\">%s, %d bytes</text>",
                LEFT, xml(struct.spelling()), struct.size());
        for (int i = 0; i < BYTES; i++) {
            add("<text x=\"%d\" y=\"%d\" opacity=\"0.6\">%d</text>", LEFT + i * CELL + 4, TOP - 6, i);
        }
        for (long row = 0; row < rows; row++) {
            add("<text x=\"4\" y=\"%d\" opacity=\"0.6\">%d</text>", TOP + row * ROW + 21, row * BYTES);
        }
        for (Field field : struct.fieldsAndPads()) {
            field(field, rows);
        }
        svg.append("</svg>\n");
    }

    /** A field can span rows. Its name is in the first one. */
    private void field(Field field, long rows) {
        boolean pad = StructText.isPad(field);
        String label = pad ? "padding" : field.name().isEmpty() ? field.type().spelling() : field.name();
        for (long at = field.offset(); at < field.end() && at / BYTES < rows; ) {
            long row = at / BYTES;
            long end = Math.min(field.end(), (row + 1) * BYTES);
            long x = LEFT + at % BYTES * CELL;
            long width = (end - at) * CELL;
            add(
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" fill-opacity=\"%s\" stroke=\"currentColor\"/>",
                    x, TOP + row * ROW, width, ROW - 4, pad ? "#d97706" : "#3b82f6", pad ? "0.35" : "0.15");
            if (at == field.offset()) {
                add(
                        "<text x=\"%d\" y=\"%d\">%s</text>",
                        x + 4, TOP + row * ROW + 20, xml(cut(label, (int) (width / 8))));
            }
            at = end;
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a jar that the command would have to contain
    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, Math.max(1, length - 1)) + "…";
    }

    private static String xml(String text) {
        return Escapes.visible(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
