/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** The mapped memory of a map, until it is closed or the map's handle is revoked. */
public final class MapMemory implements AutoCloseable {
    private final OpenMap map;
    private final SharedArrayValues memory;
    private final CallGate writers;

    /** The gate of the map's handle. A separate field, because each read calls {@link #checkRead}. */
    private final CallGate handle;

    /** Maps the values of an array that has {@code BPF_F_MMAPABLE}. */
    public MapMemory(OpenMap map, boolean writable) {
        this.map = map;
        this.memory = OperationListeners.reporting(() -> map.mmap(writable));
        this.writers = new CallGate(map.failure());
        this.handle = map.gate;
    }

    /** The shape of the map. */
    public MapShape shape() {
        return map.shape();
    }

    /**
     * The values, each at a multiple of 8 bytes. Reading is always safe. Afterwards {@link #checkRead} throws if the bytes that
     * were read are not valid.
     */
    public ByteBuffer bytes() {
        return memory.bytes();
    }

    /**
     * Throws if the memory was unmapped or the handle was revoked. Call it after each read, because bytes that are read after that
     * are meaningless.
     */
    public void checkRead() {
        // The reads before have acquire semantics, so these volatile reads come after them. close() revokes the gate
        // before it replaces the memory. A thread that read the replacement got it by a page fault, which comes after
        // that, so it sees the revocation here.
        if (writers.isRevoked() || handle.isRevoked()) {
            throw closed();
        }
    }

    /** Runs a write. The memory stays mapped meanwhile. */
    public void write(Runnable write) {
        if (!writers.enter()) {
            throw closed();
        }
        try {
            map.writing(write);
        } finally {
            writers.exit();
            Reference.reachabilityFence(this); // the memory stays mapped as long as this object is reachable
        }
    }

    /**
     * Returns the exception for memory that was unmapped. If its map's handle was revoked, that is the reason, and this method throws it.
     */
    private InvalidHandleException closed() {
        map.checkValid();
        return new InvalidHandleException(map.shape().name(), "its view was closed");
    }

    @Override
    public void close() {
        writers.revoke(); // before the memory is replaced, see checkRead()
        memory.close();
    }
}
