/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** Slots of outer maps, and changes of them as by another process that does not use Nestmap. */
public final class RawSlots {
    private RawSlots() {}

    /** The slot with a key of 4 bytes. */
    public static SlotKey slot(int key) {
        return new SlotKey(
                key,
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt(key)
                        .array());
    }

    /** Puts a map into the slot with a key of these bytes. */
    public static void put(int outerId, byte[] key, int innerId) {
        KernelMapFactory maps = new KernelMapFactory();
        OffHeapBlock block = OffHeapBlock.allocate(key.length);
        block.bytes().put(0, key);
        RawMap outer = Objects.requireNonNull(maps.open(outerId));
        RawMap inner = Objects.requireNonNull(maps.open(innerId));
        try {
            assertThat(outer.update(block, 0, inner, RawMap.ANY)).isZero();
        } finally {
            inner.close();
            outer.close();
        }
    }

    /** Empties the slot with a key of these bytes. */
    public static void remove(int outerId, byte[] key) {
        OffHeapBlock block = OffHeapBlock.allocate(key.length);
        block.bytes().put(0, key);
        RawMap outer = Objects.requireNonNull(new KernelMapFactory().open(outerId));
        try {
            assertThat(outer.delete(block, 0)).isZero();
        } finally {
            outer.close();
        }
    }
}
