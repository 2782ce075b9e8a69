/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The records that user space takes from a RINGBUF or puts into a USER_RINGBUF. */
final class RingStream extends KernelStream {
    /** Mapped by the first operation, under the lock. */
    private @Nullable RingMemory memory;

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
    public void close() {
        RingMemory mapped = memory;
        if (mapped != null) {
            memory = null;
            mapped.unmap();
        }
    }
}
