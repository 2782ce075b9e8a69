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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** Writes and removes many entries of a map in batches, and reports the result for each key. */
record EntryBatchWriter<K, E>(OpenMap map, EntryCodec<K, E> codec) {
    /** See {@link KeyedAccessor#putAll}. */
    void put(List<E> entries, long flags) {
        BatchChange change = BatchChange.updating(map, entries.size(), flags);
        if (entries.size() > change.batch().capacity()) {
            inBatches(
                    entries,
                    change.batch(),
                    this::write,
                    from -> {}); // encodes all entries first: if one does not fit its C type, none is written
        }
        Map<Object, BpfException> failures = new LinkedHashMap<>();
        inBatches(
                entries,
                change.batch(),
                this::write,
                from -> change.make((index, errno) -> {
                    K key = codec.keyOf(entries.get(from + index));
                    failures.put(key, failed(MapOperation.UPDATE, key, from + index, errno));
                }));
        change.batch().release();
        failIfAny("put of entries", entries.size(), failures);
    }

    /** See {@link RemovableAccessor#removeAll}. */
    List<K> remove(List<K> keys) {
        BatchChange change = BatchChange.deleting(map, keys.size());
        if (keys.size() > change.batch().capacity()) {
            inBatches(keys, change.batch(), this::writeKey, from -> {});
        }
        boolean[] absent = new boolean[keys.size()];
        Map<Object, BpfException> failures = new LinkedHashMap<>();
        inBatches(
                keys,
                change.batch(),
                this::writeKey,
                from -> change.make((index, errno) -> {
                    absent[from + index] = true;
                    if (errno != -ENOENT) {
                        K key = keys.get(from + index);
                        failures.put(key, failed(MapOperation.DELETE, key, from + index, errno));
                    }
                }));
        change.batch().release();
        failIfAny("removal of entries", keys.size(), failures);
        List<K> removed = new ArrayList<>();
        for (int i = 0; i < absent.length; i++) {
            if (!absent[i]) {
                removed.add(keys.get(i));
            }
        }
        return removed;
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

    private void failIfAny(String operation, int count, Map<Object, BpfException> failures) {
        if (!failures.isEmpty()) {
            throw OperationListeners.leaving(
                    new BatchException(operation, map.shape().name(), count, failures), failures.values());
        }
    }
}
