/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Block;
import java.util.Arrays;

/** A place of an outer map, by its key: the bytes say which, the key in Java's terms is for messages and results. */
public final class SlotKey implements Comparable<SlotKey> {
    private final Object key;
    private final byte[] bytes;
    private final int hash;

    /**
     * The place at this key.
     *
     * @param bytes the key as the kernel sees it; not copied
     */
    public SlotKey(Object key, byte[] bytes) {
        this.key = key;
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /** The key in Java's terms. */
    public Object key() {
        return key;
    }

    /** The key as the kernel sees it; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public void writeTo(Block block, int at) {
        block.bytes().put(at, bytes);
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
