/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.DecodingFailures;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.PerCpuCodec;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.open.EntryBatchReader;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.spi.MapBinding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A live map whose entries user space can read by their keys.
 *
 * <p>In a {@code HASH} or LRU map, {@code put} and the C helpers that end with {@code _update} replace an entry: the kernel inserts the new entry,
 * and then removes the old one. A lookup of the key at the same moment may find neither.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract class ReadableAccessor<K, E> extends MapAccessor implements Iterable<E> {
    private final EntryCodec<K, E> codec;
    private final int valueAt;

    /** Size of a key and a value in memory, in bytes. */
    private final int entrySize;

    /**
     * {@link RawMap#LOCK} if the value has a spin lock, otherwise 0. The kernel reads and writes a value with a lock under it, as a whole.
     */
    private final long lock;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts entries to bytes and back
     */
    protected ReadableAccessor(MapBinding binding, EntryCodec<K, E> codec) {
        super(binding);
        this.codec = codec;
        this.lock = codec.locked() ? RawMap.LOCK : 0;
        this.valueAt = Alignment.align(codec.keySize());
        this.entrySize = valueAt + codec.valueSize();
        OpenMap map = BoundMap.of(binding).map();
        checkSize(map.shape(), "key", codec.keySize(), map.shape().keySize());
        checkSize(map.shape(), "value", codec.valueSize(), map.valueBytes());
    }

    @Override
    final void checkRecord() {
        EntryDecoder.checkZeros(shape(), codec, false);
    }

    /**
     * Returns an entry.
     *
     * @param key key of the entry
     * @return the entry; null if there is none
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation, or if the bytes are not a valid value of
     *     the record
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    protected final @Nullable E getAt(K key) {
        EntryCodec<K, E> codec = codec();
        Scratch scratch = Scratch.take(entrySize);
        try {
            codec.writeKey(key, scratch.block().bytes(), 0);
            int result = map().lookup(scratch.block(), 0, valueAt, lock);
            if (result == 0) {
                return decode(codec, key, scratch.block().bytes());
            }
            found(result, MapOperation.LOOKUP, key);
            return null;
        } finally {
            scratch.close();
        }
    }

    /**
     * Removes an entry.
     *
     * @param key key of the entry
     * @return false if there is none; always true for a {@code DEVMAP} and a {@code CPUMAP}, because the kernel does not report it
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    protected final boolean removeAt(K key) {
        Scratch scratch = Scratch.take(entrySize());
        try {
            codec().writeKey(key, scratch.block().bytes(), 0);
            return found(map().delete(scratch.block(), 0), MapOperation.DELETE, key);
        } finally {
            scratch.close();
        }
    }

    /**
     * Reads an entry into a view.
     *
     * @param key key of the entry
     * @param view shows the entry until the next read with it; has none if this method returns false or throws
     * @return whether there is an entry
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    protected final boolean getAt(K key, EntryView<E> view) {
        codec().writeKey(key, keyOf(view), 0);
        return lookup(view);
    }

    /**
     * Returns the memory of a view for the key of the next {@link #lookup}. Generated code calls it.
     *
     * @param view the view to read the entry into
     * @return the memory, which begins with the key
     */
    protected final ByteBuffer keyOf(EntryView<E> view) {
        return view.prepare(entrySize).bytes();
    }

    /**
     * Reads the entry whose key the caller has written to the memory of {@link #keyOf}. Generated code calls it.
     *
     * @param view shows the entry, if there is one
     * @return whether there is an entry
     */
    protected final boolean lookup(EntryView<E> view) {
        OffHeapBlock block = view.prepare(entrySize);
        int result = map().lookup(block, 0, valueAt, lock);
        if (result == 0) {
            view.show(block.bytes(), 0, valueAt, codec.valueSize());
            return true;
        }
        if (result == -ENOENT) {
            return false;
        }
        throw failed(MapOperation.LOOKUP, EntryDecoder.key(shape(), codec(), block.bytes(), 0), result);
    }

    /**
     * Returns the entries of several keys. Reads one entry after the other, so the result is not a snapshot. If a process calls this method often,
     * Nestmap looks up hundreds of entries in each system call with a BPF program of its own, as long as the kernel and the map allow it. Otherwise,
     * each entry takes a system call.
     *
     * @param keys the keys
     * @param <Q> type of the keys
     * @return the entries that exist, in the order of the keys
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation, or if the bytes are not a valid value of
     *     the record
     * @throws IllegalArgumentException if a key does not fit its C type
     */
    public final <Q extends K> Map<Q, E> getAll(Collection<Q> keys) {
        return new EntryBatchReader.OfMap<Q, E>(map(), codec, lock).getAll(keys);
    }

    /**
     * Does the same as {@link #getAll(Collection)}, but shows the entries to an action through a view. If a key comes twice, shows its entry
     * twice.
     *
     * @param keys the keys
     * @param view shows each entry that exists, in the order of the keys, until the action returns
     * @param action receives the view
     * @param <V> type of the view
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if a key does not fit its C type
     */
    public final <V extends EntryView<E>> void getAll(
            Collection<? extends K> keys, V view, Consumer<? super V> action) {
        Objects.requireNonNull(action, "action");
        view.showEach(
                new EntryBatchReader.OfMap<K, E>(map(), codec, lock),
                keys,
                map().valueBytes(),
                key -> action.accept(view));
    }

    /**
     * Tests for an entry.
     *
     * @param key key of the entry
     * @return whether there is an entry
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    protected final boolean containsAt(K key) {
        Scratch scratch = Scratch.take(entrySize);
        try {
            codec().writeKey(key, scratch.block().bytes(), 0);
            return found(map().lookup(scratch.block(), 0, valueAt), MapOperation.LOOKUP, key);
        } finally {
            scratch.close();
        }
    }

    /**
     * Passes every entry to an action, which may use this and any other map. The map may change during the call. An entry that stays is
     * passed once. An entry that is added or removed is passed at most once. The iteration always ends.
     *
     * <p>An {@code LPM_TRIE}, and hash maps of types without batches, are exceptions: if the last passed entry is removed, the iteration
     * starts again at the first entry. After eight times as many entries as the map can have (at least 1,024), the iteration fails.
     *
     * <p>While the kernel moves entries of an {@code RHASH}, the iteration may miss entries: see {@link
     * dev.nestmap.annotations.MapType#RHASH}.
     *
     * <p>If this method throws, the action has received some entries already, and receives them again in the next call. So don't add to
     * totals in the action. Collect the entries, and add them when this method has returned, or add them in a transaction.
     *
     * @param action receives each entry
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation. Also, once all other entries were passed, if the bytes of
     *     some are not a valid value of the record
     */
    @Override
    public void forEach(Consumer<? super E> action) {
        DecodingFailures failures = new DecodingFailures();
        for (BatchScan scan = new BatchScan(map(), lock); next(scan); ) {
            Batch batch = scan.batch();
            int count = batch.count();
            for (int i = 0; i < count; i++) {
                i += passAll(batch.memory().bytes(), batch.keyAt(i), batch.valueAt(i), count - i, action);
                if (i == count) {
                    break;
                }
                E entry;
                try {
                    entry = entry(batch, i);
                } catch (BpfException e) {
                    failures.add(e);
                    continue;
                }
                action.accept(entry);
            }
        }
        failures.rethrow();
    }

    /**
     * Passes the records of entries to an action, until one can't be decoded or its key has padding that is not zero. Generated accessors contain
     * this loop with the code of the codec in it. So the JIT can compile it for one class of records, and creates a record only if the action keeps
     * it.
     *
     * @param from the bytes of the entries
     * @param keyAt offset of the first key
     * @param valueAt offset of the first value
     * @param count number of the entries
     * @param action receives each record
     * @return the number of entries that were passed
     */
    protected int passAll(MappedByteBuffer from, int keyAt, int valueAt, int count, Consumer<? super E> action) {
        return 0;
    }

    /**
     * Does the same as {@link #forEach(Consumer)}, but shows each entry through a view.
     *
     * @param view shows each entry until the action returns
     * @param action receives the view
     * @param <V> type of the view
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     */
    public <V extends EntryView<E>> void forEach(V view, Consumer<? super V> action) {
        Objects.requireNonNull(action, "action");
        try {
            for (BatchScan scan = new BatchScan(map(), lock); next(scan); ) {
                for (int i = 0; i < scan.batch().count(); i++) {
                    show(view, scan.batch(), i);
                    action.accept(view);
                }
            }
        } finally {
            view.hide();
        }
    }

    /**
     * Passes the bytes of every entry to an action, even if the bytes are not a valid value of the record. The conditions of {@link #forEach}
     * apply. Keys and values have the layout of the C types, in the machine's byte order. The value of a per-CPU map consists of the values
     * of all possible CPUs, each at a multiple of 8 bytes.
     *
     * @param action receives the key and the value of each entry, in two buffers that are valid until the action returns. The first byte is at
     *     index 0
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     */
    public final void forEachBytes(BiConsumer<? super ByteBuffer, ? super ByteBuffer> action) {
        for (BatchScan scan = new BatchScan(map(), lock); next(scan); ) {
            Batch batch = scan.batch();
            ByteBuffer bytes = readOnly(batch.memory());
            for (int i = 0; i < batch.count(); i++) {
                action.accept(
                        slice(bytes, batch.keyAt(i), batch.keyAt(i + 1)),
                        slice(bytes, batch.valueAt(i), batch.valueAt(i + 1)));
            }
        }
    }

    /**
     * Converts an entry to the bytes of its key and value. Does not write to the map. The inverse of {@link #fromBytes}.
     *
     * @param entry the entry
     * @param action receives the key and the value, in the machine's byte order. The buffers are valid only until the action returns
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final void toBytes(E entry, BiConsumer<? super ByteBuffer, ? super ByteBuffer> action) {
        EntryCodec<K, E> fitting = codec instanceof PerCpuCodec<?, ?> perCpu // of any number of CPUs
                ? PerCpuCodec.fitting(
                        codec,
                        ((List<?>) entry).size() * Alignment.align(perCpu.one().valueSize()))
                : codec;
        int keySize = fitting.keySize();
        ByteBuffer bytes = ByteBuffer.allocate(keySize + fitting.valueSize()).order(ByteOrder.nativeOrder());
        fitting.writeKey(fitting.keyOf(entry), bytes, 0);
        fitting.writeValue(entry, bytes, keySize);
        action.accept(slice(bytes, 0, keySize), slice(bytes, keySize, keySize + fitting.valueSize()));
    }

    /**
     * Converts the bytes of an entry to a record without reading the map. The bytes may come from any map with the same layout, even
     * from another machine with the same byte order. This map may be in memory.
     *
     * @param key the bytes of the key, between position and limit
     * @param value the bytes of the value, between position and limit; for a per-CPU map, the values of any number of CPUs
     * @return the entry
     * @throws IllegalArgumentException if the numbers of bytes are not the sizes of the C types
     * @throws dev.nestmap.runtime.error.BpfException if the bytes are not a valid value of the record
     */
    public final E fromBytes(ByteBuffer key, ByteBuffer value) {
        return EntryDecoder.fromBytes(shape(), codec, key, value);
    }

    /**
     * Iterates over the entries like {@link #forEach}.
     *
     * @return an iterator that can't remove entries
     */
    @Override
    public Iterator<E> iterator() {
        return new Entries();
    }

    /**
     * Counts the entries by an iteration over the map, because the kernel keeps no count.
     *
     * @return the number of entries
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     */
    public long count() {
        long count = 0;
        for (BatchScan scan = new BatchScan(map()); next(scan); ) {
            count += scan.batch().count();
        }
        return count;
    }

    /**
     * Tests for entries. This reads one batch at most, so it is faster than {@link #count}.
     *
     * @return whether there are no entries; always false for an array
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     */
    public boolean isEmpty() {
        BatchScan scan = new BatchScan(map());
        boolean empty = !next(scan);
        scan.end();
        return empty;
    }

    private static ByteBuffer readOnly(OffHeapBlock block) {
        return block.bytes().asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    /** A part of a buffer, whose first byte has the index 0. */
    private static ByteBuffer slice(ByteBuffer bytes, int from, int to) {
        return bytes.slice(from, to - from).order(ByteOrder.nativeOrder());
    }

    /** Returns the flag for reading and writing values. */
    final long lock() {
        return lock;
    }

    /**
     * Returns the codec of the entries. Generated classes override it and return a constant, so that the JIT can inline the codec into the
     * caller. It can't inline a codec in a field, because that may be any codec of the process.
     *
     * @return the codec
     */
    protected EntryCodec<K, E> codec() {
        return codec;
    }

    /** Decodes the entry that the kernel has written to the memory of a call. */
    final E decode(EntryCodec<K, E> codec, K key, ByteBuffer memory) {
        try {
            return codec.read(key, memory, valueAt);
        } catch (RuntimeException e) {
            throw EntryDecoder.failed(shape(), codec, key, memory, valueAt, e);
        }
    }

    /** Returns the size of a key and a value in memory, in bytes. */
    final int entrySize() {
        return entrySize;
    }

    /** Returns the offset of the value after a key, in bytes. */
    final int valueAt() {
        return valueAt;
    }

    final void show(EntryView<E> view, Batch batch, int index) {
        view.show(batch.memory().bytes(), batch.keyAt(index), batch.valueAt(index), codec.valueSize());
    }

    final E entry(Batch batch, int index) {
        ByteBuffer bytes = batch.memory().bytes();
        K key = EntryDecoder.key(shape(), codec(), bytes, batch.keyAt(index));
        return EntryDecoder.entry(shape(), codec, key, bytes, batch.valueAt(index));
    }

    private final class Entries implements Iterator<E> {
        private final BatchScan scan = new BatchScan(map(), lock);
        private int index;
        private int count;

        @Override
        public boolean hasNext() {
            if (index == count) {
                index = 0;
                count = 0; // if the next call fails, the entries of the last batch are not passed again
                count = MapAccessor.next(scan) ? scan.batch().count() : 0;
            }
            return index < count;
        }

        @Override
        public E next() {
            if (!hasNext()) {
                throw new NoSuchElementException("map " + name() + " has no more entries");
            }
            return entry(scan.batch(), index++);
        }
    }
}
