/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import dev.nestmap.cli.value.OutputField;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A table of entries and their rates, with the names of the fields. Columns never shrink, so the screen does not jump. */
final class RateTable {
    private static final int WIDEST_COLUMN = 40;

    private static final String GAP = "  ";

    private final boolean nested;
    private final List<Integer> widths = new ArrayList<>();

    private List<String> header = List.of();

    /** @param nested whether entries are in inner maps, so that a column shows the key of the outer map */
    RateTable(boolean nested) {
        this.nested = nested;
    }

    /** The line with the names, and a line for each entry. Without entries, only the names. */
    List<String> lines(String counter, List<RateSampler.Rate> rates) {
        List<String> fields = fields(rates);
        if (!rates.isEmpty() || header.isEmpty() || !header.get(1).equals(counter)) {
            setHeader(row(counter + "/s", counter, "outer", fields.isEmpty() ? List.of("key") : fields));
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
        rows.add(0, header);
        return rows.stream().map(this::text).toList();
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
            names.forEach(name -> widths.add(width(name)));
        }
    }

    private void widen(List<String> row) {
        for (int i = 0; i < row.size(); i++) {
            int width = Math.min(WIDEST_COLUMN, width(row.get(i)));
            widths.set(i, Math.max(widths.get(i), width));
        }
    }

    /** The two numbers stand on the right of their columns. */
    private String text(List<String> row) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            String padding = " ".repeat(Math.max(0, widths.get(i) - width(row.get(i))));
            cells.add(i < 2 ? padding + row.get(i) : row.get(i) + padding);
        }
        return cells.stream().collect(Collectors.joining(GAP)).stripTrailing();
    }

    /** The number of characters that a terminal shows. */
    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String perSecond(double rate) {
        return String.format(Locale.ROOT, rate < 10 ? "%,.1f" : "%,.0f", rate);
    }
}
