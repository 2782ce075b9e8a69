/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The records of a RINGBUF, which user space takes, or of a USER_RINGBUF, which it puts. */
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
    public int take(Block to) {
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
    public int takeMany(Block to, int usual) {
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
    public void giveBack(Block from, int at, int end) {
        locked(() -> {
            RingStream owner = this;
            while (owner.successor != null) {
                owner = owner.successor;
            }
            owner.returned.add(from, at, end);
            return null;
        });
    }

    @Override
    boolean hasReturnedRecords() {
        return locked(() -> !returned.isEmpty());
    }

    @Override
    public int put(Block from, int size) {
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
        locked(() -> {
            returned.addAll(from.returned);
            from.successor = this;
            return null;
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
}
