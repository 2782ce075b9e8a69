/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The parts of one series that were seen. */
final class PartSeries {
    private final NumberRanges numbers = new NumberRanges();

    /** When the newest of the maps was taken out; null if none is known. */
    private @Nullable Instant newest;

    /** The largest number that was added without its map. */
    private long stored;

    private boolean reused;

    /** Whether a part was added since the last question. */
    private boolean active;

    /**
     * Identifies a series.
     *
     * @param topic empty if copies in several topics count once
     */
    record Id(String topic, String shipper, UUID series) implements Comparable<Id> {
        Id(String topic, PartPosition position) {
            this(topic, position.shipper(), position.series());
        }

        @Override
        public int compareTo(Id other) {
            return Comparator.comparing(Id::topic)
                    .thenComparing(Id::shipper)
                    .thenComparing(Id::series)
                    .compare(this, other);
        }
    }

    /**
     * Adds a part. If its number was seen with another map, the number was used again: the topic of markers has lost its end. Then the series
     * goes on from this number.
     *
     * @param part number of this part of the map
     * @param recent remembers the parts of all series
     * @return false if the part was seen before
     */
    boolean add(long number, MapIdentity map, int part, RecentMaps recent) {
        active = true;
        if (!recent.add(map, part)) {
            numbers.add(number); // a map that was sent again may have another number
            return false;
        }
        boolean isLater = newest != null && map.takenOut().isAfter(newest);
        newest = newest == null || isLater ? map.takenOut() : newest;
        if (!numbers.add(number)) {
            if (number <= stored && !isLater) {
                return false;
            }
            stored = Math.min(stored, number - 1);
            numbers.removeFrom(number);
            numbers.add(number);
            reused = true;
        }
        return true;
    }

    /**
     * Adds a part and all smaller numbers, whose maps are not known.
     *
     * @param takenOut when the newest of the maps was taken out; null if it is not known. A part that comes later with one of these numbers is
     *     another one if its map was taken out later
     */
    void addUpTo(long number, @Nullable Instant takenOut) {
        active = true;
        numbers.addUpTo(number);
        stored = Math.max(stored, number);
        newest = newest == null || (takenOut != null && takenOut.isAfter(newest)) ? takenOut : newest;
    }

    /** Returns whether no part was added since the previous call. */
    boolean isSilent() {
        boolean wasActive = active;
        active = false;
        return !wasActive;
    }

    NumberRanges numbers() {
        return numbers;
    }

    /** Returns whether numbers were used again. */
    boolean isReused() {
        return reused;
    }
}
