/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.BulkMode;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NestBatch;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.nest.InnerMapFinder;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.SlottedInnerMap;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries of inner maps by the outer key and the inner key: many in each system call if possible, otherwise map by map.
 *
 * @param <K> type of the outer map's keys
 */
final class NestEntryReader<K> {
    /** After this number of inner maps whose entries did not fit into the buffer, scans the other maps, which are probably as large. */
    private static final int MOST_NOT_FITTING = 8;

    /** The result of {@link #forEachCopied} if no inner map could be copied. */
    private static final int NOT_RUN = -1;

    private final OpenMap outer;
    private final InnerMapFinder maps;
    private final MapShape inner;
    private final QueryLayout layout;
    private final Codec<K> keys;

    /** Whether to scan maps in batches if they can't be copied. */
    private final boolean inBatches;

    /** Reads the key of the outer map at the start of a block, for messages. */
    private final Function<OffHeapBlock, Object> keyOf;

    NestEntryReader(OpenMap outer, Nest state, Codec<K> keys) {
        this.outer = outer;
        this.maps = state.maps();
        this.inner = state.innerShape();
        this.layout = QueryLayout.of(outer.shape(), inner, state.innerValueBytes());
        this.keys = keys;
        this.inBatches = BulkMode.configured() != BulkMode.SINGLE;
        this.keyOf = block -> key(block, 0);
    }

    private K key(OffHeapBlock block, int at) {
        return EntryDecoder.key(outer.shape(), keys, block.bytes(), at);
    }

    /** Returns an entry of the inner map at a key; null if there is no such map or no such entry. */
    <I, E> @Nullable E get(K key, I innerKey, EntryCodec<I, E> codec) {
        try (Scratch scratch = Scratch.take(layout.size())) {
            OffHeapBlock query = scratch.block();
            writeKeys(key, innerKey, codec, query.bytes(), 0);
            return lookup(query, codec)
                    ? EntryDecoder.entry(inner, codec, innerKey, query.bytes(), layout.valueAt())
                    : null;
        }
    }

    /** Writes both keys of an entry to memory of {@link #keysOf}. */
    <I> void writeKeys(K key, I innerKey, EntryCodec<I, ?> codec, ByteBuffer to) {
        writeKeys(key, innerKey, codec, to, 0);
    }

    private <I> void writeKeys(K key, I innerKey, EntryCodec<I, ?> codec, ByteBuffer to, int at) {
        keys.write(key, to, at);
        codec.writeKey(innerKey, to, at + layout.keyAt());
    }

    /** Returns memory of a view for the keys of the next {@link #get(EntryView, EntryCodec)}. */
    ByteBuffer keysOf(EntryView<?> view) {
        return view.prepare(layout.size()).bytes();
    }

    /** The offset of the key of an inner map in the memory of {@link #keysOf}, which begins with the key of the outer map. */
    int innerKeyAt() {
        return layout.keyAt();
    }

    /** Shows the entry whose keys are in the memory of {@link #keysOf}. Returns false if there is none. */
    boolean get(EntryView<?> view, EntryCodec<?, ?> codec) {
        OffHeapBlock query = view.prepare(layout.size());
        boolean found = lookup(query, codec);
        if (found) {
            view.show(query.bytes(), layout.keyAt(), layout.valueAt(), layout.valueBytes());
        }
        return found;
    }

    /** Answers one query. Returns whether there is an entry. */
    private boolean lookup(OffHeapBlock query, EntryCodec<?, ?> codec) {
        return (!codec.locked() && outer.lookupAll(layout, query, 1))
                ? query.bytes().getInt(layout.answerAt()) == QueryLayout.FOUND
                : lookupInCalls(query, codec);
    }

    private boolean lookupInCalls(OffHeapBlock query, EntryCodec<?, ?> codec) {
        return maps.lookupInner(query, keyOf, layout.keyAt(), layout.valueAt(), lock(codec));
    }

    /** Looks up the entries of several keys. */
    <I, E> EntryBatchReader<NestedKey<K, I>, E> queries(EntryCodec<I, E> codec) {
        OffHeapBlock single = OffHeapBlock.allocate(layout.size());
        return new EntryBatchReader<>(outer, layout, lock(codec)) {
            @Override
            void write(NestedKey<K, I> key, ByteBuffer to, int queryAt) {
                writeKeys(key.outer(), key.inner(), codec, to, queryAt);
            }

            @Override
            boolean lookup(NestedKey<K, I> key, OffHeapBlock queries, int queryAt) {
                queries.copy(queryAt, single, 0, layout.size());
                boolean found = lookupInCalls(single, codec);
                single.copy(0, queries, queryAt, layout.size());
                return found;
            }

            @Override
            E decode(NestedKey<K, I> key, ByteBuffer from, int valueAt) {
                return EntryDecoder.entry(inner, codec, key.inner(), from, valueAt);
            }
        };
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
        try {
            forEach(codec, (key, bytes, keyAt, valueAt) -> {
                view.show(bytes, keyAt, valueAt, layout.valueBytes());
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
        NestBatch copy = null;
        int notFitting = 0;
        for (BatchScan scan = new BatchScan(outer); MapAccessor.next(scan); ) {
            Batch found = scan.batch();
            copy = copy == null ? newCopy(found.count()) : copy;
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

    /** Starts to copy at least this number of inner maps. Null if they must be scanned one by one. */
    private @Nullable NestBatch newCopy(int count) {
        int bytes = outer.copyBytes(layout, count);
        return bytes == 0 ? null : new NestBatch(layout, bytes);
    }

    /** Passes the entries of as many inner maps as one call copies. Returns how many these are, or {@link #NOT_RUN}. */
    private int forEachCopied(NestBatch copy, Batch found, int from, EntryCodec<?, ?> codec, AnyEntry<K> action) {
        copy.query(found, from);
        int copied = outer.copyAll(copy) ? copy.answered() : NOT_RUN;
        for (int i = 0; i < copied; i++) {
            if (!copy.isComplete(i)) {
                forEachScanned(found, from + i, codec, action);
                continue;
            }
            K key = key(found, from + i);
            for (int at = copy.start(i); at < copy.end(i); at += layout.entrySize()) {
                action.accept(key, copy.entries().bytes(), at, at + layout.keyToValue());
            }
        }
        return copied;
    }

    /** Passes the entries of one inner map. Ends early if the inner map leaves the outer map meanwhile. */
    private void forEachScanned(Batch found, int index, EntryCodec<?, ?> codec, AnyEntry<K> action) {
        K key = key(found, index);
        OffHeapBlock block = OffHeapBlock.allocate(layout.size());
        found.memory().copy(found.keyAt(index), block, 0, outer.shape().keySize());
        SlottedInnerMap map = maps.find(block, key, found.innerId(index));
        if (map == null) {
            return;
        }
        long flags = lock(codec);
        BatchScan scan = inBatches ? new BatchScan(map.map(), flags) : BatchScan.oneByOne(map.map(), flags);
        while (next(scan)) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                action.accept(key, batch.memory().bytes(), batch.keyAt(i), batch.valueAt(i));
            }
        }
    }

    private boolean next(BatchScan scan) {
        try {
            return MapAccessor.next(scan);
        } catch (InvalidHandleException e) {
            outer.checkValid();
            return false;
        }
    }

    private K key(Batch found, int index) {
        return key(found.memory(), found.keyAt(index));
    }

    private static long lock(EntryCodec<?, ?> codec) {
        return codec.locked() ? RawMap.LOCK : 0;
    }
}
