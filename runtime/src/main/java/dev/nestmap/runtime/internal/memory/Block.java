/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Memory outside the Java heap, in the machine's byte order. Its address never changes. */
public final class Block {
    /** Room for the arguments of a system call, in bytes: those of bpf(2) on an entry. */
    private static final int ARGUMENTS_SIZE = 4 * Long.BYTES;

    private final ByteBuffer bytes;
    private final ByteBuffer arguments;

    /** The block that this one is a part of, and where; null if it is no part of another one. */
    private final @Nullable Block whole;

    private final int at;
    private long address;

    private Block(int size) {
        int argumentsAt = Alignment.align(size);
        ByteBuffer all = ByteBuffer.allocateDirect(Math.addExact(argumentsAt, ARGUMENTS_SIZE));
        this.bytes = all.slice(0, size).order(ByteOrder.nativeOrder());
        this.arguments = all.slice(argumentsAt, ARGUMENTS_SIZE).order(ByteOrder.nativeOrder());
        this.whole = null;
        this.at = 0;
    }

    private Block(Block whole, int at, int size) {
        this.bytes = whole.bytes.slice(at, size).order(ByteOrder.nativeOrder());
        this.arguments = whole.arguments;
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

    /** Memory behind the bytes for the arguments of a system call. Its contents are lost with the next call that uses the block. */
    public ByteBuffer arguments() {
        return arguments;
    }

    /** The address of {@link #arguments}. */
    public long argumentsAddress() {
        return whole == null ? address() + Alignment.align(size()) : whole.argumentsAddress();
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
