/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import static dev.nestmap.runtime.internal.Errno.ENOENT;
import static dev.nestmap.runtime.internal.Errno.ENOSPC;

/**
 * Goes once through a map, a batch at a time. It ends however much the map changes meanwhile, and sees an entry that stays
 * exactly once: the kernel goes through the buckets of a hash in order, and never back.
 */
public final class BatchScan {
    /** Between 1,024 and 16,384 entries a batch cost the same per entry, less cost more. */
    private static final int ENTRIES = 4096;

    private static final int BYTES = 1 << 22;

    private final RawMap map;
    private Batch batch;
    private boolean last;

    /** Before the first batch of this map. */
    public BatchScan(RawMap map) {
        this.map = map;
        MapShape shape = map.shape();
        long entries = Math.min(Math.min(ENTRIES, shape.maxEntries()), BYTES / (shape.keySize() + map.valueRoom()));
        this.batch = new Batch(map, (int) Math.max(1, entries));
    }

    /**
     * Goes to the next batch; false when there is none. Then {@link #batch()} has at least one entry.
     *
     * @throws dev.nestmap.runtime.BpfException when the kernel refuses, or the handle is no longer valid
     */
    public boolean next() {
        while (!last) {
            int result = map.lookupBatch(batch);
            if (result == -ENOSPC) {
                Batch larger = new Batch(map, Math.multiplyExact(2, batch.capacity()));
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

    /** The entries that {@link #next} has found. */
    public Batch batch() {
        return batch;
    }
}
