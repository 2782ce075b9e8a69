/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Scratch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Converts the keys of an outer map to bytes and back.
 *
 * @param <K> type of the keys
 */
final class OuterKeys<K> {
    private final MapShape outer;
    private final Codec<K> codec;
    private final int scratchSize;

    OuterKeys(MapShape outer, Codec<K> codec, int scratchSize) {
        this.outer = outer;
        this.codec = codec;
        this.scratchSize = scratchSize;
    }

    Codec<K> codec() {
        return codec;
    }

    /** Returns memory that starts with the key and has room for the id of an inner map. The caller closes it. */
    Scratch encode(K key) {
        Scratch scratch = Scratch.take(scratchSize);
        try {
            codec.write(key, scratch.block().bytes(), 0);
            return scratch;
        } catch (Throwable e) { // a codec can throw anything, and the memory must return to its pool
            scratch.close();
            throw e;
        }
    }

    /** Reads the key at an offset of a buffer. */
    K decode(ByteBuffer from, int at) {
        return EntryDecoder.key(outer, codec, from, at);
    }

    K decode(byte[] bytes) {
        return decode(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
    }

    /** Returns the slot of a key. */
    SlotKey slot(K key) {
        byte[] bytes = new byte[outer.keySize()];
        codec.write(key, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
        return new SlotKey(key, bytes);
    }

    /** Returns the slots of keys in order, each once. */
    List<SlotKey> slots(Collection<? extends K> keys) {
        return keys.stream().map(this::slot).distinct().toList();
    }

    /**
     * Returns the slots of keys in order, one for each key. Keys that differ in Java can be the same in C, for example texts that are
     * truncated.
     *
     * @throws IllegalArgumentException if two keys are the same in C
     */
    List<SlotKey> distinctSlots(Collection<? extends K> keys) {
        Map<SlotKey, SlotKey> slots = new LinkedHashMap<>();
        for (K key : keys) {
            SlotKey slot = slot(key);
            SlotKey previous = slots.putIfAbsent(slot, slot);
            if (previous != null) {
                throw new IllegalArgumentException(
                        "keys " + previous + " and " + slot + " of map " + outer.name()
                                + " are the same in C, and a map of maps has one inner map for each key: leave one of them out");
            }
        }
        return List.copyOf(slots.keySet());
    }
}
