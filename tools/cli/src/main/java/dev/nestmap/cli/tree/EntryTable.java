/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.LineWrap;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.MapBytesReader;
import dev.nestmap.cli.value.OutputField;
import dev.nestmap.untyped.BtfValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of one map's entries in the order of their keys, with their fields in columns. The line above it states the number of entries, so
 * a large table first collects its rows in a file.
 */
final class EntryTable {
    private static final int WIDEST_COLUMN = 40;

    /** Rows in memory. Their columns have the same width. */
    private static final int IN_MEMORY = 10_000;

    /** Stands before the rest of a row that is wider than the terminal. */
    private static final String CONTINUED = "    ";

    private static final char ROW = 'r';
    private static final char CONTINUATION = 'c';

    private final Console console;
    private final boolean perCpu;
    private final List<Line> lines = new ArrayList<>();
    private @Nullable Path earlier;

    /**
     * An entry in the output.
     *
     * @param row the entry
     * @param key the fields of the key
     * @param values the fields of the value; without addition, of each CPU whose value is not zero
     */
    private record Line(DecodedMapView.Row row, List<OutputField> key, List<CpuCells> values) {}

    /** @param cpu a number, or -1 for all CPUs */
    private record CpuCells(int cpu, List<OutputField> cells) {}

    /** @param perCpu whether to show the value of each CPU instead of their sum */
    EntryTable(Console console, boolean perCpu) {
        this.console = console;
        this.perCpu = perCpu;
    }

    void add(DecodedMapView.Row row) {
        if (lines.size() == IN_MEMORY) {
            moveToFile();
        }
        List<OutputField> key = row.key().size() == 0 ? List.of() : OutputField.of(row.key());
        lines.add(new Line(row, key, values(row)));
    }

    /** Prints the rows, each after the indent, and a last line unless it is empty. */
    void print(String indent, String rest) {
        printFile(indent);
        List<String> texts = texts();
        int last = texts.size();
        do {
            last--;
        } while (last > 0 && texts.get(last).charAt(0) == CONTINUATION);
        for (int i = 0; i < texts.size(); i++) {
            print(indent, texts.get(i), i >= last && rest.isEmpty());
        }
        if (!rest.isEmpty()) {
            console.line(indent + "└─ " + console.dim(rest));
        }
    }

    private void print(String indent, String text, boolean last) {
        boolean row = text.charAt(0) == ROW;
        String rest = indent + (last ? "   " : "│  ");
        String first = row ? indent + (last ? "└─ " : "├─ ") : rest;
        List<String> lines =
                LineWrap.lines(text.substring(1), console.columns() - LineWrap.width(rest) - CONTINUED.length());
        console.line(first + lines.get(0));
        lines.subList(1, lines.size()).forEach(line -> console.line(rest + CONTINUED + line));
    }

    private void moveToFile() {
        try {
            if (earlier == null) {
                earlier = Files.createTempFile("nestmap", ".rows");
                earlier.toFile().deleteOnExit();
            }
            Files.write(earlier, texts(), StandardOpenOption.APPEND);
            lines.clear();
        } catch (IOException e) {
            throw new CommandFailedException("a temporary file for many entries can't be written: " + e);
        }
    }

    private void printFile(String indent) {
        if (earlier == null) {
            return;
        }
        try (BufferedReader reader = Files.newBufferedReader(earlier)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                print(indent, text, false);
            }
            Files.delete(earlier);
        } catch (IOException e) {
            throw new CommandFailedException("a temporary file with entries can't be read: " + e);
        }
    }

    /** The lines of the rows in memory, each with a first character that tells a row from its continuation. */
    private List<String> texts() {
        lines.sort((a, b) -> MapBytesReader.compare(a.row().key(), b.row().key()));
        List<Integer> keys = widths(lines.stream().map(Line::key).toList());
        List<Integer> values = widths(lines.stream()
                .flatMap(line -> line.values().stream().map(CpuCells::cells))
                .toList());
        List<String> texts = new ArrayList<>();
        for (Line line : lines) {
            String key = ROW + columns(line.key(), keys, true);
            if (line.values().size() == 1 && line.values().get(0).cpu() < 0) {
                String value = columns(line.values().get(0).cells(), values, false);
                texts.add((key + console.dim("→ ") + value).stripTrailing());
                continue;
            }
            texts.add(key.stripTrailing() + (line.values().isEmpty() ? console.dim(" → zero on every CPU") : ""));
            for (CpuCells cpu : line.values()) {
                texts.add(CONTINUATION
                        + console.dim("  cpu " + cpu.cpu() + "  ")
                        + columns(cpu.cells(), values, false).stripTrailing());
            }
        }
        return texts;
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

    private List<CpuCells> values(DecodedMapView.Row row) {
        List<BtfValue> values = row.values();
        if (values.size() == 1) {
            return List.of(new CpuCells(-1, OutputField.of(values)));
        }
        boolean isZero = values.stream().allMatch(value -> MapBytesReader.isZero(value.bytes()));
        boolean hasSum = !values.get(0).isUntyped() || MapBytesReader.sum(values) != null;
        if (!perCpu && !isZero && hasSum) {
            return List.of(new CpuCells(-1, OutputField.of(row.used())));
        }
        List<CpuCells> cpus = new ArrayList<>();
        for (int cpu = 0; cpu < values.size(); cpu++) {
            if (!MapBytesReader.isZero(values.get(cpu).bytes())) {
                cpus.add(new CpuCells(cpu, OutputField.of(values.get(cpu))));
            }
        }
        return cpus;
    }
}
