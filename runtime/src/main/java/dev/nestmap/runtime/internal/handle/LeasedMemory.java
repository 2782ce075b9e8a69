/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.SharedMemory;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** Memory of a map, until it is closed or the handle that it came from is cut off. */
public final class LeasedMemory implements AutoCloseable {
    private final LeasedMap map;
    private final SharedMemory memory;
    private final Lease writers = new Lease();

    /** Of a map whose memory the kernel shares. */
    public LeasedMemory(LeasedMap map, boolean writable) {
        this.map = map;
        this.memory = map.mmap(writable);
    }

    /** What it is the memory of. */
    public MapShape shape() {
        return map.shape();
    }

    /** Each value at a multiple of 8 bytes. It may be read at any time; whether that means anything, {@link #checkRead} tells. */
    public ByteBuffer bytes() {
        return memory.bytes();
    }

    /** Said after a read, because what is read of memory that was let go of meanwhile is another's, or nothing. */
    public void checkRead() {
        if (writers.isRevoked()) {
            throw closed();
        }
        map.checkValid();
    }

    /** Writes, while nobody can let go of the memory. */
    public void write(Runnable write) {
        if (!writers.enter()) {
            throw closed();
        }
        try {
            map.writing(write);
        } finally {
            writers.exit();
            Reference.reachabilityFence(this); // the memory is there for as long as this is
        }
    }

    private InvalidHandleException closed() {
        return new InvalidHandleException(map.shape().name(), "its view was closed");
    }

    @Override
    public void close() {
        writers.revoke();
        memory.close();
    }
}
