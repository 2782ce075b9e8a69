/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NestCopy;
import dev.nestmap.runtime.internal.map.NestLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ReadBatch;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.BlockCache;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.outer.InnerEntries;
import dev.nestmap.runtime.internal.outer.OuterMapState;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries of the inner maps of an outer map, by the key of the outer map and the key of the inner map.
 *
 * @param <K> type of the outer map's keys
 */
final class InnerEntryReader<K> {
    /** After so many inner maps that were too large to be copied, the others are scanned: they are probably as large. */
    private static final int MOST_NOT_COPIED = 8;

    private final LeasedMap outer;
    private final InnerEntries entries;
    private final MapShape inner;
    private final OuterKeys<K> keys;

    InnerEntryReader(LeasedMap outer, OuterMapState state, OuterKeys<K> keys) {
        this.outer = outer;
        this.entries = state.innerEntries();
        this.inner = state.innerShape();
        this.keys = keys;
    }

    /** Returns an entry of the inner map at a key; null if there is no such map or no such entry. */
    <I, E> @Nullable E get(K key, I innerKey, EntryCodec<I, E> codec) {
        NestLayout layout = entries.layout();
        try (Scratch scratch = Scratch.take(layout.requestSize())) {
            Block request = scratch.block();
            keys.codec().write(key, request.bytes(), 0);
            codec.key().write(innerKey, request.bytes(), layout.innerKeyAt());
            return entries.lookup(request, key, lock(codec))
                    ? EntryDecoder.entry(inner, codec, innerKey, request.bytes(), layout.valueAt())
                    : null;
        }
    }

    /** Returns the entries that exist, in the order of the keys. */
    <I, E> Map<NestedKey<K, I>, E> getAll(Collection<NestedKey<K, I>> wanted, EntryCodec<I, E> codec) {
        List<NestedKey<K, I>> all = List.copyOf(wanted);
        Map<NestedKey<K, I>, E> found = new LinkedHashMap<>();
        int capacity = entries.capacity(all.size());
        Block requests =
                BlockCache.take(Math.multiplyExact(capacity, entries.layout().requestSize()));
        for (int from = 0; from < all.size(); from += capacity) {
            getAll(all.subList(from, Math.min(from + capacity, all.size())), codec, requests, found);
        }
        BlockCache.giveBack(requests);
        return found;
    }

    private <I, E> void getAll(
            List<NestedKey<K, I>> wanted, EntryCodec<I, E> codec, Block requests, Map<NestedKey<K, I>, E> found) {
        NestLayout layout = entries.layout();
        for (int i = 0; i < wanted.size(); i++) {
            int at = i * layout.requestSize();
            keys.codec().write(wanted.get(i).outer(), requests.bytes(), at);
            codec.key().write(wanted.get(i).inner(), requests.bytes(), at + layout.innerKeyAt());
        }
        entries.lookup(requests, wanted.size(), i -> wanted.get(i).outer(), lock(codec));
        for (int i = 0; i < wanted.size(); i++) {
            if (entries.isFound(requests, i)) {
                int valueAt = i * layout.requestSize() + layout.valueAt();
                I innerKey = wanted.get(i).inner();
                found.put(wanted.get(i), EntryDecoder.entry(inner, codec, innerKey, requests.bytes(), valueAt));
            }
        }
    }

    /** Passes every entry of every inner map to an action. */
    <I, E> void forEach(EntryCodec<I, E> codec, BiConsumer<? super K, ? super E> action) {
        NestCopy copy = null;
        int notCopied = 0;
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            ReadBatch found = scan.batch();
            copy = copy == null ? entries.newCopy(found.count()) : copy;
            for (int at = 0; at < found.count(); ) {
                int copied = copy == null || notCopied == MOST_NOT_COPIED
                        ? 0
                        : forEachCopied(copy, found, at, codec, action);
                if (copied == 0) {
                    notCopied = Math.min(notCopied + 1, MOST_NOT_COPIED);
                    forEachScanned(found, at, codec, action);
                }
                at += Math.max(1, copied);
            }
        }
        if (copy != null) {
            copy.release();
        }
    }

    /** Passes the entries of as many inner maps as one call copies. Returns how many these are. */
    private <I, E> int forEachCopied(
            NestCopy copy, ReadBatch found, int from, EntryCodec<I, E> codec, BiConsumer<? super K, ? super E> action) {
        NestLayout layout = entries.layout();
        copy.request(found.keys(), from, found.count());
        int copied = entries.copy(copy);
        for (int i = 0; i < copied; i++) {
            if (!copy.isComplete(i)) {
                forEachScanned(found, from + i, codec, action);
                continue;
            }
            K key = key(found, from + i);
            for (int at = copy.start(i); at < copy.end(i); at += layout.entrySize()) {
                I innerKey = EntryDecoder.key(inner, codec.key(), copy.entries().bytes(), at);
                action.accept(
                        key,
                        EntryDecoder.entry(
                                inner, codec, innerKey, copy.entries().bytes(), at + layout.entryValueAt()));
            }
        }
        return copied;
    }

    /** Passes the entries of one inner map. */
    private <I, E> void forEachScanned(
            ReadBatch found, int index, EntryCodec<I, E> codec, BiConsumer<? super K, ? super E> action) {
        K key = key(found, index);
        int id = found.values().bytes().getInt(index * Integer.BYTES);
        Block block = Block.allocate(entries.layout().requestSize());
        int keySize = outer.shape().keySize();
        found.keys().copy(index * keySize, block, 0, keySize);
        Codec<I> innerKeys = codec.key();
        entries.scan(block, key, id, lock(codec), scan -> {
            ReadBatch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                I innerKey = EntryDecoder.key(inner, innerKeys, batch.keys().bytes(), i * innerKeys.size());
                action.accept(
                        key,
                        EntryDecoder.entry(
                                inner, codec, innerKey, batch.values().bytes(), i * codec.valueSize()));
            }
        });
    }

    private K key(ReadBatch found, int index) {
        return keys.decode(found.keys().bytes(), index * outer.shape().keySize());
    }

    private static long lock(EntryCodec<?, ?> codec) {
        return codec.locked() ? RawMap.LOCK : 0;
    }
}
