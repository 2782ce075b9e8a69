/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.NestPins;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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
        try (RawMap outer = Objects.requireNonNull(maps.open(outerId));
                RawMap inner = Objects.requireNonNull(maps.open(innerId))) {
            assertThat(outer.update(block, 0, inner, RawMap.ANY)).isZero();
        }
    }

    /** Puts a map into the slot with a key of 4 bytes. */
    public static void put(RawMap outer, int key, RawMap inner) {
        OffHeapBlock block = OffHeapBlock.allocate(Integer.BYTES);
        block.bytes().putInt(0, key);
        assertThat(outer.update(block, 0, inner, RawMap.ANY)).isZero();
    }

    /** Writes an entry with a key of 4 bytes and a value of 8. */
    public static void putEntry(RawMap map, int key, long value) {
        OffHeapBlock block = OffHeapBlock.allocate(2 * Long.BYTES);
        block.bytes().putInt(0, key).putLong(Long.BYTES, value);
        assertThat(map.update(block, 0, Long.BYTES, RawMap.ANY)).isZero();
    }

    /** Opens an outer map with slots for such inner maps, which a test may wrap. */
    public static Nest nest(MapFactory factory, MapShape outer, MapShape inner, UnaryOperator<RawMap> wrapper) {
        return nest(factory, outer, inner, wrapper, null);
    }

    /** The same with pins. */
    public static Nest nest(
            MapFactory factory,
            MapShape outer,
            MapShape inner,
            UnaryOperator<RawMap> wrapper,
            @Nullable NestPins pins) {
        try (RawMap prototype = factory.create(inner, null)) {
            OpenMap open = new OpenMap(outer.name(), wrapper.apply(factory.create(outer, prototype)));
            return new Nest(open, inner, factory, List.of(), pins, null);
        }
    }

    /** Empties the slot with a key of these bytes. */
    public static void remove(int outerId, byte[] key) {
        OffHeapBlock block = OffHeapBlock.allocate(key.length);
        block.bytes().put(0, key);
        try (RawMap outer = Objects.requireNonNull(new KernelMapFactory().open(outerId))) {
            assertThat(outer.delete(block, 0)).isZero();
        }
    }
}
