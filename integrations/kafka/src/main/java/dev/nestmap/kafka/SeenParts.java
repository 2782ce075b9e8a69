/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Remembers which parts a consumer has seen, and finds those that are missing: parts that Kafka deleted by retention or compaction, or that
 * somebody deleted, and counts that did not get to Kafka. Also finds parts that arrive again. Parts may come in any order. If they come in the order
 * of their numbers, this class needs about 200 bytes for each process of a shipper, however many parts there are. {@link #removeSilent} forgets
 * processes that have ended.
 *
 * <p>Instances are not safe for use by several threads.
 */
public final class SeenParts {
    private final Map<Series, NumberRanges> series = new LinkedHashMap<>();

    /** The series of which a part was added since the last call of {@link #removeSilent}. */
    private final Set<Series> active = new HashSet<>();

    private record Series(String shipper, UUID series) {}

    /**
     * Parts that are missing. If a series has more than a thousand gaps, the lowest ones are reported as one, with the parts between them.
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
     * @param part the part
     * @return false if this part was seen before, or if {@link #addUpTo} has added its number
     * @throws IllegalArgumentException if the number is less than 1
     */
    public boolean add(Part<?, ?> part) {
        return numbers(part.position()).add(part.position().number());
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
        if (position.number() < 1) {
            throw new IllegalArgumentException("the number of a part is " + position.number() + ": it is 1 or more");
        }
        Series of = new Series(position.shipper(), position.series());
        active.add(of);
        return series.computeIfAbsent(of, it -> new NumberRanges());
    }

    /**
     * Forgets the series from which no part was added since the previous call of this method, with their {@link #gaps}. A consumer that runs for
     * years calls it from time to time, for example once a month, so that processes that have ended need no memory.
     *
     * <p>If such a series goes on, all of its parts before that time count as missing. Pass the returned position to {@link #addUpTo} to
     * prevent this.
     *
     * @return the last position of each of these series
     */
    public List<PartPosition> removeSilent() {
        List<PartPosition> removed = new ArrayList<>();
        series.entrySet().removeIf(each -> {
            boolean isSilent = !active.contains(each.getKey());
            if (isSilent) {
                removed.add(new PartPosition(
                        each.getKey().shipper(),
                        each.getKey().series(),
                        each.getValue().last()));
            }
            return isSilent;
        });
        active.clear();
        return removed;
    }

    /**
     * Returns the missing parts: those with a number below the largest one that was seen. The part 1 is the first of a series. If it is missing, counts
     * from before the process are, unless a consumer has begun in the middle.
     *
     * @return the gaps; empty if there are none
     */
    public List<Gap> gaps() {
        List<Gap> gaps = new ArrayList<>();
        series.forEach((of, parts) ->
                parts.forEachGap((first, last) -> gaps.add(new Gap(of.shipper(), of.series(), first, last))));
        return gaps;
    }
}
