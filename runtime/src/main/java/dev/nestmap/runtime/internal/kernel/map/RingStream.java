/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The records of a RINGBUF, which user space takes, or of a USER_RINGBUF, which it puts. */
final class RingStream extends KernelStream {
    /** Mapped by the first operation, under the lock. */
    private @Nullable RingMemory memory;

    /** Used under the lock. */
    private final ReturnedRecords returned = new ReturnedRecords();

    RingStream(KernelMap map) {
        super(map);
    }

    @Override
    public int take(Block to) {
        return map.shape().kind() == MapKind.RINGBUF
                ? withMemory(ring -> returned.isEmpty() ? ring.take(to) : returned.take(to))
                : -ErrnoNumbers.ENOTSUPP;
    }

    @Override
    public int takeMany(Block to) {
        return map.shape().kind() == MapKind.RINGBUF
                ? withMemory(ring -> returned.isEmpty() ? ring.takeMany(to) : returned.takeWithHead(to))
                : -ErrnoNumbers.ENOTSUPP;
    }

    @Override
    public void giveBack(Block from, int at, int end) {
        locked(() -> {
            returned.add(from, at, end);
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
        return map.shape().kind() == MapKind.USER_RINGBUF
                ? withMemory(ring -> ring.put(from, size))
                : -ErrnoNumbers.ENOTSUPP;
    }

    private int withMemory(ToIntFunction<RingMemory> action) {
        return locked(() -> {
            RingMemory mapped = memory;
            if (mapped == null) {
                mapped = RingMemory.of(map.fd(), map.shape());
                memory = mapped;
            }
            return action.applyAsInt(mapped);
        });
    }

    @Override
    List<Integer> fds() {
        return List.of(map.fd());
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
