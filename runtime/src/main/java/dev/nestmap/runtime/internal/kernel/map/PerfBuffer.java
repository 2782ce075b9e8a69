/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static dev.nestmap.runtime.internal.kernel.natives.LibC.MAP_FAILED;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.MAP_SHARED;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.PROT_READ;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.PROT_WRITE;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.PerfRecordSize;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The events that programs write on one CPU: a perf event of {@code PERF_COUNT_SW_BPF_OUTPUT} and its memory, which the kernel shares with
 * user space. The memory is a page with {@code struct perf_event_mmap_page}, followed by a ring of records (linux/perf_event.h). The kernel
 * never overwrites unread records: it counts the events that do not fit. Not thread-safe.
 */
final class PerfBuffer {
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    // struct perf_event_mmap_page
    private static final int DATA_HEAD = 1024;
    private static final int DATA_TAIL = 1032;

    // struct perf_event_header: type (4), misc (2), size (2)
    private static final int RECORD_SIZE_AT = 6;
    private static final int PERF_RECORD_SAMPLE = 9;

    /**
     * Size of the result of read(2): the event's value, which Nestmap does not use, and the number of lost events since the perf event was
     * opened.
     */
    private static final int COUNTS = 2 * Long.BYTES;

    private final int fd;
    private final long address;
    private final ByteBuffer page;
    private final ByteBuffer records;
    private final int size;
    private final Descriptor event;

    /** The number of lost events that {@link #takeLost} has returned. */
    private long returned;

    /**
     * Whether a record was taken since the count was last read. If not, later losses are counted after the next record: there is one, because
     * events are lost only while the buffer is full.
     */
    private boolean taken;

    private PerfBuffer(Descriptor event, long address, int pageSize, int size) {
        this.fd = event.fd();
        this.address = address;
        this.page = buffer(address, pageSize);
        this.records = buffer(address + pageSize, size);
        this.size = size;
        this.event = event.moved();
    }

    private static ByteBuffer buffer(long address, int length) {
        return NativeLibraries.memory(address, length);
    }

    /** Maps {@code size} bytes for records, a power of two of pages. Returns null on failure, with the errno in {@code lastErrno}. */
    static @Nullable PerfBuffer map(Descriptor event, int size) {
        int pageSize = NativeLibraries.libc().getpagesize();
        long memory = NativeLibraries.libc()
                .mmap(0, pageSize + (long) size, PROT_READ | PROT_WRITE, MAP_SHARED, event.fd(), 0);
        return memory == MAP_FAILED ? null : new PerfBuffer(event, memory, pageSize, size);
    }

    int fd() {
        return fd;
    }

    /** See {@code StreamOperations#take}. Returns {@code -E2BIG} for an event whose length exceeds what the kernel can store. */
    int take(OffHeapBlock to) {
        // Pairs with smp_wmb() before data_head in perf_output_put_handle
        // (kernel/events/ring_buffer.c): records before it are complete.
        long head = (long) LONG.getAcquire(page, DATA_HEAD);
        long tail = (long) LONG.get(page, DATA_TAIL); // only this process writes it
        while (tail != head) {
            int record = at(tail);
            int type = records.getInt(record);
            int recordSize = Short.toUnsignedInt(records.getShort(record + RECORD_SIZE_AT));
            if (recordSize < PerfRecordSize.HEAD || recordSize % Long.BYTES != 0 || recordSize > head - tail) {
                release(head); // an event whose length overflowed has overwritten this record
                return -ErrnoNumbers.E2BIG;
            }
            int result = -ErrnoNumbers.ENOENT;
            if (type == PERF_RECORD_SAMPLE) {
                result = copyEvent(tail, recordSize, to);
            }
            tail += recordSize;
            release(tail);
            if (result != -ErrnoNumbers.ENOENT) {
                return result;
            }
        }
        return -ErrnoNumbers.ENOENT;
    }

    /** Lets the kernel overwrite the records before this position. */
    private void release(long tail) {
        // Pairs with the control dependency on data_tail in perf_output_begin:
        // the copy ends before the kernel overwrites the record.
        LONG.setRelease(page, DATA_TAIL, tail);
        taken = true;
    }

    private int copyEvent(long tail, int recordSize, OffHeapBlock to) {
        int length = records.getInt(at(tail + PerfRecordSize.HEAD));
        int head = PerfRecordSize.HEAD + PerfRecordSize.LENGTH;
        if (length < 0 || length != recordSize - head) {
            return -ErrnoNumbers.E2BIG;
        }
        copy(tail + head, to, Math.min(length, to.size()));
        return length;
    }

    /**
     * The number of lost events that no call has returned yet. Reading the count interrupts the CPU, so it is read only after a record was
     * taken.
     *
     * @throws BpfException if the count can't be read
     */
    long takeLost() {
        if (!taken) {
            return 0;
        }
        long all = countLost();
        taken = false;
        long lost = all - returned;
        returned = all;
        return lost;
    }

    private long countLost() {
        OffHeapBlock counts = OffHeapBlock.allocate(COUNTS);
        if (counts.call(address -> (int) NativeLibraries.libc().read(fd, address, COUNTS)) != COUNTS) {
            throw BpfException.of(NativeLibraries.lastErrno(), "reading of the number of lost events")
                    .build();
        }
        return counts.bytes().getLong(Long.BYTES);
    }

    /** Unmaps the memory and closes the event. No thread is in another method. */
    void close() {
        NativeLibraries.libc().munmap(address, page.capacity() + (long) size);
        event.close();
    }

    private void copy(long position, OffHeapBlock to, int length) {
        int first = Math.min(length, size - at(position));
        to.bytes().put(0, records, at(position), first);
        if (first < length) {
            to.bytes().put(first, records, 0, length - first);
        }
    }

    private int at(long position) {
        return (int) (position & (size - 1));
    }
}
