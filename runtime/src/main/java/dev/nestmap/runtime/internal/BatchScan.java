/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import static dev.nestmap.runtime.internal.Errno.EINTR;
import static dev.nestmap.runtime.internal.Errno.ENOENT;
import static dev.nestmap.runtime.internal.Errno.ENOSPC;
import static dev.nestmap.runtime.internal.Errno.ENOTSUPP;

/**
 * Goes once through a map, a batch at a time. It ends however much the map changes meanwhile, and sees an entry that stays
 * exactly once: the kernel goes through the buckets of a hash in order, and never back.
 *
 * <p>Before Linux 6.14 ("bpf: skip non exist keys in generic_map_lookup_batch") the kernel gives up with EINTR at an empty slot of an
 * array of maps, and of some types it has no batches at all (ENOTSUPP). From there on this goes key by key.
 */
public final class BatchScan {
    /** Between 1,024 and 16,384 entries a batch cost the same per entry, less cost more. */
    private static final int ENTRIES = 4096;

    private static final int BYTES = 1 << 22;

    private final RawMap map;
    private Batch batch;
    private boolean singly;
    private boolean last;

    /** Before the first batch of this map. */
    public BatchScan(RawMap map) {
        this(map, 0);
    }

    /** The same with flags for each value: {@link RawMap#LOCK} or none. */
    public BatchScan(RawMap map, long flags) {
        this.map = map;
        MapShape shape = map.shape();
        long entries = Math.min(Math.min(ENTRIES, shape.maxEntries()), BYTES / (shape.keySize() + map.valueRoom()));
        this.batch = new Batch(map, (int) Math.max(1, entries)).withFlags(flags);
    }

    /**
     * Goes to the next batch; false when there is none. Then {@link #batch()} has at least one entry.
     *
     * @throws dev.nestmap.runtime.BpfException when the kernel refuses, or the handle is no longer valid
     */
    public boolean next() {
        while (!last) {
            int result = singly ? nextSingly() : map.lookupBatch(batch);
            if ((result == -EINTR || result == -ENOTSUPP) && !singly) {
                singly = true;
                continue;
            }
            if (result == -ENOSPC) {
                Batch larger = new Batch(map, Math.multiplyExact(2, batch.capacity())).withFlags(batch.flags());
                larger.resume(batch);
                batch = larger;
                continue;
            }
            if (result != 0 && result != -ENOENT) {
                throw MapOperation.ITERATE.failed(map.shape(), null, result);
            }
            last = result != 0;
            if (batch.count() > 0) {
                return true;
            }
        }
        return false;
    }

    /** Answers as {@link RawMap#lookupBatch} does. The cursor of a map that the kernel has no buckets of is the last key. */
    private int nextSingly() {
        int nextAt = batch.cursor().size() / 2;
        Block entry = Block.allocate(Math.addExact(Sizes.align(map.shape().keySize()), map.valueRoom()));
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
        int valueAt = Sizes.align(keySize);
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
