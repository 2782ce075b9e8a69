/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NestCopy;
import dev.nestmap.runtime.internal.map.NestLayout;
import dev.nestmap.runtime.internal.map.NestReader;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ReadBatch;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.BlockCache;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.outer.InnerEntries;
import dev.nestmap.runtime.internal.outer.Nest;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries of the inner maps of an outer map, by the key of the outer map and the key of the inner map.
 *
 * @param <K> type of the outer map's keys
 */
final class InnerEntryReader<K> {
    /** After so many inner maps whose entries did not fit into the buffer, the others are scanned: they are probably as large. */
    private static final int MOST_NOT_FITTING = 8;

    /** The result of {@link #forEachCopied} if the reader did not run. */
    private static final int NOT_RUN = -1;

    /** A hash table has a bucket for each of its entries at this load. */
    private static final double LOAD_FACTOR = 0.75;

    private final OpenMap outer;
    private final InnerEntries entries;
    private final MapShape inner;
    private final OuterKeys<K> keys;

    /** Reads the key of the outer map at the start of a block. */
    private final Function<Block, Object> keyOf;

    InnerEntryReader(OpenMap outer, Nest state, OuterKeys<K> keys) {
        this.outer = outer;
        this.entries = state.innerEntries();
        this.inner = state.innerShape();
        this.keys = keys;
        this.keyOf = block -> keys.decode(block.bytes(), 0);
    }

    /** Returns an entry of the inner map at a key; null if there is no such map or no such entry. */
    <I, E> @Nullable E get(K key, I innerKey, EntryCodec<I, E> codec) {
        NestLayout layout = entries.layout();
        try (Scratch scratch = Scratch.take(layout.requestSize())) {
            Block request = scratch.block();
            writeKeys(key, innerKey, codec, request.bytes());
            return entries.lookup(request, keyOf, lock(codec))
                    ? EntryDecoder.entry(inner, codec, innerKey, request.bytes(), layout.valueAt())
                    : null;
        }
    }

    /** Writes both keys of an entry to memory of {@link #keysOf}. */
    <I> void writeKeys(K key, I innerKey, EntryCodec<I, ?> codec, ByteBuffer to) {
        keys.codec().write(key, to, 0);
        codec.writeKey(innerKey, to, innerKeyAt());
    }

    /** Returns memory of a view for the keys of the next {@link #get(EntryView, EntryCodec)}. */
    ByteBuffer keysOf(EntryView<?> view) {
        return view.prepare(entries.layout().requestSize()).bytes();
    }

    /** The offset of the key of an inner map in the memory of {@link #keysOf}, which begins with the key of the outer map. */
    int innerKeyAt() {
        return entries.layout().innerKeyAt();
    }

    /** Shows the entry whose keys are in the memory of {@link #keysOf}. Returns false if there is none. */
    boolean get(EntryView<?> view, EntryCodec<?, ?> codec) {
        Block request = view.prepare(entries.layout().requestSize());
        boolean found = entries.lookup(request, keyOf, lock(codec));
        if (found) {
            show(view, request.bytes(), innerKeyAt());
        }
        return found;
    }

    /** Shows the entry whose key is at this offset. In requests and in copied entries, the value follows at the same distance. */
    private void show(EntryView<?> view, ByteBuffer bytes, int keyAt) {
        NestLayout layout = entries.layout();
        view.show(bytes, keyAt, keyAt + layout.entryValueAt(), layout.valueBytes());
    }

    /** Returns the entries that exist, in the order of the keys. */
    <I, E> Map<NestedKey<K, I>, E> getAll(Collection<NestedKey<K, I>> wanted, EntryCodec<I, E> codec) {
        int valueAt = entries.layout().entryValueAt();
        Map<NestedKey<K, I>, E> found = new LinkedHashMap<>((int) (wanted.size() / LOAD_FACTOR) + 1);
        getAll(
                wanted,
                codec,
                (key, bytes, at) -> found.put(key, EntryDecoder.entry(inner, codec, key.inner(), bytes, at + valueAt)));
        return found;
    }

    /** Shows the entries that exist to an action, in the order of the keys. */
    <I, V extends EntryView<?>> void getAll(
            Collection<NestedKey<K, I>> wanted,
            EntryCodec<I, ?> codec,
            V view,
            BiConsumer<? super NestedKey<K, I>, ? super V> action) {
        Objects.requireNonNull(action, "action");
        try {
            getAll(wanted, codec, (key, bytes, at) -> {
                show(view, bytes, at);
                action.accept(key, view);
            });
        } finally {
            view.hide();
        }
    }

    /** Receives an entry that was found: the wanted key, and where the key of the inner map is in the memory. */
    private interface FoundEntry<T> {
        void accept(T key, ByteBuffer bytes, int keyAt);
    }

    private <I> void getAll(
            Collection<NestedKey<K, I>> wanted, EntryCodec<I, ?> codec, FoundEntry<NestedKey<K, I>> action) {
        List<NestedKey<K, I>> all = List.copyOf(wanted);
        int capacity = entries.capacity(all.size());
        Block requests =
                BlockCache.take(Math.multiplyExact(capacity, entries.layout().requestSize()));
        for (int from = 0; from < all.size(); from += capacity) {
            getAll(all, from, Math.min(from + capacity, all.size()), codec, requests, action);
        }
        BlockCache.giveBack(requests);
    }

    private <I> void getAll(
            List<NestedKey<K, I>> wanted,
            int from,
            int to,
            EntryCodec<I, ?> codec,
            Block requests,
            FoundEntry<NestedKey<K, I>> action) {
        NestLayout layout = entries.layout();
        ByteBuffer bytes = requests.bytes();
        for (int i = from, at = 0; i < to; i++, at += layout.requestSize()) {
            NestedKey<K, I> key = wanted.get(i);
            keys.codec().write(key.outer(), bytes, at);
            codec.writeKey(key.inner(), bytes, at + layout.innerKeyAt());
        }
        entries.lookup(requests, to - from, keyOf, lock(codec));
        for (int i = from, at = 0; i < to; i++, at += layout.requestSize()) {
            if (bytes.getInt(at + layout.answerAt()) == NestReader.FOUND) {
                action.accept(wanted.get(i), bytes, at + layout.innerKeyAt());
            }
        }
    }

    /** Passes every entry of every inner map to an action. */
    <I, E> void forEach(EntryCodec<I, E> codec, BiConsumer<? super K, ? super E> action) {
        forEach(codec, (key, bytes, keyAt, valueAt) -> {
            I innerKey = EntryDecoder.key(inner, codec, bytes, keyAt);
            action.accept(key, EntryDecoder.entry(inner, codec, innerKey, bytes, valueAt));
        });
    }

    /** Shows every entry of every inner map to an action. */
    <V extends EntryView<?>> void forEach(EntryCodec<?, ?> codec, V view, BiConsumer<? super K, ? super V> action) {
        Objects.requireNonNull(action, "action");
        int valueBytes = entries.layout().valueBytes();
        try {
            forEach(codec, (key, bytes, keyAt, valueAt) -> {
                view.show(bytes, keyAt, valueAt, valueBytes);
                action.accept(key, view);
            });
        } finally {
            view.hide();
        }
    }

    /** Receives an entry: the key of its inner map, and where its key and value are in the memory. */
    private interface AnyEntry<K> {
        void accept(K key, ByteBuffer bytes, int keyAt, int valueAt);
    }

    private void forEach(EntryCodec<?, ?> codec, AnyEntry<K> action) {
        NestCopy copy = null;
        int notFitting = 0;
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            ReadBatch found = scan.batch();
            copy = copy == null ? entries.newCopy(found.count()) : copy;
            for (int at = 0; at < found.count(); ) {
                int copied = copy == null || notFitting == MOST_NOT_FITTING
                        ? NOT_RUN
                        : forEachCopied(copy, found, at, codec, action);
                if (copied <= 0) {
                    forEachScanned(found, at, codec, action);
                }
                notFitting += copied == 0 ? 1 : 0;
                at += Math.max(1, copied);
            }
        }
        if (copy != null) {
            copy.release();
        }
    }

    /** Passes the entries of as many inner maps as one call copies. Returns how many these are, or {@link #NOT_RUN}. */
    private int forEachCopied(NestCopy copy, ReadBatch found, int from, EntryCodec<?, ?> codec, AnyEntry<K> action) {
        NestLayout layout = entries.layout();
        copy.request(found.keys(), from, found.count());
        int copied = entries.copy(copy) ? copy.answered() : NOT_RUN;
        for (int i = 0; i < copied; i++) {
            if (!copy.isComplete(i)) {
                forEachScanned(found, from + i, codec, action);
                continue;
            }
            K key = key(found, from + i);
            for (int at = copy.start(i); at < copy.end(i); at += layout.entrySize()) {
                action.accept(key, copy.entries().bytes(), at, at + layout.entryValueAt());
            }
        }
        return copied;
    }

    /** Passes the entries of one inner map. */
    private void forEachScanned(ReadBatch found, int index, EntryCodec<?, ?> codec, AnyEntry<K> action) {
        K key = key(found, index);
        int id = found.values().bytes().getInt(index * Integer.BYTES);
        Block block = Block.allocate(entries.layout().requestSize());
        int keySize = outer.shape().keySize();
        found.keys().copy(index * keySize, block, 0, keySize);
        entries.scan(block, key, id, lock(codec), scan -> {
            ReadBatch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                action.accept(key, batch.memory().bytes(), batch.keyAt(i), batch.valueAt(i));
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
