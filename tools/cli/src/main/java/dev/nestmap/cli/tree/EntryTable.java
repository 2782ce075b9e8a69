/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.MapBytesReader;
import dev.nestmap.cli.value.OutputField;
import dev.nestmap.untyped.BtfValue;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of one map's entries, with their fields in columns. Each block of 10,000 entries is in the order of its keys, and has its own
 * widths, so that only the texts of the earlier ones stay in memory.
 */
final class EntryTable {
    private static final int WIDEST_COLUMN = 40;

    private static final int BLOCK = 10_000;

    private final Console console;
    private final List<Line> lines = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();

    private record Line(BtfValue order, List<OutputField> key, List<OutputField> value) {}

    EntryTable(Console console) {
        this.console = console;
    }

    void add(DecodedMapView.Row row) {
        if (lines.size() == BLOCK) {
            endBlock();
        }
        List<OutputField> key = row.key().size() == 0 ? List.of() : OutputField.of(row.key());
        lines.add(new Line(row.key(), key, OutputField.of(row.used())));
    }

    /** Prints the rows, each after the indent, and a last line unless it is empty. */
    void print(String indent, String rest) {
        endBlock();
        for (int i = 0; i < texts.size(); i++) {
            boolean last = i == texts.size() - 1 && rest.isEmpty();
            console.line(indent + (last ? "└─ " : "├─ ") + texts.get(i));
        }
        if (!rest.isEmpty()) {
            console.line(indent + "└─ " + console.dim(rest));
        }
    }

    private void endBlock() {
        lines.sort((a, b) -> MapBytesReader.compare(a.order(), b.order()));
        List<Integer> keys = widths(lines.stream().map(Line::key).toList());
        List<Integer> values = widths(lines.stream().map(Line::value).toList());
        lines.stream()
                .map(line -> (columns(line.key(), keys, true)
                                + console.dim("→ ")
                                + columns(line.value(), values, false))
                        .stripTrailing())
                .forEach(texts::add);
        lines.clear();
    }

    /** Pads each cell to its column, unless it is the last of the line. */
    private String columns(List<OutputField> cells, List<Integer> widths, boolean padLast) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            OutputField cell = cells.get(i);
            text.append(cell.name().isEmpty() ? "" : console.dim(cell.name() + "="))
                    .append(cell.text());
            int width = cell.plain().codePointCount(0, cell.plain().length());
            if (i < cells.size() - 1 || padLast) {
                text.append(" ".repeat(Math.max(0, widths.get(i) - width) + 1));
            }
        }
        return text.toString();
    }

    private static List<Integer> widths(List<List<OutputField>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<OutputField> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                String text = row.get(i).plain();
                int width = Math.min(WIDEST_COLUMN, text.codePointCount(0, text.length()));
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        return widths;
    }
}
