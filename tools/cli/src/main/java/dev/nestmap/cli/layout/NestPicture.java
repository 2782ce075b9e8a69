/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.layout;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Draws the maps of an object as SVG: an outer map on the left, an arrow for its keys, and its inner maps on the right. */
final class NestPicture {
    private static final int MARGIN = 12;
    private static final int BOX = 300;
    private static final int GAP = 96;
    private static final int LINE = 18;
    private static final int SHADOW = 6;
    private static final int MOST_CHARACTERS = 39;
    private static final int MOST_FIELDS = 20;

    private final SvgWriter svg = new SvgWriter();
    private final Schema schema;
    private int top = MARGIN;

    private NestPicture(Schema schema) {
        this.schema = schema;
    }

    /**
     * The picture of all maps of a schema.
     *
     * @param source where the user's schema is from, for messages
     */
    static String of(Schema schema, String source) {
        NestPicture picture = new NestPicture(schema);
        schema.topLevelMaps().forEach(picture::draw);
        if (schema.maps().isEmpty()) {
            throw new CommandFailedException(source + " declares no maps, so there is nothing to draw");
        }
        return picture.svg.picture(2 * MARGIN + 2 * BOX + GAP + 2 * SHADOW, picture.top);
    }

    private void draw(MapDef map) {
        if (map.role() != MapRole.OUTER) {
            top += box(MARGIN, map, entries(map)) + 2 * MARGIN;
            return;
        }
        List<String> lines = new ArrayList<>();
        part("key", map.key(), lines);
        for (SlotContents.Slot slot : map.slots().list()) {
            lines.add("slot " + SlotContents.text(slot.key()) + ": " + slot.target());
        }
        int height = box(MARGIN, map, lines);
        int right = MARGIN + BOX + GAP;
        int middle = top + LINE;
        svg.add("<path d=\"M%d %d h%d\" stroke=\"currentColor\" fill=\"none\"/>", MARGIN + BOX, middle, GAP - 6);
        svg.add("<path d=\"M%d %d l-8 -4 v8 z\"/>", right, middle);
        svg.add("<text x=\"%d\" y=\"%d\" opacity=\"0.8\">each key</text>", MARGIN + BOX + 16, middle - 6);
        if (map.definition() == null) {
            svg.add("<text x=\"%d\" y=\"%d\">inner maps that the loader chooses</text>", right + 8, middle + 4);
        } else {
            MapDef inner = schema.innerOf(map);
            List<String> entries = entries(inner);
            for (int i = 1; i <= 2; i++) { // the edges of two more maps behind it
                svg.add(
                        "<path d=\"M%d %d h%d v%d h%d v%d\" stroke=\"currentColor\" fill=\"none\"/>",
                        right + BOX + (i - 1) * SHADOW, top + i * SHADOW, SHADOW, height(entries), -BOX, -SHADOW);
            }
            height = Math.max(height, box(right, inner, entries) + 2 * SHADOW);
        }
        top += height + 2 * MARGIN;
    }

    private static List<String> entries(MapDef map) {
        List<String> lines = new ArrayList<>();
        part("key", map.key(), lines);
        part("value", map.value(), lines);
        return lines;
    }

    private static void part(String name, @Nullable CType type, List<String> lines) {
        if (type == null) {
            return;
        }
        lines.add(name + "  " + type.spelling() + ", " + NumberText.of(type.size(), "byte", "bytes"));
        if (type instanceof StructType struct) {
            List<Field> fields = struct.fields();
            fields.stream()
                    .limit(MOST_FIELDS)
                    .forEach(field -> lines.add("   " + field.type().declare(field.name())));
            if (fields.size() > MOST_FIELDS) {
                lines.add("   … " + NumberText.count(fields.size() - MOST_FIELDS) + " more");
            }
        }
    }

    private static int height(List<String> lines) {
        return (2 + lines.size()) * LINE + MARGIN;
    }

    /** Draws a map with its name and type above the lines, and returns its height. */
    private int box(int left, MapDef map, List<String> lines) {
        int height = height(lines);
        svg.add(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"#3b82f6\" fill-opacity=\"0.15\""
                        + " stroke=\"currentColor\"/>",
                left, top, BOX, height);
        svg.add(
                "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>",
                left + 8, top + LINE, SvgWriter.text(map.name(), MOST_CHARACTERS));
        String size = map.isSizedAtLoad() ? "sized at load" : "at most " + NumberText.count(map.maxEntries());
        String kind = map.kind() + (map.kind().isSized() ? ", " + size : "");
        svg.add(
                "<text x=\"%d\" y=\"%d\" opacity=\"0.8\">%s</text>",
                left + 8, top + 2 * LINE, SvgWriter.text(kind, MOST_CHARACTERS));
        for (int i = 0; i < lines.size(); i++) {
            svg.add(
                    "<text x=\"%d\" y=\"%d\" xml:space=\"preserve\">%s</text>",
                    left + 8, top + (3 + i) * LINE, SvgWriter.text(lines.get(i), MOST_CHARACTERS));
        }
        return height;
    }
}
