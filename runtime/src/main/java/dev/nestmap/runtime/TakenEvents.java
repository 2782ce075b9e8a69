/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.map.StreamOperations.RECORD_HEAD;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.util.function.ToIntFunction;

/** The events that one call takes out of a ring buffer, a few at a time. Generated code reads them. */
public final class TakenEvents {
    final MappedByteBuffer bytes;
    final int size;
    final int stride;
    private final OffHeapBlock memory;
    private final long most;
    private final ToIntFunction<OffHeapBlock> takeMany;

    /** Where the header of the event begins that is read now. */
    int at;

    int end;

    /** The number of events before this step. */
    long count;

    TakenEvents(OffHeapBlock memory, int size, int stride, long most, ToIntFunction<OffHeapBlock> takeMany) {
        this.memory = memory;
        this.bytes = memory.bytes();
        this.size = size;
        this.stride = stride;
        this.most = most;
        this.takeMany = takeMany;
    }

    /** {@return the bytes that contain the events} */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** {@return whether there are more events. If so, the next ones are taken out} */
    public boolean take() {
        if (at < end) {
            return false; // this event has another size
        }
        count += end / stride;
        at = 0;
        end = 0;
        end = count < most ? takeMany.applyAsInt(memory) : 0;
        return end > 0;
    }

    /** {@return the offset of the first event that was taken out, or -1 if it has a different size than the record} */
    public int first() {
        return next(RECORD_HEAD - stride);
    }

    /**
     * Moves to the next event, by a constant distance, so that the CPU need not wait for the size of this one.
     *
     * @param last the offset of this event
     * @return the offset of the next event that was taken out; -1 if there is none, or if its size differs from the record's
     */
    public int next(int last) {
        int next = last - RECORD_HEAD + stride;
        at = next;
        return next < end && bytes.getInt(next) == size ? next + RECORD_HEAD : -1;
    }
}
