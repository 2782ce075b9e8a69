/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.ReadBatch;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.outer.InnerMap;
import dev.nestmap.runtime.internal.outer.Nest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds inner maps of an outer map.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of borrowed handles to inner maps
 */
final class OuterReader<K, M extends MapAccessor> {
    private final OpenMap outer;
    private final Nest state;
    private final OuterKeys<K> keys;
    private final ChangeResults<K, M, ?> results;

    OuterReader(OpenMap outer, Nest state, OuterKeys<K> keys, ChangeResults<K, M, ?> results) {
        this.outer = outer;
        this.state = state;
        this.keys = keys;
        this.results = results;
    }

    /** Returns the inner map at a key; null if there is none. */
    @Nullable
    M find(K key) {
        try (Scratch scratch = keys.encode(key)) {
            InnerMap inner = state.maps().find(scratch.block(), key);
            return inner == null ? null : results.view(inner);
        }
    }

    boolean contains(K key) {
        try (Scratch scratch = keys.encode(key)) {
            return state.maps().contains(scratch.block(), key);
        }
    }

    void forEach(BiConsumer<? super K, ? super M> action) {
        forEachSlot((slot, id) -> {
            InnerMap inner = state.maps().find(slot, id);
            if (inner != null) {
                action.accept(results.key(slot), results.view(inner));
            }
        });
    }

    List<K> keys() {
        List<K> all = new ArrayList<>();
        forEachSlot((slot, id) -> all.add(results.key(slot)));
        return all;
    }

    /** Lists the slots that have an inner map, also those whose keys can't be decoded. */
    List<SlotKey> slots() {
        List<SlotKey> all = new ArrayList<>();
        forEachKey((key, id) -> all.add(slot(key)));
        return all;
    }

    private SlotKey slot(byte[] key) {
        try {
            return new SlotKey(keys.decode(key), key);
        } catch (BpfException e) {
            return new SlotKey(HexFormat.of().formatHex(key), key);
        }
    }

    /** Passes each slot and the id of its inner map. */
    private void forEachSlot(BiConsumer<SlotKey, Integer> action) {
        forEachKey((key, id) -> action.accept(new SlotKey(keys.decode(key), key), id));
    }

    /** Passes the bytes that each key has in the map, and the id of its inner map. */
    private void forEachKey(BiConsumer<byte[], Integer> action) {
        int keySize = outer.shape().keySize();
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            ReadBatch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                byte[] key = new byte[keySize];
                batch.keys().bytes().get(i * keySize, key);
                action.accept(key, batch.values().bytes().getInt(i * Integer.BYTES));
            }
        }
    }
}
