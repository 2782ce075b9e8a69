/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The records that user space takes from a RINGBUF or puts into a USER_RINGBUF. */
final class RingStream extends KernelStream {
    /** Mapped by the first operation, under the lock. */
    private @Nullable RingMemory memory;

    /** Used under the lock. */
    private final ReturnedRecords returned = new ReturnedRecords();

    /** The stream of the next owner's handle, after a handover. Used under the lock. */
    private @Nullable RingStream successor;

    RingStream(KernelMap map) {
        super(map);
    }

    // Each operation has its own try block instead of a lambda, which would cost more than the operation.

    @Override
    public int take(OffHeapBlock to) {
        if (map.shape().kind() != MapKind.RINGBUF) {
            return -ErrnoNumbers.ENOTSUPP;
        }
        ReentrantLock lock = lock();
        lock.lock();
        try {
            return returned.isEmpty() ? memory().take(to) : returned.take(to);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int takeMany(OffHeapBlock to, int usual) {
        if (map.shape().kind() != MapKind.RINGBUF) {
            return -ErrnoNumbers.ENOTSUPP;
        }
        ReentrantLock lock = lock();
        lock.lock();
        try {
            return returned.isEmpty() ? memory().takeMany(to, usual) : returned.takeWithHead(to);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void giveBack(OffHeapBlock from, int at, int end) {
        lock().holding(() -> {
            RingStream owner = this;
            while (owner.successor != null) {
                owner = owner.successor;
            }
            owner.returned.add(from, at, end);
        });
    }

    @Override
    boolean hasReturnedRecords() {
        return lock().holding(() -> !returned.isEmpty());
    }

    @Override
    public int put(OffHeapBlock from, int size) {
        Objects.checkFromIndexSize(0, size, from.size());
        if (map.shape().kind() != MapKind.USER_RINGBUF) {
            return -ErrnoNumbers.ENOTSUPP;
        }
        ReentrantLock lock = lock();
        lock.lock();
        try {
            return memory().put(from, size);
        } finally {
            lock.unlock();
        }
    }

    private RingMemory memory() {
        RingMemory mapped = memory;
        if (mapped == null) {
            mapped = RingMemory.of(map.fd(), map.shape());
            memory = mapped;
        }
        return mapped;
    }

    @Override
    List<Integer> fds() {
        return List.of(map.fd());
    }

    @Override
    void takeOver(KernelStream other) {
        RingStream from = (RingStream) other;
        lock().holding(() -> {
            returned.addAll(from.returned);
            from.successor = this;
        });
    }

    @Override
    void close() {
        RingMemory mapped = memory;
        if (mapped != null) {
            memory = null;
            mapped.unmap();
        }
    }

    /**
     * Records that were taken out of a ring buffer and given back, because the caller failed before it used them. They can't be written
     * to the ring buffer again. Each record begins with its head and ends at a multiple of 8 bytes. Not thread-safe.
     */
    private static final class ReturnedRecords {
        /** The records are between position and limit. */
        private ByteBuffer records = ByteBuffer.allocate(0);

        boolean isEmpty() {
            return !records.hasRemaining();
        }

        /** Adds the records between two offsets of a block. */
        void add(OffHeapBlock from, int at, int end) {
            ByteBuffer all = ByteBuffer.allocate(records.remaining() + end - at).order(ByteOrder.nativeOrder());
            all.put(records).put(from.bytes().slice(at, end - at)).flip();
            records = all;
        }

        /** Moves the records of another object to the end of these. */
        void addAll(ReturnedRecords others) {
            if (isEmpty()) { // usually, and then this allocates nothing
                ByteBuffer none = records;
                records = others.records;
                others.records = none;
            } else if (!others.isEmpty()) {
                ByteBuffer all = ByteBuffer.allocate(records.remaining() + others.records.remaining())
                        .order(ByteOrder.nativeOrder());
                all.put(records).put(others.records).flip();
                records = all;
            }
        }

        /** Removes the first record and copies as much of it as fits into the block. Returns its size. */
        int take(OffHeapBlock to) {
            int size = records.getInt(records.position());
            to.bytes().put(0, records, records.position() + RECORD_HEAD, Math.min(size, to.size()));
            skip(size);
            return size;
        }

        /** Removes the first record and copies it with its head. Returns the number of bytes of both. */
        int takeWithHead(OffHeapBlock to) {
            int size = records.getInt(records.position());
            int length = RECORD_HEAD + Alignment.align(size);
            to.bytes().put(0, records, records.position(), Math.min(length, to.size()));
            skip(size);
            return length;
        }

        private void skip(int size) {
            records.position(records.position() + RECORD_HEAD + Alignment.align(size));
        }
    }
}
