/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Remembers which rows a consumer has seen, and finds those that are missing: rows that Kafka or somebody has deleted, and counts that did not get to
 * Kafka. Also finds rows that arrive again. Rows may come in any order. If they come in the order of their numbers, this class needs about 200 bytes for
 * each process of a shipper, however many rows there are.
 *
 * <p>Instances are not safe for use by several threads.
 */
public final class SeenRows {
    private final Map<UUID, NumberRanges> series = new LinkedHashMap<>();

    /**
     * Rows that are missing. If a series has more than a thousand gaps, the lowest ones are reported as one, with the rows between them.
     *
     * @param series the series
     * @param first the number of the first missing row
     * @param last the number of the last missing row
     */
    public record Gap(UUID series, long first, long last) {
        /** {@return the problem, for users} */
        @Override
        public String toString() {
            return "rows " + first + " to " + last + " of series " + series + " are missing";
        }
    }

    /** Creates an instance that has seen nothing. */
    public SeenRows() {}

    /**
     * Remembers a row.
     *
     * @param row the position of the row
     * @return false if this row was seen before, if {@link #addUpTo} has added its number, or if its number was in a gap that was closed because
     *     its series had more than a thousand gaps
     */
    public boolean add(RowPosition row) {
        return numbers(row).add(row.number());
    }

    /**
     * Remembers a row and all earlier ones of its series. They are not missing, for example because they are in totals that were stored before.
     *
     * @param row the position of the last of them
     */
    public void addUpTo(RowPosition row) {
        numbers(row).addUpTo(row.number());
    }

    private NumberRanges numbers(RowPosition row) {
        return series.computeIfAbsent(row.series(), it -> new NumberRanges());
    }

    /**
     * Returns the missing rows: those with a number below the largest one that was seen. The row 1 is the first of a series. If it is missing, counts from
     * before the process are, unless a consumer has begun in the middle.
     *
     * @return the gaps; empty if there are none
     */
    public List<Gap> gaps() {
        List<Gap> gaps = new ArrayList<>();
        series.forEach((of, rows) -> rows.forEachGap((first, last) -> gaps.add(new Gap(of, first, last))));
        return gaps;
    }
}
