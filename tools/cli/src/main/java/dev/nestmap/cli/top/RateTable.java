/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import dev.nestmap.cli.console.LineWrap;
import dev.nestmap.cli.value.EntryFilter;
import dev.nestmap.cli.value.OutputField;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table of entries and their rates, with the names of the fields. Columns never shrink, so the screen does not jump. */
final class RateTable {
    private static final int WIDEST_COLUMN = 40;

    /** A name is cut to no less than this on a terminal that is too narrow for the whole names. */
    private static final int SHORTEST_NAME = 5;

    private static final String GAP = "  ";

    private final boolean nested;
    /** The widths of the columns without their names. */
    private final List<Integer> widths = new ArrayList<>();

    private List<String> header = List.of();

    /** @param nested whether entries are in inner maps, so that a column shows the key of the outer map */
    RateTable(boolean nested) {
        this.nested = nested;
    }

    /**
     * The line with the names, and a line for each entry. Without entries, only the names.
     *
     * @param columns the width of the terminal. If the whole names make the lines wider, the names are cut
     */
    List<String> lines(String counter, List<RateSampler.Rate> rates, int columns) {
        List<String> fields = fields(rates);
        if (!rates.isEmpty() || header.isEmpty() || !header.get(1).equals(counter)) {
            setHeader(row(counter + "/s", counter, "outer", fields.isEmpty() ? List.of(EntryFilter.KEY) : fields));
        }
        List<List<String>> rows = new ArrayList<>();
        for (RateSampler.Rate rate : rates) {
            List<String> texts = rate.key().stream().map(OutputField::text).toList();
            rows.add(row(
                    perSecond(rate.perSecond()),
                    String.format(Locale.ROOT, "%,d", new BigInteger(Long.toUnsignedString(rate.total()))),
                    rate.outer(),
                    fields.isEmpty() ? List.of(OutputField.inOneLine(rate.key())) : texts));
        }
        rows.forEach(this::widen);
        List<Integer> wanted = widths(WIDEST_COLUMN);
        int width = wanted.stream().mapToInt(Integer::intValue).sum() + GAP.length() * (wanted.size() - 1);
        List<Integer> chosen = width <= columns ? wanted : widths(SHORTEST_NAME);
        rows.add(
                0,
                IntStream.range(0, header.size())
                        .mapToObj(i -> LineWrap.cut(header.get(i), chosen.get(i)))
                        .toList());
        return rows.stream().map(row -> text(row, chosen)).toList();
    }

    /** The names of the fields of the keys. Empty if they differ, as with unions, or if a key has no names. */
    private static List<String> fields(List<RateSampler.Rate> rates) {
        List<List<String>> different = rates.stream()
                .map(rate -> rate.key().stream().map(OutputField::name).toList())
                .distinct()
                .toList();
        return different.size() == 1 && !different.get(0).contains("") ? different.get(0) : List.of();
    }

    private List<String> row(String rate, String total, String outer, List<String> cells) {
        List<String> row = new ArrayList<>(List.of(rate, total));
        if (nested) {
            row.add(outer);
        }
        row.addAll(cells);
        return row;
    }

    private void setHeader(List<String> names) {
        if (!names.equals(header)) {
            header = names;
            widths.clear();
            names.forEach(name -> widths.add(0));
        }
    }

    private void widen(List<String> row) {
        for (int i = 0; i < row.size(); i++) {
            int width = Math.min(WIDEST_COLUMN, LineWrap.width(row.get(i)));
            widths.set(i, Math.max(widths.get(i), width));
        }
    }

    /** The widths with which the names of keys have as many characters, if they are that long. The other names are never cut. */
    private List<Integer> widths(int nameLength) {
        int fixed = nested ? 3 : 2;
        return IntStream.range(0, header.size())
                .map(i -> {
                    int name = LineWrap.width(header.get(i));
                    return Math.max(widths.get(i), i < fixed ? name : Math.min(name, nameLength));
                })
                .boxed()
                .toList();
    }

    /** The two numbers stand on the right of their columns. */
    private static String text(List<String> row, List<Integer> widths) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            String padding = " ".repeat(Math.max(0, widths.get(i) - LineWrap.width(row.get(i))));
            cells.add(i < 2 ? padding + row.get(i) : row.get(i) + padding);
        }
        return cells.stream().collect(Collectors.joining(GAP)).stripTrailing();
    }

    private static String perSecond(double rate) {
        return String.format(Locale.ROOT, rate < 10 ? "%,.1f" : "%,.0f", rate);
    }
}
