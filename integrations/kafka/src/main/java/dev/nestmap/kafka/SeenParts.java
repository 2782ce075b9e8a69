/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Remembers which parts a consumer has seen, and finds those that are missing: parts that Kafka deleted by retention or compaction, or that
 * somebody deleted. Also finds parts that arrive again. Parts may come in any order. If they come in the order of their numbers, this class
 * needs about 200 bytes for each shipper, however many parts there are.
 *
 * <p>Instances are not safe for use by several threads.
 */
public final class SeenParts {
    private final Map<Series, NumberRanges> series = new LinkedHashMap<>();

    private record Series(String shipper, UUID id) {
        static Series of(PartPosition position) {
            return new Series(position.shipper(), position.series());
        }
    }

    /**
     * Parts that are missing.
     *
     * @param shipper the transactional id of their shipper
     * @param series the series
     * @param first the number of the first missing part
     * @param last the number of the last missing part
     */
    public record Gap(String shipper, UUID series, long first, long last) {
        /** {@return the problem, for users} */
        @Override
        public String toString() {
            return "parts " + first + " to " + last + " of " + shipper + ", series " + series + ", are missing";
        }
    }

    /** Creates an instance that has seen nothing. */
    public SeenParts() {}

    /**
     * Remembers a part.
     *
     * @param position its position
     * @return false if this part was seen before
     * @throws IllegalArgumentException if the number is less than 1
     */
    public boolean add(PartPosition position) {
        return numbers(position).add(position.number());
    }

    /**
     * Remembers a part and all earlier ones of its series. They are not missing, for example because they are in totals that were stored
     * before.
     *
     * @param position position of the last of them
     * @throws IllegalArgumentException if the number is less than 1
     */
    public void addUpTo(PartPosition position) {
        numbers(position).addUpTo(position.number());
    }

    private NumberRanges numbers(PartPosition position) {
        return series.computeIfAbsent(Series.of(position), it -> new NumberRanges());
    }

    /**
     * Returns the missing parts: those with a number below the largest one that was seen. The part 1 is the first of a series.
     *
     * @return the gaps; empty if there are none
     */
    public List<Gap> gaps() {
        List<Gap> gaps = new ArrayList<>();
        series.forEach((of, numbers) ->
                numbers.forEachGap((first, last) -> gaps.add(new Gap(of.shipper(), of.id(), first, last))));
        return gaps;
    }
}
