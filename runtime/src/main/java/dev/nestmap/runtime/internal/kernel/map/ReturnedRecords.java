/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Records that were taken out of a map and given back, because the caller failed before it had used them. They can't be written to the
 * map again. Each record begins with its head and ends at a multiple of 8 bytes. Not thread-safe.
 */
final class ReturnedRecords {
    /** The records are between position and limit. */
    private ByteBuffer records = ByteBuffer.allocate(0);

    boolean isEmpty() {
        return !records.hasRemaining();
    }

    /** Adds the records between two offsets of a block, before the others: they were taken out before. */
    void add(OffHeapBlock from, int at, int end) {
        ByteBuffer all = ByteBuffer.allocate(records.remaining() + end - at).order(ByteOrder.nativeOrder());
        all.put(from.bytes().slice(at, end - at)).put(records).flip();
        records = all;
    }

    /** Removes the first record and copies as much of it as fits into the block. Returns its size. */
    int take(OffHeapBlock to) {
        int size = records.getInt(records.position());
        to.bytes().put(0, records, records.position() + StreamOperations.RECORD_HEAD, Math.min(size, to.size()));
        skip(size);
        return size;
    }

    /** Removes the first record and copies it with its head. Returns the number of bytes of both. */
    int takeWithHead(OffHeapBlock to) {
        int size = records.getInt(records.position());
        int length = StreamOperations.RECORD_HEAD + Alignment.align(size);
        to.bytes().put(0, records, records.position(), Math.min(length, to.size()));
        skip(size);
        return length;
    }

    private void skip(int size) {
        records.position(records.position() + StreamOperations.RECORD_HEAD + Alignment.align(size));
    }
}
