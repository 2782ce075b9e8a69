/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Memory outside the Java heap, in the machine's byte order. Its address never changes. */
public final class Block {
    private final ByteBuffer bytes;

    /** The block that this one is a part of, and where; null if it is no part of another one. */
    private final @Nullable Block whole;

    private final int at;
    private long address;

    private Block(int size) {
        this.bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        this.whole = null;
        this.at = 0;
    }

    private Block(Block whole, int at, int size) {
        this.bytes = whole.bytes.slice(at, size).order(ByteOrder.nativeOrder());
        this.whole = whole;
        this.at = at;
    }

    /** Allocates zeroed memory of that many bytes. It is freed when the block is no longer reachable. */
    public static Block allocate(int size) {
        return new Block(size);
    }

    /** Returns a part of this block, which uses the same memory. */
    public Block part(int at, int size) {
        return new Block(this, at, size);
    }

    /** The memory as a buffer. Callers only use absolute reads and writes, and leave position and limit unchanged. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Copies bytes to another block, or to another offset of this one. */
    public void copy(int from, Block to, int at, int size) {
        to.bytes.put(at, bytes, from, size);
    }

    /** The size in bytes. */
    public int size() {
        return bytes.capacity();
    }

    /** The memory's address. Only code that calls the kernel needs it, so maps in memory load no native library. */
    public long address() {
        if (address == 0) {
            address = whole == null
                    ? com.kenai.jffi.MemoryIO.getInstance().getDirectBufferAddress(bytes)
                    : whole.address() + at;
        }
        return address;
    }
}
