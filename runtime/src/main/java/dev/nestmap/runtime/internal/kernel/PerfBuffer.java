/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import com.kenai.jffi.MemoryIO;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.PerfRecord;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The events that programs write on one CPU: a perf event of {@code PERF_COUNT_SW_BPF_OUTPUT} and the memory that it shares with
 * user space, a page of {@code struct perf_event_mmap_page} and the records, which go round (linux/perf_event.h). The kernel does
 * not write over what was not read, and counts what it had to leave out. One thread at a time.
 */
final class PerfBuffer {
    /** Who tells how many events were left out. */
    enum Losses {
        /** The event itself, when it is read ({@code PERF_FORMAT_LOST}, since Linux 6.0): at any time. */
        COUNTED(1 << 4),

        /** A record, which the kernel writes before the next event that finds room. */
        RECORDED(0);

        private final long readFormat;

        Losses(long readFormat) {
            this.readFormat = readFormat;
        }
    }

    private static final MemoryIO MEMORY = MemoryIO.getInstance();

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final long MAP_FAILED = -1;

    /** {@code PERF_ATTR_SIZE_VER0}: what is behind is 0. */
    private static final int ATTR_SIZE = 64;

    private static final int PERF_TYPE_SOFTWARE = 1;
    private static final long PERF_COUNT_SW_BPF_OUTPUT = 10;
    private static final long PERF_SAMPLE_RAW = 1 << 10;
    private static final long PERF_FLAG_FD_CLOEXEC = 8;
    private static final long ANY_PROCESS = -1;
    private static final long NO_GROUP = -1;

    // struct perf_event_attr
    private static final int SIZE_AT = 4;
    private static final int CONFIG_AT = 8;
    private static final int SAMPLE_PERIOD_AT = 16;
    private static final int SAMPLE_TYPE_AT = 24;
    private static final int READ_FORMAT_AT = 32;
    private static final int WAKEUP_EVENTS_AT = 48;

    // struct perf_event_mmap_page
    private static final int DATA_HEAD = 1024;
    private static final int DATA_TAIL = 1032;

    // struct perf_event_header: type (4), misc (2), size (2)
    private static final int RECORD_SIZE_AT = 6;
    private static final int PERF_RECORD_LOST = 2;
    private static final int PERF_RECORD_SAMPLE = 9;

    /** Of a record that tells of losses: behind the event's id. */
    private static final int LOST_AT = 16;

    /** What read(2) gives: the event's value, which is of no use here, and how many were lost since it was opened. */
    private static final int COUNTS = 2 * Long.BYTES;

    private final int fd;
    private final Losses losses;
    private final long page;
    private final long records;
    private final int size;

    /** Of those that were lost, how many are not told yet, and how many are. */
    private long lost;

    private long told;

    /** Whether a record was taken since the count was read. Nothing is lost while the buffer is empty, so else it is the same. */
    private boolean taken;

    private PerfBuffer(int fd, Losses losses, long page, int pageSize, int size) {
        this.fd = fd;
        this.losses = losses;
        this.page = page;
        this.records = page + pageSize;
        this.size = size;
    }

    /**
     * The descriptor of a new perf event of the CPU, or a negative errno: {@code ENODEV} when the CPU is offline, {@code EINVAL}
     * when the kernel can't tell losses so.
     */
    static int event(int cpu, Losses losses) {
        Block attr = Block.allocate(ATTR_SIZE);
        attr.bytes().putInt(0, PERF_TYPE_SOFTWARE);
        attr.bytes().putInt(SIZE_AT, ATTR_SIZE);
        attr.bytes().putLong(CONFIG_AT, PERF_COUNT_SW_BPF_OUTPUT);
        attr.bytes().putLong(SAMPLE_PERIOD_AT, 1);
        attr.bytes().putLong(SAMPLE_TYPE_AT, PERF_SAMPLE_RAW);
        attr.bytes().putLong(READ_FORMAT_AT, losses.readFormat);
        attr.bytes().putInt(WAKEUP_EVENTS_AT, 1);
        try {
            long fd = Native.perfEventOpen(attr.address(), ANY_PROCESS, cpu, NO_GROUP, PERF_FLAG_FD_CLOEXEC);
            return fd < 0 ? -Native.lastErrno() : Math.toIntExact(fd);
        } finally {
            Reference.reachabilityFence(attr);
        }
    }

    /** Maps so many bytes for records, a power of two of pages; null when that is refused, with its errno in {@code lastErrno}. */
    static @Nullable PerfBuffer map(int fd, Losses losses, int size) {
        int pageSize = Native.libc().getpagesize();
        Pointer memory = Native.libc().mmap(null, pageSize + (long) size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        return memory.address() == MAP_FAILED ? null : new PerfBuffer(fd, losses, memory.address(), pageSize, size);
    }

    int fd() {
        return fd;
    }

    /** See {@code RawMap#takeRecord}; {@code -E2BIG} in the place of an event that was longer than the kernel can say. */
    int take(Block to) {
        long head = MEMORY.getLong(page + DATA_HEAD);
        VarHandle.acquireFence();
        long tail = MEMORY.getLong(page + DATA_TAIL);
        while (tail != head) {
            long record = at(tail);
            int type = MEMORY.getInt(record);
            int recordSize = Short.toUnsignedInt(MEMORY.getShort(record + RECORD_SIZE_AT));
            if (recordSize < PerfRecord.HEAD || recordSize > head - tail) {
                release(head); // longer events than the kernel can say were written over it
                return -ErrnoNumbers.E2BIG;
            }
            int result = -ErrnoNumbers.ENOENT;
            if (type == PERF_RECORD_SAMPLE) {
                result = copyEvent(tail, recordSize, to);
            } else if (type == PERF_RECORD_LOST && losses == Losses.RECORDED) {
                lost += MEMORY.getLong(at(tail + LOST_AT));
            }
            tail += recordSize;
            release(tail);
            if (result != -ErrnoNumbers.ENOENT) {
                return result;
            }
        }
        return -ErrnoNumbers.ENOENT;
    }

    /** What is before is the kernel's to write over. */
    private void release(long tail) {
        VarHandle.releaseFence();
        MEMORY.putLong(page + DATA_TAIL, tail);
        taken = true;
    }

    private int copyEvent(long tail, int recordSize, Block to) {
        int length = MEMORY.getInt(at(tail + PerfRecord.HEAD));
        int head = PerfRecord.HEAD + PerfRecord.LENGTH;
        if (length != recordSize - head) {
            return -ErrnoNumbers.E2BIG;
        }
        copy(tail + head, to, Math.min(length, to.size()));
        return length;
    }

    /**
     * How many events were left out of which this was not told yet. A read interrupts the CPU, so there is none that can bring nothing
     * new.
     *
     * @throws BpfException when the count can't be read
     */
    long takeLost() {
        if (losses == Losses.COUNTED && taken) {
            lost = countLost() - told;
            taken = false;
        }
        long count = lost;
        told += count;
        lost = 0;
        return count;
    }

    private long countLost() {
        Block counts = Block.allocate(COUNTS);
        try {
            if (Native.libc().read(fd, counts.address(), COUNTS) != COUNTS) {
                throw BpfException.of("reading of how many events were lost")
                        .errno(Native.lastErrno())
                        .build();
            }
            return counts.bytes().getLong(Long.BYTES);
        } finally {
            Reference.reachabilityFence(counts);
        }
    }

    /** Lets go of the memory and the event. Nobody is in a call. */
    void close() {
        Native.libc().munmap(page, records - page + size);
        Native.libc().close(fd);
    }

    private void copy(long position, Block to, int length) {
        int first = (int) Math.min(length, records + size - at(position));
        try {
            MEMORY.copyMemory(at(position), to.address(), first);
            MEMORY.copyMemory(records, to.address() + first, length - first);
        } finally {
            Reference.reachabilityFence(to);
        }
    }

    private long at(long position) {
        return records + (position & (size - 1));
    }
}
