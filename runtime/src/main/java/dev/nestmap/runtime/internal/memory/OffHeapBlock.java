/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import dev.nestmap.natives.Natives;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongToIntFunction;

/** Memory outside the Java heap, in the machine's byte order. Its address never changes. */
public final class OffHeapBlock {
    /** A narrow type, so that the JIT compiles reads and writes of the codecs for this memory only, and not for buffers in the Java heap as well. */
    private final MappedByteBuffer bytes;

    /** 0 until it is needed. */
    private long address;

    private OffHeapBlock(ByteBuffer direct) {
        this.bytes = (MappedByteBuffer) direct.order(ByteOrder.nativeOrder());
    }

    /** Allocates zeroed memory of that many bytes. It is freed when the block is no longer reachable. */
    public static OffHeapBlock allocate(int size) {
        return new OffHeapBlock(ByteBuffer.allocateDirect(size));
    }

    /** Allocates memory with a copy of these bytes. */
    public static OffHeapBlock of(byte[] content) {
        OffHeapBlock block = allocate(content.length);
        block.bytes.put(0, content);
        return block;
    }

    /** Allocates memory with a string in the form of C: in UTF-8, with a NUL at the end. The string itself contains none. */
    public static OffHeapBlock ofString(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a C string ends at its first NUL");
        }
        return of((text + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a part of this block, which uses the same memory. */
    public OffHeapBlock part(int at, int size) {
        return new OffHeapBlock(bytes.slice(at, size));
    }

    /** The memory as a buffer. Callers only use absolute reads and writes, and leave position and limit unchanged. */
    public MappedByteBuffer bytes() {
        return bytes;
    }

    /** Copies bytes to another block, or to another offset of this one. */
    public void copy(int from, OffHeapBlock to, int at, int size) {
        to.bytes.put(at, bytes, from, size);
    }

    /** Passes this memory's address to a native function. The memory stays allocated until the function returns. */
    public int call(LongToIntFunction function) {
        try {
            return function.applyAsInt(address());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The size in bytes. */
    public int size() {
        return bytes.capacity();
    }

    /** The memory's address. Only code that calls the kernel needs it, so maps in memory load no native library. */
    public long address() {
        return address == 0 ? findAddress() : address;
    }

    private long findAddress() {
        address = Natives.access().address(bytes);
        return address;
    }
}
