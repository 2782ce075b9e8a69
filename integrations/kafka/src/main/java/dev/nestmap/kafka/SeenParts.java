/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Remembers which parts a consumer has seen, and finds those that are missing: parts that Kafka deleted by retention or compaction, or that
 * somebody deleted. Also finds parts that arrive again. Parts may come in any order. If they come in the order of their numbers, this class
 * needs about 200 bytes for each shipper, however many parts there are. {@link #removeSilent} forgets shippers that are gone.
 *
 * <p>A part is one of a map, whatever its number. If the topic of markers loses its end, for example with the only disk of a broker, a shipper uses
 * numbers again for other maps, and may send a map again with another number. So this class remembers the maps of about a million
 * parts as hashes, in a table that grows up to 32 MB.
 *
 * <p>Instances are not safe for use by several threads.
 */
public final class SeenParts {
    private final Map<PartSeries.Id, PartSeries> series = new LinkedHashMap<>();
    private final RecentMaps recent = new RecentMaps();

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
     * @return false if this part of its map was seen before, with this or another number, or if {@link #addUpTo} has added its number
     * @throws IllegalArgumentException if the number is less than 1
     */
    public boolean add(Part<?, ?> part) {
        return series(part.position()).add(part.position().number(), part.map(), part.number(), recent);
    }

    /**
     * Remembers a part and all earlier ones of its series. They are not missing, for example because they are in totals that were stored
     * before. A part that comes later with one of their numbers counts as seen, unless its map was taken out later than all maps that {@link
     * #add} has seen.
     *
     * @param position position of the last of them
     * @throws IllegalArgumentException if the number is less than 1
     */
    public void addUpTo(PartPosition position) {
        series(position).addUpTo(position.number(), null);
    }

    /**
     * Does the same for parts in stored totals, if the time is stored with them. If the shipper has used numbers again while the consumer did not
     * run, its new parts don't count as seen.
     *
     * @param position position of the last of them
     * @param takenOut when the newest of their maps was taken out
     * @throws IllegalArgumentException if the number is less than 1
     */
    public void addUpTo(PartPosition position, Instant takenOut) {
        series(position).addUpTo(position.number(), takenOut);
    }

    private PartSeries series(PartPosition position) {
        if (position.number() < 1) {
            throw new IllegalArgumentException("the number of a part is " + position.number() + ": it is 1 or more");
        }
        return series.computeIfAbsent(new PartSeries.Id("", position), it -> new PartSeries());
    }

    /**
     * Forgets the series from which no part was added since the previous call of this method, with their {@link #gaps}. A consumer that runs for
     * years calls it from time to time, for example once a month, so that machines that are gone need no memory.
     *
     * <p>If such a series goes on, all of its parts before that time count as missing. Pass the returned position to {@link #addUpTo} to
     * prevent this.
     *
     * @return the last position of each of these series
     */
    public List<PartPosition> removeSilent() {
        List<PartPosition> removed = new ArrayList<>();
        series.entrySet().removeIf(each -> {
            boolean isSilent = each.getValue().isSilent();
            if (isSilent) {
                removed.add(new PartPosition(
                        each.getKey().shipper(),
                        each.getKey().series(),
                        each.getValue().numbers().last()));
            }
            return isSilent;
        });
        return removed;
    }

    /**
     * Returns the missing parts: those with a number below the largest one that was seen. The part 1 is the first of a series.
     *
     * @return the gaps; empty if there are none
     */
    public List<Gap> gaps() {
        List<Gap> gaps = new ArrayList<>();
        series.forEach((of, parts) ->
                parts.numbers().forEachGap((first, last) -> gaps.add(new Gap(of.shipper(), of.series(), first, last))));
        return gaps;
    }
}
