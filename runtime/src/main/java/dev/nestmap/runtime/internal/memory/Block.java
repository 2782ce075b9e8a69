/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory outside of the Java heap, in the machine's byte order, at an address that does not move. */
public final class Block {
    private final ByteBuffer bytes;
    private long address;

    private Block(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** New memory, all zeros. It goes when the block is no longer reachable. */
    public static Block allocate(int size) {
        return new Block(ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()));
    }

    /** The memory. Only absolute reads and writes: position and limit stay as they are. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Copies bytes to another block, or to another place of this one. */
    public void copy(int from, Block to, int at, int size) {
        to.bytes.put(at, bytes, from, size);
    }

    /** How many bytes it has. */
    public int size() {
        return bytes.capacity();
    }

    /** Where it is. Asked for only by code that calls the kernel, so that the heap needs no native library. */
    public long address() {
        if (address == 0) {
            address = com.kenai.jffi.MemoryIO.getInstance().getDirectBufferAddress(bytes);
        }
        return address;
    }
}
