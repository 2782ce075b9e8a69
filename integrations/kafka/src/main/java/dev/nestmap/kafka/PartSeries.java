/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The parts of one series that were seen. */
final class PartSeries {
    private final NumberRanges numbers = new NumberRanges();

    /** When the newest of the maps was taken out; null if none is known. */
    private @Nullable Instant newest;

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
     * Adds a part. If its number was seen, and its map was taken out after all maps that were seen, the number was used again: the topic of
     * markers has lost its end. Then the series goes on from this number.
     *
     * @return false if the part was seen before
     */
    boolean add(long number, Instant takenOut) {
        active = true;
        boolean isLater = newest == null || takenOut.isAfter(newest);
        if (!numbers.add(number)) {
            if (newest == null || !isLater) {
                return false;
            }
            numbers.removeFrom(number);
            numbers.add(number);
            reused = true;
        }
        newest = isLater ? takenOut : newest;
        return true;
    }

    /** Adds a part and all smaller numbers. */
    void addUpTo(long number) {
        active = true;
        numbers.addUpTo(number);
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
