/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A set of positive numbers, as ranges. Needs little memory if most numbers follow each other. */
final class NumberRanges {
    /**
     * The largest number of ranges. More of them are no gaps of a topic that shippers write: somebody sends numbers of his own. Then the
     * lowest gap is closed, so that memory stays bounded.
     */
    private static final int MOST = 1000;

    /** The last number of each range, by its first. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    /** How many numbers were in gaps that are closed. */
    private long closed;

    private long firstClosed = Long.MAX_VALUE;
    private long lastClosed;

    /** Adds a number. Returns false if it is in the set already. */
    boolean add(long number) {
        Map.Entry<Long, Long> before = ranges.floorEntry(number);
        if (before != null && before.getValue() >= number) {
            return false;
        }
        long first = before != null && before.getValue() == number - 1 ? before.getKey() : number;
        Long last = ranges.remove(number + 1);
        ranges.put(first, last == null ? number : last);
        if (ranges.size() > MOST) {
            Map.Entry<Long, Long> lowest = ranges.firstEntry();
            Map.Entry<Long, Long> next = ranges.higherEntry(lowest.getKey());
            closed += next.getKey() - lowest.getValue() - 1;
            firstClosed = Math.min(firstClosed, lowest.getValue() + 1);
            lastClosed = Math.max(lastClosed, next.getKey() - 1);
            ranges.remove(next.getKey());
            ranges.put(lowest.getKey(), next.getValue());
        }
        return true;
    }

    /** Adds a number and all smaller ones. */
    void addUpTo(long number) {
        add(number);
        long last = ranges.floorEntry(number).getValue();
        ranges.headMap(number, true).clear();
        ranges.put(1L, last);
        if (number >= lastClosed) {
            closed = 0;
            firstClosed = Long.MAX_VALUE;
            lastClosed = 0;
        }
    }

    /** Passes the ends of the gaps below the largest number: first all closed ones as one gap, then the others from the lowest. */
    void forEachGap(BiConsumer<Long, Long> receiver) {
        if (closed > 0) {
            receiver.accept(firstClosed, lastClosed);
        }
        long next = 1;
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            if (range.getKey() > next) {
                receiver.accept(next, range.getKey() - 1);
            }
            next = range.getValue() + 1;
        }
    }

    /** Returns how many numbers below the largest one are missing. */
    long missing() {
        long missing = closed + (ranges.isEmpty() ? 0 : last());
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            missing -= range.getValue() - range.getKey() + 1;
        }
        return missing;
    }

    /** Returns the largest number; the set must not be empty. */
    long last() {
        return ranges.lastEntry().getValue();
    }
}
