/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.UncountedMap.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The map in which programs count for an outer map what they could not count in its inner maps: see {@link dev.nestmap.schema.UncountedMap}. A
 * program counts before it ends, so all refusals of a displaced map are in the number when its slot has changed.
 */
public final class UncountedTable {
    private final CountMap counts;

    /** Held while Java code adds to a number or replaces one. Only one process does: the owner of the slots. */
    private final Mutex writing = new Mutex();

    private final Map<Counter, Long> first = new EnumMap<>(Counter.class);

    /**
     * Reads the numbers, so that nothing can fail once a handle has the table.
     *
     * @param counts the map, which the caller closes if this fails
     */
    public UncountedTable(OpenMap counts) {
        this.counts = new CountMap(counts);
        Map<Integer, Long> sums = this.counts.readAll();
        for (Counter number : Counter.values()) {
            first.put(number, sums.getOrDefault(number.index(), -1L));
        }
    }

    /** Returns a number as it was when this process opened the map. */
    long first(Counter number) {
        return Objects.requireNonNull(first.get(number));
    }

    /** Returns the sum of a number's values on all CPUs. */
    public long read(Counter number) {
        return counts.read(CountMap.key(number.index()));
    }

    /** Adds one to a number that no program adds to meanwhile: in memory, for Java code in place of a program. */
    public void increment(Counter number) {
        writing.holding(() -> counts.put(CountMap.key(number.index()), read(number) + 1));
    }

    /** Raises {@link Counter#REPORTED}, which programs don't change. Does nothing if it is as high. */
    void reported(long refused) {
        writing.holding(() -> {
            if (read(Counter.REPORTED) < refused) {
                counts.put(CountMap.key(Counter.REPORTED.index()), refused);
            }
        });
    }

    /** The map in which programs count. */
    public OpenMap map() {
        return counts.map();
    }
}
