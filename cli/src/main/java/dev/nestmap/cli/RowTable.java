/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.runtime.BtfValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entries of one map, one below the other, with their fields in columns. */
final class RowTable {
    private static final int WIDEST_COLUMN = 40;

    private final Console console;
    private final String indent;
    private final List<Line> lines;

    /**
     * An entry as it is shown.
     *
     * @param values the fields of the value; for a per-CPU map, of each CPU whose value is not zero
     */
    private record Line(List<Cell> key, List<CpuCells> values) {}

    /** @param cpu a number, or -1 if the map has one value for all CPUs */
    private record CpuCells(int cpu, List<Cell> cells) {}

    RowTable(Console console, String indent) {
        this(console, indent, new ArrayList<>());
    }

    private RowTable(Console console, String indent, List<Line> lines) {
        this.console = console;
        this.indent = indent;
        this.lines = lines;
    }

    /** The same rows, behind these characters. */
    RowTable indented(String by) {
        return new RowTable(console, by + indent, lines);
    }

    void add(MapView.Row row) {
        lines.add(new Line(cells(row.keyFields(), row), values(row)));
    }

    /** Prints the rows, and a last line unless it is empty. */
    void print(String rest) {
        List<Integer> keys = widths(lines.stream().map(Line::key).toList());
        List<Integer> values = widths(lines.stream()
                .flatMap(line -> line.values().stream().map(CpuCells::cells))
                .toList());
        for (int i = 0; i < lines.size(); i++) {
            boolean last = i == lines.size() - 1 && rest.isEmpty();
            print(lines.get(i), keys, values, last);
        }
        if (!rest.isEmpty()) {
            console.line(indent + "└─ " + console.dim(rest));
        }
    }

    private void print(Line line, List<Integer> keys, List<Integer> values, boolean last) {
        String key = indent + (last ? "└─ " : "├─ ") + columns(line.key(), keys, true);
        if (line.values().size() == 1 && line.values().get(0).cpu() < 0) {
            console.line(
                    (key + console.dim("→ ") + columns(line.values().get(0).cells(), values, false)).stripTrailing());
            return;
        }
        console.line(key.stripTrailing() + (line.values().isEmpty() ? console.dim(" → zero on every CPU") : ""));
        for (CpuCells cpu : line.values()) {
            console.line(indent
                    + (last ? "   " : "│  ")
                    + console.dim("  cpu " + cpu.cpu() + "  ")
                    + columns(cpu.cells(), values, false).stripTrailing());
        }
    }

    /** Pads each cell to its column, unless it is the last of the line. */
    private String columns(List<Cell> cells, List<Integer> widths, boolean padLast) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            text.append(cell.name().isEmpty() ? "" : console.dim(cell.name() + "="))
                    .append(cell.text());
            int width = cell.plain().codePointCount(0, cell.plain().length());
            if (i < cells.size() - 1 || padLast) {
                text.append(" ".repeat(Math.max(0, widths.get(i) - width) + 1));
            }
        }
        return text.toString();
    }

    private static List<Integer> widths(List<List<Cell>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<Cell> row : rows) {
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

    private static List<Cell> cells(@Nullable BtfValue fields, MapView.Row row) {
        if (fields != null) {
            return Cell.of(fields);
        }
        return row.key().size() == 0 ? List.of() : List.of(new Cell("", ValueText.raw(row.key())));
    }

    private static List<CpuCells> values(MapView.Row row) {
        if (row.valueFields().isEmpty()) {
            return List.of(new CpuCells(-1, List.of(new Cell("", ValueText.raw(row.value())))));
        }
        if (row.valueFields().size() == 1) {
            return List.of(new CpuCells(-1, Cell.of(row.valueFields().get(0))));
        }
        List<CpuCells> cpus = new ArrayList<>();
        for (int cpu = 0; cpu < row.valueFields().size(); cpu++) {
            BtfValue value = row.valueFields().get(cpu);
            if (!BytesOf.isZero(value.bytes().toBytes())) {
                cpus.add(new CpuCells(cpu, Cell.of(value)));
            }
        }
        return cpus;
    }
}
