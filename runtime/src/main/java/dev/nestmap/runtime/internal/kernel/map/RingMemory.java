/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static dev.nestmap.runtime.internal.kernel.natives.LibC.MAP_FAILED;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.MAP_SHARED;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.PROT_READ;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.PROT_WRITE;

import com.kenai.jffi.MemoryIO;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapKind;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import jnr.ffi.Pointer;

/**
 * The memory that a ring buffer shares with user space: a page with the consumer's position, a page with the producer's position,
 * and the records (kernel/bpf/ringbuf.c). The records are mapped twice in a row, so that each is contiguous. Positions only grow.
 * User space maps pages read-only that only the kernel may write. Not thread-safe.
 *
 * <p>Loads and stores of positions and of records' headers are ordered like libbpf's {@code smp_load_acquire} and {@code
 * smp_store_release}: an acquire fence follows the load, and a release fence precedes the store. The comments at the accesses name what
 * each pairs with in kernel/bpf/ringbuf.c (Linux 6.12). Positions and headers are aligned, so that a 64-bit JVM accesses each of them as a
 * whole. A lock orders the threads of this process.
 */
final class RingMemory {
    private static final MemoryIO MEMORY = MemoryIO.getInstance();

    /** Size of {@code struct bpf_ringbuf_hdr}: the record's length with two flags, and an offset that the kernel uses. */
    private static final int HEAD = 8;

    /** Largest number of records that are copied at once. Programs can't reuse their room before the position moves. */
    private static final int MOST_AT_ONCE = 64;

    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;

    private final long size;
    private final int page;
    private final long consumer;
    private final long producer;

    private RingMemory(long size, int page, long consumer, long producer) {
        this.size = size;
        this.page = page;
        this.consumer = consumer;
        this.producer = producer;
    }

    /** Maps the memory of the map with this file descriptor. */
    static RingMemory of(int fd, MapShape map) {
        int page = Native.libc().getpagesize();
        boolean writes = map.kind() == MapKind.USER_RINGBUF;
        long size = map.maxEntries();
        long consumer = map(fd, map, page, writes ? PROT_READ : PROT_READ | PROT_WRITE, 0);
        try {
            long producer = map(fd, map, page + 2 * size, writes ? PROT_READ | PROT_WRITE : PROT_READ, page);
            return new RingMemory(size, page, consumer, producer);
        } catch (RuntimeException e) {
            Native.libc().munmap(consumer, page);
            throw e;
        }
    }

    private static long map(int fd, MapShape map, long length, int protection, long offset) {
        Pointer memory = Native.libc().mmap(null, length, protection, MAP_SHARED, fd, offset);
        if (memory.address() != MAP_FAILED) {
            return memory.address();
        }
        int errno = Native.lastErrno();
        String why = errno == ErrnoNumbers.EPERM
                ? "reading a ring buffer means writing the consumer's position: use a handle that was opened for writing"
                : null;
        throw BpfException.of("mapping of the memory")
                .map(map.name())
                .errno(errno)
                .because(why)
                .build();
    }

    /** See {@code StreamOperations#take}. */
    int take(Block to) {
        long position = MEMORY.getLong(consumer); // only this process writes it
        while (position < produced()) {
            int head = MEMORY.getInt(recordAt(position));
            VarHandle
                    .acquireFence(); // pairs with xchg(&hdr->len) in bpf_ringbuf_commit: not busy means that the record
            // is complete
            if ((head & BUSY) != 0) {
                break;
            }
            int length = head & ~DISCARDED;
            boolean isDiscarded = (head & DISCARDED) != 0;
            if (!isDiscarded) {
                try {
                    MEMORY.copyMemory(recordAt(position) + HEAD, to.address(), Math.min(length, to.size()));
                } finally {
                    Reference.reachabilityFence(to);
                }
            }
            position += roundedUp(length);
            releaseRoom(position);
            if (!isDiscarded) {
                return length;
            }
        }
        return -ErrnoNumbers.ENOENT;
    }

    /** See {@code StreamOperations#takeMany}. Copies up to {@link #MOST_AT_ONCE} records and then moves the consumer's position once. */
    int takeMany(Block to) {
        long start = MEMORY.getLong(consumer); // only this process writes it
        long produced = produced();
        long end = start;
        int records = 0;
        while (records < MOST_AT_ONCE && end < produced) {
            int head = MEMORY.getInt(recordAt(end));
            VarHandle.acquireFence(); // as in take; the last of these fences also precedes the copy of all records
            boolean isFirst = end == start;
            if ((head & BUSY) != 0 || ((head & DISCARDED) != 0 && !isFirst)) {
                break;
            }
            long next = end + roundedUp(head & ~DISCARDED);
            if (next - start > to.size() && !isFirst) {
                break;
            }
            end = next;
            if ((head & DISCARDED) == 0) {
                records++;
            } else {
                start = end; // begins again behind the discarded record
            }
        }
        if (end > start) {
            try {
                MEMORY.copyMemory(recordAt(start), to.address(), Math.min(end - start, to.size()));
            } finally {
                Reference.reachabilityFence(to);
            }
        }
        releaseRoom(end);
        return end > start ? (int) (end - start) : -ErrnoNumbers.ENOENT;
    }

    /** See {@code StreamOperations#put}. */
    int put(Block from, int length) {
        long consumed = MEMORY.getLong(consumer);
        // Pairs with smp_store_release(&rb->consumer_pos) in __bpf_user_ringbuf_sample_release: the program has read
        // what is overwritten.
        VarHandle.acquireFence();
        long position = MEMORY.getLong(producer); // only this process writes it
        if (roundedUp(length) > size - (position - consumed)) {
            return -ErrnoNumbers.ENOSPC;
        }
        MEMORY.putInt(recordAt(position), length);
        MEMORY.putInt(recordAt(position) + Integer.BYTES, 0);
        try {
            MEMORY.copyMemory(from.address(), recordAt(position) + HEAD, length);
        } finally {
            Reference.reachabilityFence(from);
        }
        // Pairs with smp_load_acquire(&rb->producer_pos) in __bpf_user_ringbuf_peek. The header needs no order of its
        // own: it is not busy
        // when the program first sees it.
        VarHandle.releaseFence();
        MEMORY.putLong(producer, position + roundedUp(length));
        return 0;
    }

    /** Unmaps the memory. No thread is in another method. */
    void unmap() {
        Native.libc().munmap(consumer, page);
        Native.libc().munmap(producer, page + 2 * size);
    }

    private long produced() {
        long position = MEMORY.getLong(producer);
        // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve: the header before this position is
        // at least busy.
        VarHandle.acquireFence();
        return position;
    }

    /**
     * Lets programs overwrite the records before a position. A program that commits at the same time may miss the new position and so wake
     * nobody. Then its record is in the ring already when a thread waits, and poll(2) returns at once, see {@link KernelStreamWait}.
     */
    private void releaseRoom(long position) {
        // Pairs with smp_load_acquire(&rb->consumer_pos) in __bpf_ringbuf_reserve: the copies above end before programs
        // write.
        VarHandle.releaseFence();
        MEMORY.putLong(consumer, position);
    }

    private long recordAt(long position) {
        return producer + page + (position & (size - 1));
    }

    private static long roundedUp(int length) {
        return (length + 2L * HEAD - 1) / HEAD * HEAD;
    }
}
