/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.layout;

import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;

/** Draws a struct as SVG: eight bytes in each row. */
final class StructPicture {
    private static final int BYTES = 8;
    private static final int CELL = 70;
    private static final int ROW = 34;
    private static final int LEFT = 48;
    private static final int TOP = 44;
    private static final int MOST_ROWS = 64;
    private static final int MOST_LETTERS = 60;

    private final SvgWriter svg = new SvgWriter();

    private StructPicture() {}

    /** The picture of a struct. Long arrays are cut off. */
    static String of(StructType struct) {
        StructPicture picture = new StructPicture();
        long rows = Math.min(MOST_ROWS, (struct.size() + BYTES - 1) / BYTES);
        picture.draw(struct, rows);
        return picture.svg.picture(LEFT + BYTES * CELL + 8, TOP + rows * ROW + 8);
    }

    private void draw(StructType struct, long rows) {
        svg.add(
                "<text x=\"%d\" y=\"18\" font-weight=\"bold\">%s, %d bytes</text>",
                LEFT, SvgWriter.text(struct.spelling(), MOST_LETTERS), struct.size());
        for (int i = 0; i < BYTES; i++) {
            svg.add("<text x=\"%d\" y=\"%d\" opacity=\"0.8\">%d</text>", LEFT + i * CELL + 4, TOP - 6, i);
        }
        for (long row = 0; row < rows; row++) {
            svg.add("<text x=\"4\" y=\"%d\" opacity=\"0.8\">%d</text>", TOP + row * ROW + 21, row * BYTES);
        }
        for (Field field : struct.fieldsAndPads()) {
            field(field, rows);
        }
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
            svg.add(
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" fill-opacity=\"%s\" stroke=\"currentColor\"/>",
                    x, TOP + row * ROW, width, ROW - 4, pad ? "#d97706" : "#3b82f6", pad ? "0.35" : "0.15");
            if (at == field.offset()) {
                svg.add(
                        "<text x=\"%d\" y=\"%d\">%s</text>",
                        x + 4, TOP + row * ROW + 20, SvgWriter.text(label, (int) (width / 8)));
            }
            at = end;
        }
    }
}
