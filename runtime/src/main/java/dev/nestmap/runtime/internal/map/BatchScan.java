/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINTR;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOSPC;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;

/**
 * Goes once through a map, a batch at a time. It ends however much the map changes meanwhile, and sees an entry that stays
 * exactly once: the kernel goes through the buckets of a hash in order, and never back.
 *
 * <p>Before Linux 6.14 ("bpf: skip non exist keys in generic_map_lookup_batch") the kernel gives up with EINTR at an empty slot of an
 * array of maps, and of some types it has no batches at all (ENOTSUPP). From there on this goes key by key.
 */
public final class BatchScan {
    /** Room for so many at first: most maps have few entries, and memory that is not used costs time as well. */
    private static final int ENTRIES_AT_FIRST = 64;

    private static final int GROWTH = 4;

    private final RawMap map;
    private final boolean takes;
    private Batch batch;
    private boolean singly;
    private boolean last;

    /** Before the first batch of this map. */
    public BatchScan(RawMap map) {
        this(map, 0);
    }

    /** The same with flags for each value: {@link RawMap#LOCK} or none. */
    public BatchScan(RawMap map, long flags) {
        this(map, flags, false);
    }

    private BatchScan(RawMap map, long flags, boolean takes) {
        this.map = map;
        this.takes = takes;
        long entries = Math.min(ENTRIES_AT_FIRST, map.shape().maxEntries());
        this.batch = new Batch(map, Batch.capacity(map, entries)).withFlags(flags);
    }

    /** One that takes out what it finds. Kernels that have no batches for that (before 5.6) have no single operation either. */
    public static BatchScan taking(RawMap map, long flags) {
        return new BatchScan(map, flags, true);
    }

    /**
     * Goes to the next batch; false when there is none. Then {@link #batch()} has at least one entry.
     *
     * @throws dev.nestmap.runtime.error.BpfException when the kernel refuses, or the handle is no longer valid
     */
    public boolean next() {
        if (batch.started() && !last) {
            grow(Batch.capacity(
                    map, Math.min((long) GROWTH * batch.capacity(), map.shape().maxEntries())));
        }
        while (!last) {
            int result = singly ? nextSingly() : takes ? map.lookupAndDeleteBatch(batch) : map.lookupBatch(batch);
            if ((result == -EINTR || result == -ENOTSUPP) && !singly && !takes) {
                singly = true;
                continue;
            }
            if (result == -ENOSPC) {
                grow(Math.multiplyExact(2, batch.capacity()));
                continue;
            }
            if (result != 0 && result != -ENOENT) {
                throw (takes ? MapOperation.TAKE : MapOperation.ITERATE).failed(map.shape(), null, result);
            }
            last = result != 0;
            if (batch.count() > 0) {
                return true;
            }
        }
        return false;
    }

    /** Makes room for so many, if there is less, and goes on from the same place. */
    private void grow(int capacity) {
        if (capacity > batch.capacity()) {
            Batch larger = new Batch(map, capacity).withFlags(batch.flags());
            larger.resume(batch);
            batch = larger;
        }
    }

    /** Answers as {@link RawMap#lookupBatch} does. The cursor of a map that the kernel has no buckets of is the last key. */
    private int nextSingly() {
        int nextAt = batch.cursor().size() / 2;
        Block entry = Block.allocate(Math.addExact(Alignment.align(map.shape().keySize()), map.valueRoom()));
        boolean started = batch.started();
        int found = 0;
        int result = 0;
        while (found < batch.capacity() && result == 0) {
            result = map.nextKey(batch.cursor(), started ? 0 : -1, nextAt);
            if (result == 0) {
                started = true;
                batch.cursor().copy(nextAt, batch.cursor(), 0, map.shape().keySize());
                found += takes(entry, found) ? 1 : 0;
            }
        }
        batch.advance(found);
        return result;
    }

    /** Puts the entry at the cursor into the batch; false when there is none. */
    private boolean takes(Block entry, int index) {
        int keySize = map.shape().keySize();
        int valueAt = Alignment.align(keySize);
        batch.cursor().copy(0, entry, 0, keySize);
        int result = map.lookup(entry, 0, valueAt, batch.flags());
        if (result != 0 && result != -ENOENT) {
            throw MapOperation.ITERATE.failed(map.shape(), null, result);
        }
        if (result == 0) {
            entry.copy(0, batch.keys(), index * keySize, keySize);
            entry.copy(valueAt, batch.values(), index * map.valueRoom(), map.valueRoom());
        }
        return result == 0;
    }

    /** The entries that {@link #next} has found. */
    public Batch batch() {
        return batch;
    }
}
