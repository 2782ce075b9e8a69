/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** A map in which programs count: 64 bits for each key, on each CPU if it is a per-CPU map. */
public record CountMap(OpenMap map) {
    /** Returns the number of events that a stream has lost. */
    public static long ofStream(OpenMap counts) {
        return new CountMap(counts).read(key(0));
    }

    /** A key of 32 bits. */
    static SlotKey key(int number) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        return new SlotKey(number, bytes.putInt(number).array());
    }

    /** Returns the count of a key, the sum of all CPUs; -1 if it has none. */
    long read(SlotKey key) {
        try (Scratch scratch = encode(key)) {
            int result = map.lookup(scratch.block(), 0, valueAt());
            if (result == -ENOENT) {
                return -1;
            }
            if (result != 0) {
                throw MapOperation.LOOKUP.failed(map.shape(), key.key(), result);
            }
            return sum(scratch.block(), valueAt());
        }
    }

    /** Returns the counts of an array, the sums of all CPUs, by their keys. */
    Map<Integer, Long> readAll() {
        Map<Integer, Long> sums = new HashMap<>();
        BatchScan.forEach(map, 0, (batch, i) -> {
            int key = batch.memory().bytes().getInt(batch.keyAt(i));
            sums.put(key, sum(batch.memory(), batch.valueAt(i)));
        });
        return sums;
    }

    private long sum(OffHeapBlock memory, int valueAt) {
        long sum = 0;
        for (int at = valueAt; at < valueAt + map.valueBytes(); at += Long.BYTES) {
            sum += memory.bytes().getLong(at);
        }
        return sum;
    }

    /** Sets the count of a key that no program changes meanwhile. */
    void put(SlotKey key, long count) {
        int result = write(key, count, RawMap.ANY);
        if (result != 0) {
            throw MapOperation.UPDATE.failed(map.shape(), key.key(), result);
        }
    }

    /** Does the same, and returns 0 or a negative errno. */
    int write(SlotKey key, long count, long flags) {
        try (Scratch scratch = encode(key)) {
            for (int at = valueAt(); at < valueAt() + map.valueBytes(); at += Long.BYTES) {
                scratch.block().bytes().putLong(at, at == valueAt() ? count : 0);
            }
            return map.update(scratch.block(), 0, valueAt(), flags);
        }
    }

    private Scratch encode(SlotKey key) {
        Scratch scratch = Scratch.take(valueAt() + map.valueBytes());
        key.writeTo(scratch.block(), 0);
        return scratch;
    }

    private int valueAt() {
        return Alignment.align(map.shape().keySize());
    }
}
