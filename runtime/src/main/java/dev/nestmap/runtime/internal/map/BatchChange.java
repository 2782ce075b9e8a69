/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.schema.MapKind.BatchCommand;

/**
 * Writes or deletes the entries of a {@link Batch} in order, with as few system calls as possible. The kernel ends a call at the first
 * entry that it rejects; the next call continues after that entry. If the kernel has no batches for the map's type (ENOTSUPP) or none at
 * all (EINVAL for every batch), each entry gets a separate call.
 */
public final class BatchChange {
    private final Batch batch;
    private final RawMap map;
    private final BatchCommand command;
    private boolean oneByOne;

    /** Receives the entries that the kernel rejected. */
    public interface Refusals {
        /**
         * Called for each rejected entry with its index in the batch and a negative errno. If it throws, the remaining entries are not
         * tried.
         */
        void refused(int index, int errno);
    }

    private BatchChange(RawMap map, BatchCommand command, Batch batch) {
        this.map = map;
        this.command = command;
        this.batch = batch;
    }

    /** Prepares updates with {@link RawMap#ANY}. The flags are {@link RawMap#LOCK} or 0. */
    public static BatchChange updating(RawMap map, int wanted, long flags) {
        Batch room = new Batch(map, Batch.capacity(map, wanted)).atMost(Batch.ENTRIES);
        return new BatchChange(map, BatchCommand.UPDATE, room.withFlags(flags));
    }

    /** Prepares deletes. */
    public static BatchChange deleting(RawMap map, int wanted) {
        Batch room = new Batch(map.shape().keySize(), 0, Batch.capacity(map, wanted)).atMost(Batch.ENTRIES);
        return new BatchChange(map, BatchCommand.DELETE, room);
    }

    /** The batch that the caller fills before each {@link #make}. {@link Batch#begin} sets the number of entries. */
    public Batch batch() {
        return batch;
    }

    /** Writes or deletes the entries in the batch. */
    public void make(Refusals refusals) {
        while (batch.done() < batch.count()) {
            int result = oneByOne ? 0 : map.batch(command, batch);
            if (oneByOne || result == -EINVAL) {
                // EINVAL may be about the batch or about its first entry. A call for that entry alone shows which.
                int single = changeNext();
                oneByOne |= single == 0;
                record(single, refusals);
            } else if (result == -ENOTSUPP) {
                oneByOne = true;
            } else if (result != 0) {
                record(result, refusals);
            }
        }
    }

    private int changeNext() {
        int keyAt = batch.keyAt(batch.done());
        return command == BatchCommand.DELETE
                ? map.delete(batch.memory(), keyAt)
                : map.update(batch.memory(), keyAt, batch.valueAt(batch.done()), batch.flags());
    }

    private void record(int result, Refusals refusals) {
        int index = batch.done();
        batch.advance(1);
        if (result != 0) {
            refusals.refused(index, result);
        }
    }
}
