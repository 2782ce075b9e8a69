/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EPERM;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchChange;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Writes and removes many entries of a map in batches, and reports the result for each key. */
record EntryBatchWriter<K, E>(OpenMap map, EntryCodec<K, E> codec) {
    /** See {@link KeyedAccessor#putAll}. */
    void put(List<E> entries, long flags) {
        BatchChange change = BatchChange.updating(map, entries.size(), flags);
        make(change, "put of entries", MapOperation.UPDATE, entries, codec::keyOf, this::write);
    }

    /** See {@link RemovableAccessor#removeAll}. */
    List<K> remove(List<K> keys) {
        BatchChange change = BatchChange.deleting(map, keys.size());
        BitSet absent = make(change, "removal of entries", MapOperation.DELETE, keys, key -> key, this::writeKey);
        return IntStream.range(0, keys.size())
                .filter(i -> !absent.get(i))
                .mapToObj(keys::get)
                .toList();
    }

    /** Removes the entries with these bytes of keys, as {@link RemovableAccessor#clear} does. */
    void removeBytes(List<ByteString> keys) {
        make(
                BatchChange.deleting(map, keys.size()),
                "removal of entries",
                MapOperation.DELETE,
                keys,
                key -> codec.readKey(ByteBuffer.wrap(key.toBytes()).order(ByteOrder.nativeOrder()), 0),
                (key, to, index) -> key.copyTo(to.memory().bytes(), to.keyAt(index)));
    }

    /** Changes the entries of several things. Returns the indexes of keys that a removal has not found. */
    private <T> BitSet make(
            BatchChange change,
            String noun,
            MapOperation operation,
            List<T> things,
            Function<T, K> keyOf,
            Writer<T> writer) {
        Batch batch = change.batch();
        if (things.size() > batch.capacity()) {
            inBatches(
                    things,
                    batch,
                    writer,
                    from -> {}); // encodes all first: if one does not fit its C type, none is changed
        }
        BitSet absent = new BitSet();
        Map<Object, BpfException> failures = new LinkedHashMap<>();
        inBatches(
                things,
                batch,
                writer,
                from -> change.make((index, errno) -> {
                    if (operation == MapOperation.DELETE && errno == -ENOENT) {
                        absent.set(from + index);
                    } else {
                        K key = keyOf.apply(things.get(from + index));
                        failures.put(key, failed(operation, key, from + index, errno));
                    }
                }));
        batch.release();
        if (!failures.isEmpty()) {
            throw OperationListeners.leaving(
                    new BatchException(noun, map.shape().name(), things.size(), failures), failures.values());
        }
        return absent;
    }

    private interface Writer<T> {
        void write(T thing, Batch to, int index);
    }

    private static <T> void inBatches(List<T> things, Batch batch, Writer<T> writer, IntConsumer action) {
        for (int from = 0; from < things.size(); from += batch.capacity()) {
            batch.begin(Math.min(batch.capacity(), things.size() - from));
            for (int i = 0; i < batch.count(); i++) {
                writer.write(things.get(from + i), batch, i);
            }
            action.accept(from);
        }
    }

    private void write(E entry, Batch to, int index) {
        writeKey(codec.keyOf(entry), to, index);
        codec.writeValue(entry, to.memory().bytes(), to.valueAt(index));
    }

    private void writeKey(K key, Batch to, int index) {
        codec.writeKey(key, to.memory().bytes(), to.keyAt(index));
    }

    /**
     * Returns the failure of one entry. If user space may not change the map at all, throws this failure, so that no other entries are
     * tried.
     */
    private BpfException failed(MapOperation operation, K key, int index, int errno) {
        BpfException failure = operation.failed(map.shape(), key, errno);
        if (index == 0 && errno == -EPERM) {
            throw OperationListeners.leaving(failure);
        }
        return failure;
    }
}
