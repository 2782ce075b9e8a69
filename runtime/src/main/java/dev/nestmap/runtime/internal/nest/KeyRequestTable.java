/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.internal.backend.MemoryBackend;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.open.HandleLeakWatch;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The two maps in which programs record keys that they miss in an outer map: see {@link dev.nestmap.schema.KeyRequestMaps}.
 *
 * <p>A program that finds no inner map increments the count of its key before it ends. The update that puts an inner map into the slot
 * waits for running programs, except sleepable ones. So after the update, the count is final.
 */
public final class KeyRequestTable {
    /** The only key of {@link #lost}. */
    private static final SlotKey ONLY = new SlotKey(0, new byte[Integer.BYTES]);

    /** The recorded keys, each with the number of its misses. */
    private final OpenMap requests;
    /** One counter, of the misses whose keys could not be recorded. */
    private final OpenMap lost;

    public KeyRequestTable(OpenMap requests, OpenMap lost) {
        this.requests = requests;
        this.lost = lost;
    }

    /** Returns the bytes of at most {@code most} keys that programs missed. */
    public List<byte[]> keys(int most) {
        List<byte[]> keys = new ArrayList<>();
        for (BatchScan scan = new BatchScan(requests); keys.size() < most && scan.next(); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count() && keys.size() < most; i++) {
                keys.add(batch.key(i));
            }
        }
        return keys;
    }

    /**
     * Records a key like a program that misses it, but with count 0. Returns false if the map is full, or if the outer map can't have the
     * key. In memory, Java code in place of a program counts its misses.
     */
    boolean request(SlotKey slot, MapShape outer) {
        boolean recorded = outer.canHold(slot.bytes()) && record(slot);
        if (MemoryBackend.isProgram()) {
            countMiss(slot, recorded);
        }
        return recorded;
    }

    private void countMiss(SlotKey slot, boolean recorded) {
        OpenMap counts = recorded ? requests : lost;
        SlotKey counter = recorded ? slot : ONLY;
        long count = Math.max(0, read(counts, counter, counts::lookup));
        int result = write(counts, counter, count + 1, RawMap.ANY);
        if (result != 0) {
            throw MapOperation.UPDATE.failed(counts.shape(), slot.key(), result);
        }
    }

    private boolean record(SlotKey slot) {
        int result = write(requests, slot, 0, RawMap.NOEXIST);
        if (result != 0 && result != -EEXIST && result != -E2BIG) {
            throw MapOperation.UPDATE.failed(requests.shape(), slot.key(), result);
        }
        return result != -E2BIG;
    }

    /** The number of misses that left no request, because the map was full or the key is beyond the last index of an array. */
    public long lost() {
        return read(lost, ONLY, lost::lookup);
    }

    /** Returns how often programs missed each of these keys. Keys that are not recorded are left out. */
    Map<SlotKey, Long> counts(List<SlotKey> slots) {
        Map<SlotKey, Long> counts = new LinkedHashMap<>();
        for (SlotKey slot : slots) {
            long count = read(requests, slot, requests::lookup);
            if (count >= 0) {
                counts.put(slot, count);
            }
        }
        return counts;
    }

    /**
     * Deletes the recorded keys.
     *
     * @param known the counts that the caller has read
     * @return how often programs missed a key since then; only keys that were missed again
     */
    Map<SlotKey, Long> delete(Map<SlotKey, Long> known) {
        Map<SlotKey, Long> later = new LinkedHashMap<>();
        known.forEach((slot, count) -> {
            long more = read(requests, slot, requests::lookupAndDelete) - count;
            if (more > 0) {
                later.put(slot, more);
            }
        });
        return later;
    }

    /** Deletes a recorded key, and returns how often programs missed it. A miss that a program records at this moment may be lost. */
    public long remove(SlotKey slot) {
        return Math.max(0, read(requests, slot, requests::lookupAndDelete));
    }

    /** Returns the count of a key; -1 if the key is not recorded. */
    private static long read(OpenMap counts, SlotKey key, Lookup lookup) {
        int valueAt = valueAt(counts);
        try (Scratch scratch = encode(counts, key)) {
            int result = lookup.call(scratch.block(), 0, valueAt);
            if (result == -ENOENT) {
                return -1;
            }
            if (result != 0) {
                throw MapOperation.LOOKUP.failed(counts.shape(), key.key(), result);
            }
            return scratch.block().bytes().getLong(valueAt);
        }
    }

    private static int write(OpenMap counts, SlotKey key, long count, long flags) {
        int valueAt = valueAt(counts);
        try (Scratch scratch = encode(counts, key)) {
            scratch.block().bytes().putLong(valueAt, count);
            return counts.update(scratch.block(), 0, valueAt, flags);
        }
    }

    private interface Lookup {
        int call(OffHeapBlock block, int keyAt, int valueAt);
    }

    /** The resources to free when the outer map's handle has become garbage. */
    List<HandleLeakWatch> leaks() {
        return List.of(requests.leak(), lost.leak());
    }

    /** Closes the maps. Does nothing if they belong to an object, because the object revokes their handles first and closes them itself. */
    public void close(String reason) {
        requests.close(reason);
        lost.close(reason);
    }

    private static Scratch encode(OpenMap counts, SlotKey key) {
        Scratch scratch = Scratch.take(valueAt(counts) + Long.BYTES);
        key.writeTo(scratch.block(), 0);
        return scratch;
    }

    private static int valueAt(OpenMap counts) {
        return Alignment.align(counts.shape().keySize());
    }
}
