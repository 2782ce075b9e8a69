/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static dev.nestmap.runtime.internal.kernel.natives.LibC.MAP_FAILED;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.MAP_SHARED;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.PROT_READ;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.PROT_WRITE;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory that a ring buffer shares with user space: a page with the consumer's position, a page with the producer's position, and the
 * records (kernel/bpf/ringbuf.c). The records are mapped twice in a row, so that each is contiguous. Positions only grow. User space maps
 * the pages that only the kernel may write as read-only. Not thread-safe.
 *
 * <p>Loads and stores of positions are ordered like libbpf's {@code smp_load_acquire} and {@code smp_store_release}. An acquire fence
 * follows the loads of record headers and precedes the copy of the records. A comment at each access names its counterpart in
 * kernel/bpf/ringbuf.c (Linux 6.12). Positions and headers are aligned, so that a 64-bit JVM accesses each of them as a whole. A lock
 * orders the threads of this process.
 *
 * <p>Another process that has write access to the map can write any position. Therefore positions and lengths are checked, and all memory is
 * accessed through buffers, which check their bounds.
 */
final class RingMemory {
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Size of {@code struct bpf_ringbuf_hdr}: the record's length with two flags, and an offset that the kernel uses. */
    private static final int HEAD = 8;

    /** Largest number of records that are copied at once. Programs can't reuse their room before the position moves. */
    private static final int MOST_AT_ONCE = 64;

    /**
     * The usual distance between {@link #windows} is two to this power. A buffer has at most 2^31-1 bytes, and a ring buffer can be larger.
     */
    private static final int WINDOW_BITS = 29;

    /** The longest record, with its header: {@code RINGBUF_MAX_RECORD_SZ}. */
    private static final long LONGEST_RECORD = 1 << 30;

    /** Where the kernel writes the position after the last record that was overwritten ({@code struct bpf_ringbuf}, Linux 6.19). */
    private static final int OVERWRITTEN_AT = 16;

    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;

    private final String name;
    private final long size;
    private final boolean overwrites;
    private final int page;
    private final long consumerPage;
    private final long producerPage;
    private final ByteBuffer consumer;
    private final ByteBuffer producer;

    /** The records. Each of these buffers contains all bytes of a record or batch that begins before the next one. */
    private final ByteBuffer[] windows;

    private final int windowBits;

    private RingMemory(MapShape map, int windowBits, int page, long consumerPage, long producerPage) {
        this.name = map.name();
        this.size = map.maxEntries();
        this.overwrites = (map.flags() & MapFlags.RB_OVERWRITE) != 0;
        this.page = page;
        this.consumerPage = consumerPage;
        this.producerPage = producerPage;
        this.consumer = buffer(consumerPage, page);
        this.producer = buffer(producerPage, page);
        this.windowBits = windowBits;
        this.windows = new ByteBuffer[(int) (((size - 1) >>> windowBits) + 1)];
        for (int i = 0; i < windows.length; i++) {
            long start = (long) i << windowBits;
            long length = Math.min(2 * size - start, (1L << windowBits) + LONGEST_RECORD);
            windows[i] = buffer(producerPage + page + start, length);
        }
    }

    private static ByteBuffer buffer(long address, long length) {
        return NativeLibraries.memory(address, length);
    }

    /** Maps the memory of the map with this file descriptor. */
    static RingMemory of(int fd, MapShape map) {
        return of(fd, map, WINDOW_BITS);
    }

    /** Maps the memory in windows with a distance of two to the power of {@code windowBits}. */
    static RingMemory of(int fd, MapShape map, int windowBits) {
        int page = NativeLibraries.libc().getpagesize();
        boolean writes = map.kind() == MapKind.USER_RINGBUF;
        long consumer = map(fd, map, page, writes ? PROT_READ : PROT_READ | PROT_WRITE, 0);
        try (Undo undo = new Undo(() -> NativeLibraries.libc().munmap(consumer, page))) {
            long length = page + 2 * map.maxEntries();
            long producer = map(fd, map, length, writes ? PROT_READ | PROT_WRITE : PROT_READ, page);
            undo.add(() -> NativeLibraries.libc().munmap(producer, length));
            return undo.commit(new RingMemory(map, windowBits, page, consumer, producer));
        }
    }

    private static long map(int fd, MapShape map, long length, int protection, long offset) {
        long memory = NativeLibraries.libc().mmap(0, length, protection, MAP_SHARED, fd, offset);
        if (memory != MAP_FAILED) {
            return memory;
        }
        int errno = NativeLibraries.lastErrno();
        String why = errno == ErrnoNumbers.EACCES
                ? "reading a ring buffer means writing the consumer's position: use a handle that was opened for writing"
                : errno == ErrnoNumbers.EPERM
                        ? "the map is frozen, or something else forbids it: " + LinuxCapability.otherReasons()
                        : null;
        throw BpfException.of(errno, "mapping of the memory").map(map.name()).because(why);
    }

    /** See {@code StreamOperations#take}. */
    int take(OffHeapBlock to) {
        long consumed = consumed();
        long produced = produced(consumed);
        long start = firstRecord(consumed, produced);
        int head = start < produced ? head(start) : BUSY;
        // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit: not busy means that the record is complete.
        VarHandle.acquireFence();
        if ((head & (BUSY | DISCARDED)) != 0) { // discarded: by a program, after firstRecord() has looked
            releaseRoom(start);
            return -ErrnoNumbers.ENOENT;
        }
        checkEnd(start + roundedUp(head), produced);
        copy(start + HEAD, to, head);
        requireKept(start);
        releaseRoom(start + roundedUp(head));
        return head;
    }

    /** See {@code StreamOperations#takeMany}. Copies up to {@link #MOST_AT_ONCE} records and then moves the consumer's position once. */
    int takeMany(OffHeapBlock to, int usual) {
        long consumed = consumed();
        long produced = produced(consumed);
        long start = firstRecord(consumed, produced);
        int taken = completeRecords(start, Math.min(to.size(), produced - start), usual);
        // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit, for all headers: not busy means that the record is
        // complete. The headers themselves need no order, because all before the producer's position are at least busy.
        VarHandle.acquireFence();
        checkEnd(start + taken, produced);
        if (taken > 0) {
            copy(start, to, taken);
            requireKept(start);
        }
        releaseRoom(start + taken);
        return taken > 0 ? taken : -ErrnoNumbers.ENOENT;
    }

    /**
     * Returns the number of bytes of the records from a position on that a batch takes: at least one record, if it is complete, and
     * otherwise at most {@code most} bytes. A record that is discarded or busy ends the batch.
     */
    private int completeRecords(long start, long most, int usual) {
        ByteBuffer window = window(start);
        int first = index(start);
        int usualSize = (int) roundedUp(usual);
        int end = first;
        for (int records = 0; records < MOST_AT_ONCE && end - first < most; records++) {
            int head = window.getInt(end);
            int next;
            if (head == usual) {
                next = end + usualSize; // no data dependency: the CPU loads the next header before this one arrives
            } else if ((head & (BUSY | DISCARDED)) == 0) {
                next = end + (int) roundedUp(head);
            } else {
                break;
            }
            if (next - first > most && records > 0) {
                break;
            }
            end = next;
        }
        return end - first;
    }

    /** See {@code StreamOperations#put}. */
    int put(OffHeapBlock from, int length) {
        // Pairs with smp_store_release(&rb->consumer_pos) in
        // __bpf_user_ringbuf_sample_release: the program has read what is overwritten.
        long consumed = (long) LONG.getAcquire(consumer, 0);
        long position = (long) LONG.get(producer, 0); // only this process writes it
        if (roundedUp(length) > size - (position - consumed)) {
            return -ErrnoNumbers.ENOSPC;
        }
        ByteBuffer window = window(position);
        int record = index(position);
        window.putInt(record, length).putInt(record + Integer.BYTES, 0);
        window.put(record + HEAD, from.bytes(), 0, length);
        // Pairs with smp_load_acquire(&rb->producer_pos) in __bpf_user_ringbuf_peek. The header needs no separate
        // order: it is not busy when the program first sees it.
        LONG.setRelease(producer, 0, position + roundedUp(length));
        return 0;
    }

    /** Unmaps the memory. No thread is in another method. */
    void unmap() {
        NativeLibraries.libc().munmap(consumerPage, page);
        NativeLibraries.libc().munmap(producerPage, page + 2 * size);
    }

    /** Returns the position of the consumer, which only readers write, or that of the oldest record that was not overwritten. */
    private long consumed() {
        // Comes before the load of the producer's position: else
        // that could be the older one, if there is another reader.
        long consumed = (long) LONG.getAcquire(consumer, 0);
        return overwrites ? Math.max(consumed, overwritten()) : consumed;
    }

    private long overwritten() {
        return (long) LONG.getAcquire(producer, OVERWRITTEN_AT);
    }

    /**
     * Requires that no program has overwritten a record while it was copied. Programs have ended when the map was taken out of its slot, so
     * only a program that the caller accepted with an unchecked rotation can.
     */
    private void requireKept(long start) {
        if (overwrites) {
            VarHandle.acquireFence(); // the copy comes before the load of the position
            if (overwritten() > start) {
                throw BpfException.of(Reason.BUSY, "take of an event from " + name)
                        .because(ErrorTable.message("EVENT_WAS_OVERWRITTEN"));
            }
        }
    }

    /** Returns the position of the producer. Throws if the position of the consumer can't be right. */
    private long produced(long consumed) {
        // Pairs with smp_store_release(&rb->producer_pos) in
        // __bpf_ringbuf_reserve: the header before this position is at least busy.
        long produced = (long) LONG.getAcquire(producer, 0);
        if (consumed % HEAD != 0 || Long.compareUnsigned(produced - consumed, size) > 0) {
            throw damaged(consumed, produced);
        }
        return produced;
    }

    /** Returns the position of the first record that is not discarded, or the producer's position. */
    private long firstRecord(long consumed, long produced) {
        long position = consumed;
        while (position < produced) {
            int head = head(position);
            if ((head & (BUSY | DISCARDED)) != DISCARDED) {
                break;
            }
            position += roundedUp(head & ~DISCARDED);
        }
        checkEnd(position, produced);
        return position;
    }

    private int head(long position) {
        return window(position).getInt(index(position));
    }

    private void copy(long position, OffHeapBlock to, int length) {
        to.bytes().put(0, window(position), index(position), Math.min(length, to.size()));
    }

    /**
     * Lets programs overwrite the records before a position. A program that commits at the same time may miss the new position and so wake
     * nobody. Then its record is in the ring already when a thread waits, and poll(2) returns at once, see {@link KernelStreamWait}.
     */
    private void releaseRoom(long position) {
        // Pairs with smp_load_acquire(&rb->consumer_pos) in
        // __bpf_ringbuf_reserve: the copies above end before programs write.
        LONG.setRelease(consumer, 0, position);
    }

    private void checkEnd(long end, long produced) {
        if (end > produced) {
            throw damaged(consumed(), produced);
        }
    }

    private BpfException damaged(long position, long produced) {
        return BpfException.of(Reason.MISMATCH, "take of an event from " + name)
                .because(ErrorTable.message("RING_IS_DAMAGED", position, produced));
    }

    private ByteBuffer window(long position) {
        return windows[(int) ((position & (size - 1)) >>> windowBits)];
    }

    private int index(long position) {
        return (int) (position & (size - 1) & ((1L << windowBits) - 1));
    }

    private static long roundedUp(int length) {
        return (length + 2L * HEAD - 1) / HEAD * HEAD;
    }
}
