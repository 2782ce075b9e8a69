/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.List;

/**
 * Operations on the records of a RINGBUF, a USER_RINGBUF or a PERF_EVENT_ARRAY. An operation that the map's type does not support returns
 * {@code -ENOTSUPP}.
 */
public interface StreamOperations {
    /** Size of what precedes each record of a RINGBUF: its size in 4 bytes, and 4 bytes without meaning. */
    int RECORD_HEAD = 8;

    /** The operations of a map that has no records. */
    StreamOperations NONE = new StreamOperations() {};

    /**
     * Removes the oldest record of a RINGBUF, or of one CPU of a PERF_EVENT_ARRAY, and copies as much of it as fits into the block.
     *
     * @return the size of the record in bytes, or {@code -ENOENT} if there is no record
     */
    default int take(OffHeapBlock to) {
        return -ErrnoNumbers.ENOTSUPP;
    }

    /**
     * Removes the oldest records of a RINGBUF and copies them one after the other. Each begins with its size, which takes {@link
     * #RECORD_HEAD} bytes, and ends at a multiple of 8 bytes. Of a record that is larger than the block, copies as much as fits.
     *
     * @param usual size of most records in bytes; records of another size take longer
     * @return the number of bytes, or {@code -ENOENT} if there is no record
     */
    default int takeMany(OffHeapBlock to, int usual) {
        return -ErrnoNumbers.ENOTSUPP;
    }

    /**
     * Gives back the records between two offsets of a block that {@link #takeMany} has filled. The next operation that takes a record
     * returns them first. They are lost if this map is closed before.
     */
    default void giveBack(OffHeapBlock from, int at, int end) {}

    /** Appends a record of that many bytes to a USER_RINGBUF. Returns {@code -ENOSPC} if the buffer has no room for it. */
    default int put(OffHeapBlock from, int size) {
        return -ErrnoNumbers.ENOTSUPP;
    }

    /** Prepares a wait for records of this map and of other maps of its type. */
    default Wait newWait() {
        throw new UnsupportedOperationException("wait for records");
    }

    /**
     * Creates the event buffers of a PERF_EVENT_ARRAY, one per CPU. Does nothing if they exist.
     *
     * @param bytesPerCpu the least size of each buffer, in bytes
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses
     */
    default void openBuffers(int bytesPerCpu) {
        throw new UnsupportedOperationException("buffers for events");
    }

    /** The size of each event buffer of a PERF_EVENT_ARRAY, in bytes; 0 if the buffers are not open. */
    default int bufferSize() {
        return 0;
    }

    /**
     * The number of events that the full buffers of a PERF_EVENT_ARRAY have lost, and that no call has returned yet. An event that is lost
     * after the last record was taken may count only after the next one is taken.
     */
    default long takeLost() {
        return 0;
    }

    /** A wait for records that another thread can end. Any thread may call {@link #wake}, even after {@link #close}. */
    interface Wait extends AutoCloseable {
        /**
         * Waits until a map has a record, or {@link #wake} has been called.
         *
         * @param maps open maps of the type that this wait was made for
         * @param millis the longest wait, in milliseconds; it may return earlier
         * @return 0 or more, or a negative errno
         */
        int await(List<RawMap> maps, int millis);

        /** Ends the current call of {@link #await}, and every later one. */
        void wake();

        @Override
        void close();
    }
}
