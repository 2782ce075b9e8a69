/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import java.util.function.ToIntFunction;

/**
 * Writes or deletes entries, in order, in as few calls as the kernel takes. It ends a call at the first entry that it refuses; this
 * goes on after that one. Where it has no batches of a type (ENOTSUPP), or none at all (EINVAL for any), this goes entry by entry.
 */
public final class BatchChange {
    private final KeyBatch batch;
    private final ToIntFunction<KeyBatch> together;
    private final ToIntFunction<KeyBatch> next;
    private boolean singly;

    /** What is told of an entry that was refused. */
    public interface Refusals {
        /** The entry at this index of the batch was refused with this negative errno. If this throws, those after it are not tried. */
        void refused(int index, int errno);
    }

    private BatchChange(KeyBatch batch, ToIntFunction<KeyBatch> together, ToIntFunction<KeyBatch> next) {
        this.batch = batch;
        this.together = together;
        this.next = next;
    }

    /** Writes entries, whether or not there are others with their keys, with flags: {@link RawMap#LOCK} or none. */
    public static BatchChange updating(RawMap map, int wanted, long flags) {
        KeyBatch room = new KeyBatch(map.shape().keySize(), map.valueRoom(), Batch.capacity(map, wanted));
        return new BatchChange(
                room.withFlags(flags),
                map::updateBatch,
                batch -> map.update(
                        batch.block(), batch.keyAt(batch.done()), batch.valueAt(batch.done()), batch.flags()));
    }

    /** Deletes entries. */
    public static BatchChange deleting(RawMap map, int wanted) {
        KeyBatch room = new KeyBatch(map.shape().keySize(), 0, Batch.capacity(map, wanted));
        return new BatchChange(room, map::deleteBatch, batch -> map.delete(batch.block(), batch.keyAt(batch.done())));
    }

    /** Where the entries are written to before they are {@link #make made}: {@link KeyBatch#begin} says how many. */
    public KeyBatch batch() {
        return batch;
    }

    /** Changes what is in the batch. */
    public void make(Refusals refusals) {
        while (batch.done() < batch.count()) {
            int result = singly ? 0 : together.applyAsInt(batch);
            if (singly || result == -EINVAL) {
                // Of one entry the kernel says what is wrong with it, and not with the batch.
                int single = next.applyAsInt(batch);
                singly |= single == 0;
                settle(single, refusals);
            } else if (result == -ENOTSUPP) {
                singly = true;
            } else if (result != 0) {
                settle(result, refusals);
            }
        }
    }

    private void settle(int result, Refusals refusals) {
        int index = batch.done();
        batch.advance(1);
        if (result != 0) {
            refusals.refused(index, result);
        }
    }
}
