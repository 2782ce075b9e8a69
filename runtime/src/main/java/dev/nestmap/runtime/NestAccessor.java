/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.BulkMode;
import dev.nestmap.runtime.internal.map.DecodingFailures;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.InnerEntryBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.nest.OuterSlots;
import dev.nestmap.runtime.internal.nest.SlottedInnerMap;
import dev.nestmap.runtime.internal.open.EntryBatchReader;
import dev.nestmap.runtime.spi.MapBinding;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A live map of maps whose inner maps have entries with keys. Reads an entry through both levels: by the key of the inner map and the key
 * of the entry.
 *
 * <p>In a process with CAP_BPF and CAP_PERFMON, a BPF program reads hundreds of entries, or many inner maps, in one system call. The inner
 * maps must be of type HASH or ARRAY, without fields that the kernel manages.
 *
 * <p>The methods throw a {@link BpfException} if the kernel rejects the operation, or if bytes are not a valid value of the record. They
 * throw an {@link IllegalArgumentException} if a key does not fit its C type.
 *
 * @param <K> type of the keys
 * @param <I> type of the inner maps' keys
 * @param <E> type of the entries
 * @param <M> type of borrowed handles to inner maps
 */
public abstract class NestAccessor<K, I, E, M extends MapAccessor> extends OuterAccessor<K, M> {
    static {
        Bindings.ofNests((nest, key, value) -> ((NestAccessor<?, ?, ?, ?>) nest).fromBytes(key, value));
    }

    /** After this number of inner maps whose entries did not fit into the buffer, scans the other maps, which are probably as large. */
    private static final int MOST_NOT_FITTING = 8;

    /** The result of {@link #forEachCopied} if no inner map could be copied. */
    private static final int NOT_RUN = -1;

    private final EntryCodec<I, E> entryCodec;
    private final OuterSlots inSlots;
    private final MapShape inner;
    private final QueryLayout layout;

    /** {@link RawMap#LOCK} if the values have a spin lock, otherwise 0. */
    private final long lock;

    /** Reads the key of the outer map at the start of a block, for messages. */
    private final Function<OffHeapBlock, Object> keyOf;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param key converts keys to bytes and back
     * @param entries converts entries to bytes and back
     * @param borrowed creates a borrowed handle
     */
    protected NestAccessor(
            MapBinding binding, Codec<K> key, EntryCodec<I, E> entries, Function<MapBinding, M> borrowed) {
        super(binding, key, borrowed);
        this.entryCodec = entries;
        this.inSlots = nest.slots();
        this.inner = nest.innerShape();
        this.layout = QueryLayout.of(BoundMap.of(binding).map().shape(), inner, nest.innerValueBytes());
        this.lock = entries.locked() ? RawMap.LOCK : 0;
        this.keyOf = block -> outerKey(block, 0);
        BulkMode.configured(); // rejects a wrong setting now, and not in the first read
    }

    @Override
    final void checkRecord() {
        EntryDecoder.checkZeros(inner, entryCodec, true);
    }

    /**
     * Returns the codec of the entries. Generated classes override it and return a constant, see {@link ReadableAccessor#codec}.
     *
     * @return the codec
     */
    protected EntryCodec<I, E> entryCodec() {
        return entryCodec;
    }

    private Object fromBytes(ByteBuffer key, ByteBuffer value) {
        return EntryDecoder.fromBytes(inner, entryCodec(), key, value);
    }

    /**
     * Returns one entry of one inner map.
     *
     * @param at key of the inner map
     * @param key key of the entry
     * @return the entry; null if there is no such inner map or no such entry
     */
    protected final @Nullable E getAt(K at, I key) {
        EntryCodec<I, E> codec = entryCodec();
        try (Scratch scratch = Scratch.take(layout.size())) {
            OffHeapBlock query = scratch.block();
            writeKeys(at, key, query.bytes(), 0);
            return lookup(query) ? EntryDecoder.entry(inner, codec, key, query.bytes(), layout.valueAt()) : null;
        }
    }

    /**
     * Reads one entry of one inner map into a view.
     *
     * @param at key of the inner map
     * @param key key of the entry
     * @param view shows the entry until the next read with it
     * @return false if there is no such inner map or no such entry
     */
    protected final boolean getAt(K at, I key, EntryView<E> view) {
        writeKeys(at, key, keys(view), 0);
        return find(view);
    }

    /**
     * Returns entries of several inner maps. Reads them one after the other: they are not a snapshot.
     *
     * @param keys keys of inner maps and of entries in them
     * @return the entries that exist, in the order of the keys
     */
    public final Map<NestedKey<K, I>, E> getAll(Collection<NestedKey<K, I>> keys) {
        return queries().getAll(keys);
    }

    /**
     * Does the same as {@link #getAll(Collection)}, but shows the entries to an action through a view.
     *
     * @param keys keys of inner maps and of entries in them
     * @param view shows each entry that exists, in the order of the keys, until the action returns
     * @param action receives the keys and the view
     * @param <V> type of the view
     */
    public final <V extends EntryView<E>> void getAll(
            Collection<NestedKey<K, I>> keys, V view, BiConsumer<? super NestedKey<K, I>, ? super V> action) {
        Objects.requireNonNull(action, "action");
        view.showEach(queries(), keys, layout.valueBytes(), key -> action.accept(key, view));
    }

    /**
     * Passes every entry of every inner map to an action.
     *
     * <p>Reads each inner map once. If an inner map is put into a slot or taken out during the call, it may be read only in part, or not at all.
     * Entries that stay are passed once, unless somebody removes entries from the same inner map during the call, or replaces values with {@code put}
     * or a program's {@code _update}. Then an entry may be passed twice or not at all. (Helpers that add to a value don't cause this.) To pass each
     * entry once even then, call {@link #forEach} of the outer map and {@code forEach} of each inner map.
     *
     * @param action receives the key of each inner map and each entry
     * @throws BpfException if the kernel rejects the operation. Also, once all other entries were passed, if some bytes are not a valid key or value
     *     of the records
     */
    public final void forEachEntry(BiConsumer<? super K, ? super E> action) {
        EntryCodec<I, E> codec = entryCodec();
        DecodingFailures failures = new DecodingFailures();
        readAll(failures, (key, bytes, keyAt, valueAt) -> {
            E entry;
            try {
                I innerKey = EntryDecoder.key(inner, codec, bytes, keyAt);
                entry = EntryDecoder.entry(inner, codec, innerKey, bytes, valueAt);
            } catch (BpfException e) {
                failures.add(e);
                return;
            }
            action.accept(key, entry);
        });
        failures.rethrow();
    }

    /**
     * Does the same as {@link #forEachEntry(BiConsumer)}, but shows each entry through a view.
     *
     * @param view shows each entry until the action returns
     * @param action receives the key of each inner map and the view
     * @param <V> type of the view
     * @throws BpfException if the kernel rejects the operation. Also, once all other entries were passed, if the bytes of a key of an inner map are
     *     not valid for its record
     */
    public final <V extends EntryView<E>> void forEachEntry(V view, BiConsumer<? super K, ? super V> action) {
        Objects.requireNonNull(action, "action");
        DecodingFailures failures = new DecodingFailures();
        try {
            readAll(failures, (key, bytes, keyAt, valueAt) -> {
                view.show(bytes, keyAt, valueAt, layout.valueBytes());
                action.accept(key, view);
            });
        } finally {
            view.hide();
        }
        failures.rethrow();
    }

    /**
     * Returns the memory of a view for the keys of the next {@link #find}. Generated code calls it.
     *
     * @param view the view to read the entry into
     * @return the memory, which begins with the key of the inner map; the key of the entry is at {@link #innerKeyAt}
     */
    protected final ByteBuffer keys(EntryView<E> view) {
        return view.prepare(layout.size()).bytes();
    }

    /** {@return the offset of the entry's key in the memory of {@link #keys}} Generated code calls it. */
    protected final int innerKeyAt() {
        return layout.keyAt();
    }

    /**
     * Reads the entry whose keys the caller has written to the memory of {@link #keys}. Generated code calls it.
     *
     * @param view shows the entry, if there is one
     * @return false if there is no such inner map or no such entry
     */
    protected final boolean find(EntryView<E> view) {
        OffHeapBlock query = view.prepare(layout.size());
        boolean found = lookup(query);
        if (found) {
            view.show(query.bytes(), layout.keyAt(), layout.valueAt(), layout.valueBytes());
        }
        return found;
    }

    private void writeKeys(K outerKey, I innerKey, ByteBuffer to, int at) {
        keyCodec.write(outerKey, to, at);
        entryCodec().writeKey(innerKey, to, at + layout.keyAt());
    }

    private K outerKey(OffHeapBlock block, int at) {
        return EntryDecoder.key(shape(), keyCodec, block.bytes(), at);
    }

    /** Answers one query. Returns whether there is an entry. */
    private boolean lookup(OffHeapBlock query) {
        return (lock == 0 && map().lookupAll(layout, query, 1))
                ? query.bytes().getInt(layout.answerAt()) == QueryLayout.FOUND
                : lookupInCalls(query);
    }

    private boolean lookupInCalls(OffHeapBlock query) {
        return inSlots.lookupInner(query, keyOf, layout.keyAt(), layout.valueAt(), lock);
    }

    /** Looks up the entries of several keys. */
    private EntryBatchReader<NestedKey<K, I>, E> queries() {
        EntryCodec<I, E> codec = entryCodec();
        OffHeapBlock single = OffHeapBlock.allocate(layout.size());
        return new EntryBatchReader<>(map(), layout, lock) {
            @Override
            protected void write(NestedKey<K, I> key, ByteBuffer to, int queryAt) {
                writeKeys(key.outer(), key.inner(), to, queryAt);
            }

            @Override
            protected boolean lookup(NestedKey<K, I> key, OffHeapBlock queries, int queryAt) {
                queries.copy(queryAt, single, 0, layout.size());
                boolean found = lookupInCalls(single);
                single.copy(0, queries, queryAt, layout.size());
                return found;
            }

            @Override
            protected E decode(NestedKey<K, I> key, ByteBuffer from, int valueAt) {
                return EntryDecoder.entry(inner, codec, key.inner(), from, valueAt);
            }
        };
    }

    /** Receives an entry: the key of its inner map, and where its key and value are in the memory. */
    private interface AnyEntry<K> {
        void accept(K key, MappedByteBuffer bytes, int keyAt, int valueAt);
    }

    /** @param failures gets those of the keys of inner maps */
    private void readAll(DecodingFailures failures, AnyEntry<K> action) {
        InnerEntryBatch copy = null;
        int notFitting = 0;
        for (BatchScan scan = new BatchScan(map()); next(scan); ) {
            Batch found = scan.batch();
            copy = copy == null ? newCopy(found.count()) : copy;
            for (int at = 0; at < found.count(); ) {
                int copied = copy == null || notFitting == MOST_NOT_FITTING
                        ? NOT_RUN
                        : forEachCopied(copy, found, at, failures, action);
                if (copied <= 0) {
                    forEachScanned(found, at, failures, action);
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
    private @Nullable InnerEntryBatch newCopy(int count) {
        int bytes = map().copyBytes(layout, count);
        return bytes == 0 ? null : new InnerEntryBatch(layout, bytes);
    }

    /** Passes the entries of as many inner maps as one call copies. Returns how many these are, or {@link #NOT_RUN}. */
    private int forEachCopied(
            InnerEntryBatch copy, Batch found, int from, DecodingFailures failures, AnyEntry<K> action) {
        copy.query(found, from);
        int copied = map().copyAll(copy) ? copy.answered() : NOT_RUN;
        for (int i = 0; i < copied; i++) {
            if (!copy.isComplete(i)) {
                forEachScanned(found, from + i, failures, action);
                continue;
            }
            K key;
            try {
                key = outerKey(found, from + i);
            } catch (BpfException e) {
                failures.add(e);
                continue;
            }
            for (int at = copy.start(i); at < copy.end(i); at += layout.entrySize()) {
                action.accept(key, copy.entries().bytes(), at, at + layout.keyToValue());
            }
        }
        return copied;
    }

    /** Passes the entries of one inner map. Ends early if the inner map leaves the outer map meanwhile. */
    private void forEachScanned(Batch found, int index, DecodingFailures failures, AnyEntry<K> action) {
        K key;
        try {
            key = outerKey(found, index);
        } catch (BpfException e) {
            failures.add(e);
            return;
        }
        OffHeapBlock block = OffHeapBlock.allocate(layout.size());
        found.memory().copy(found.keyAt(index), block, 0, shape().keySize());
        SlottedInnerMap entries = inSlots.find(block, key, found.innerId(index));
        if (entries == null) {
            return;
        }
        for (BatchScan scan = new BatchScan(entries.map(), lock); nextIfValid(scan); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                action.accept(key, batch.memory().bytes(), batch.keyAt(i), batch.valueAt(i));
            }
        }
    }

    private boolean nextIfValid(BatchScan scan) {
        try {
            return next(scan);
        } catch (InvalidHandleException e) {
            map().checkValid();
            return false;
        }
    }

    private K outerKey(Batch found, int index) {
        return outerKey(found.memory(), found.keyAt(index));
    }
}
