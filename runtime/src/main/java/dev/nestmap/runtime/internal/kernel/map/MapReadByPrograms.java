/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.InnerEntryBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * An outer map that this process reads only through the programs of a pinned reader. It has no descriptor of the map, because even with a
 * descriptor for reading, a process can pin the map elsewhere and open that pin for writing. Changes return {@code -EPERM}, as through a
 * descriptor for reading.
 *
 * @param constantsId id of the map with the constants of the programs
 */
public record MapReadByPrograms(BulkProgramConstants constants, int constantsId, BulkProgram programs)
        implements RawMap {
    /** Where {@code find_inner_maps_pinned} writes whether keys follow. */
    private static final int POSITION_AT = 12;

    /** The answers there: no keys follow, or the keys of the next bucket do not fit. */
    private static final int LAST = 1;

    private static final int NOT_FITTING = 2;

    /** Maximum number of reads of a bucket whose keys other processes change during the read. */
    private static final int MOST_TRIES = 1000;

    @Override
    public MapShape shape() {
        return layout().map();
    }

    private QueryLayout layout() {
        return constants.layout();
    }

    @Override
    public int id() {
        return constants.mapId();
    }

    @Override
    public UUID bootId() {
        return KernelIds.boot();
    }

    @Override
    public int valueBytes() {
        return Integer.BYTES;
    }

    @Override
    public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        return flags == 0 ? find(block, keyAt, valueAt) : -ErrnoNumbers.EINVAL;
    }

    private int find(OffHeapBlock block, int keyAt, int idAt) {
        BulkProgram.Buffer buffer = programs.theOnly();
        try {
            ByteBuffer shared = buffer.bytes();
            shared.putInt(0, 1);
            shared.put(
                    QueryLayout.HEADER_SIZE,
                    block.bytes(),
                    keyAt,
                    layout().map().keySize());
            int result = buffer.run(BulkProgram.FIND).run();
            if (result == 0) {
                int answerAt = QueryLayout.HEADER_SIZE + layout().answerAt();
                block.bytes().putInt(idAt, shared.getInt(answerAt + Integer.BYTES));
                result = shared.getInt(answerAt) == QueryLayout.FOUND ? 0 : -ErrnoNumbers.ENOENT;
            }
            return result;
        } finally {
            buffer.release();
        }
    }

    @Override
    public boolean lookupAll(QueryLayout layout, OffHeapBlock queries, int count) {
        return programs.lookup(queries, count);
    }

    @Override
    public int copyBytes(QueryLayout layout, int maps) {
        return programs.bufferSize();
    }

    @Override
    public boolean copyAll(InnerEntryBatch copy) {
        return programs.copy(copy);
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        return -ErrnoNumbers.EPERM;
    }

    @Override
    public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        return -ErrnoNumbers.EPERM;
    }

    @Override
    public int delete(OffHeapBlock block, int keyAt) {
        return -ErrnoNumbers.EPERM;
    }

    @Override
    public int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        return -ErrnoNumbers.ENOTSUPP; // keys are read in batches
    }

    @Override
    public int batch(BatchCommand command, Batch batch) {
        return command == BatchCommand.LOOKUP ? list(batch) : -ErrnoNumbers.EPERM;
    }

    private int list(Batch batch) {
        BulkProgram.Buffer buffer = programs.theOnly();
        try {
            int result = -ErrnoNumbers.EAGAIN;
            for (int i = 0; i < MOST_TRIES && result == -ErrnoNumbers.EAGAIN; i++) {
                result = list(batch, buffer);
            }
            return result;
        } finally {
            buffer.release();
        }
    }

    /** Returns {@code -EAGAIN} if the next bucket was changed all the time. */
    private int list(Batch batch, BulkProgram.Buffer buffer) {
        ByteBuffer to = batch.memory().bytes();
        ByteBuffer shared = buffer.bytes();
        int most = Math.min(
                batch.capacity(), (programs.bufferSize() - QueryLayout.HEADER_SIZE) / layout().copyQuerySize());
        int from = batch.started() ? to.getInt(Batch.CURSOR_AT) : 0;
        shared.putInt(0, 0)
                .putInt(BulkProgram.ANSWERED_AT, most)
                .putInt(BulkProgram.END_AT, from)
                .putInt(POSITION_AT, 0);
        int result = buffer.run(BulkProgram.FIND).run();
        if (result != 0) {
            return result;
        }
        int found = Math.max(0, Math.min(most, shared.getInt(BulkProgram.ANSWERED_AT)));
        int next = shared.getInt(BulkProgram.END_AT);
        int position = shared.getInt(POSITION_AT);
        boolean hasAdvanced = Integer.compareUnsigned(next, from) > 0;
        if (position != LAST && !hasAdvanced) {
            int tooSmall = most == batch.capacity() ? -ErrnoNumbers.ENOSPC : -ErrnoNumbers.E2BIG;
            return position == NOT_FITTING ? tooSmall : -ErrnoNumbers.EAGAIN;
        }
        for (int i = 0; i < found; i++) {
            int at = QueryLayout.HEADER_SIZE + i * layout().copyQuerySize();
            to.put(batch.keyAt(i), shared, at, layout().map().keySize());
            to.putInt(batch.valueAt(i), shared.getInt(at + layout().answerAt() + Integer.BYTES));
        }
        to.putInt(batch.nextCursorAt(), next);
        batch.read(found);
        return position == LAST ? -ErrnoNumbers.ENOENT : 0;
    }

    @Override
    public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
        return -ErrnoNumbers.EPERM;
    }

    @Override
    public int updateBatch(Batch keys, List<RawMap> inners) {
        return -ErrnoNumbers.EPERM;
    }

    @Override
    public boolean sharesGracePeriods() {
        return true; // a look-up by a program never waits
    }

    @Override
    public RawMap duplicate() {
        throw new BpfException(
                Reason.NOT_SUPPORTED,
                "duplication of the file descriptor of map " + shape().name(),
                "this process reads the map through a pinned reader, and has no descriptor of it");
    }

    @Override
    public void close() {
        programs.close();
    }
}
