/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
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
    private static final int VALUE_AT = Long.BYTES;

    private final OpenMap counts;
    private final int valueBytes;

    /** Held while Java code adds to a number or replaces one. Only one process does: the owner of the slots. */
    private final Mutex writing = new Mutex();

    private final Map<Counter, Long> first = new EnumMap<>(Counter.class);

    /**
     * Reads the numbers, so that nothing can fail once a handle has the table.
     *
     * @param counts the map, which the caller closes if this fails
     */
    public UncountedTable(OpenMap counts) {
        this.counts = counts;
        this.valueBytes = counts.raw().valueBytes();
        for (Counter number : Counter.values()) {
            first.put(number, read(number));
        }
    }

    /** Returns a number as it was when this process opened the map. */
    long first(Counter number) {
        return Objects.requireNonNull(first.get(number));
    }

    /** Returns the sum of a number's values on all CPUs. */
    public long read(Counter number) {
        try (Scratch scratch = read(number.index())) {
            OffHeapBlock block = scratch.block();
            long sum = 0;
            for (int at = VALUE_AT; at < VALUE_AT + valueBytes; at += Long.BYTES) {
                sum += block.bytes().getLong(at);
            }
            return sum;
        }
    }

    /** Adds one to a number that no program adds to meanwhile: in memory, for Java code in place of a program. */
    public void increment(Counter number) {
        writing.holding(() -> {
            try (Scratch scratch = read(number.index())) {
                OffHeapBlock block = scratch.block();
                block.bytes().putLong(VALUE_AT, block.bytes().getLong(VALUE_AT) + 1);
                write(number, block);
            }
        });
    }

    /** Raises {@link Counter#REPORTED}, which programs don't change. Does nothing if it is as high. */
    void reported(long refused) {
        writing.holding(() -> {
            if (read(Counter.REPORTED) < refused) {
                try (Scratch scratch = encode(Counter.REPORTED.index())) {
                    OffHeapBlock block = scratch.block();
                    for (int at = VALUE_AT; at < VALUE_AT + valueBytes; at += Long.BYTES) {
                        block.bytes().putLong(at, at == VALUE_AT ? refused : 0);
                    }
                    write(Counter.REPORTED, block);
                }
            }
        });
    }

    private Scratch read(int index) {
        Scratch scratch = encode(index);
        int result = counts.lookup(scratch.block(), 0, VALUE_AT);
        if (result != 0) {
            scratch.close();
            throw MapOperation.LOOKUP.failed(counts.shape(), index, result);
        }
        return scratch;
    }

    private void write(Counter number, OffHeapBlock block) {
        int result = counts.update(block, 0, VALUE_AT, RawMap.ANY);
        if (result != 0) {
            throw MapOperation.UPDATE.failed(counts.shape(), number.index(), result);
        }
    }

    private Scratch encode(int index) {
        Scratch scratch = Scratch.take(VALUE_AT + valueBytes);
        scratch.block().bytes().putInt(0, index);
        return scratch;
    }

    /** The map in which programs count. */
    public OpenMap map() {
        return counts;
    }
}
