/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The key of a slot of an outer map. The bytes identify the slot; the Java key is for messages and results. */
public final class SlotKey implements Comparable<SlotKey> {
    private final Object key;
    private final byte[] bytes;
    private final int hash;

    /**
     * The slot with this key.
     *
     * @param bytes the key as bytes; not copied
     */
    public SlotKey(Object key, byte[] bytes) {
        this.key = key;
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /** The key as a Java value. */
    public Object key() {
        return key;
    }

    /** The key as bytes. Callers must not change the array. */
    public byte[] bytes() {
        return bytes;
    }

    /** Writes the key's bytes to this offset. */
    public void writeTo(OffHeapBlock block, int at) {
        block.bytes().put(at, bytes);
    }

    /** Whether the key is at the start of a block. */
    public boolean isAt(OffHeapBlock block) {
        ByteBuffer memory = block.bytes();
        for (int i = 0; i < bytes.length; i++) {
            if (memory.get(i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the id of the inner map in this slot of an outer map; 0 if the slot is empty.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the kernel can't read the slot
     */
    public int innerId(RawMap outer) {
        int idAt = Alignment.align(bytes.length);
        try (Scratch scratch = Scratch.take(idAt + Integer.BYTES)) {
            writeTo(scratch.block(), 0);
            int result = outer.lookup(scratch.block(), 0, idAt);
            if (result != 0 && result != -ENOENT) {
                throw MapOperation.LOOKUP.failed(outer.shape(), key, result);
            }
            return result == 0 ? scratch.block().bytes().getInt(idAt) : 0;
        }
    }

    @Override
    public int compareTo(SlotKey other) {
        return Arrays.compare(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SlotKey slot && Arrays.equals(bytes, slot.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return key.toString();
    }
}
