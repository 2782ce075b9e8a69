/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchChange;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.spi.MapBinding;

/**
 * A live {@code ARRAY}: a map whose entries all exist from the start, as zeros. If an index is too large, reads return null or false, and
 * writes throw a {@link BpfException} that names the valid range.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract class ArrayAccessor<K, E> extends KeyedAccessor<K, E> {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts entries to bytes and back
     */
    protected ArrayAccessor(MapBinding binding, EntryCodec<K, E> codec) {
        super(binding, codec);
    }

    /**
     * Maps the entries into memory that is shared with programs. Generated code calls it.
     *
     * @param isWritable whether to map the memory for writing, too
     * @return the view
     * @throws BpfException if the kernel can't map the array with this access
     */
    protected final WritableArrayView<K, E> mapped(boolean isWritable) {
        return new WritableArrayView<>(this, isWritable);
    }

    /** {@return the number of entries, always {@link #maxEntries}} */
    @Override
    public long count() {
        return maxEntries();
    }

    /**
     * Writes zeros to every entry, in batches where the kernel has them ({@code BPF_MAP_UPDATE_BATCH}).
     *
     * @throws BpfException if the kernel rejects a write. Entries before the reported entry are zero. Later entries may be unchanged
     */
    @Override
    public void clear() {
        BatchChange change = BatchChange.updating(map(), (int) Math.min(maxEntries(), Integer.MAX_VALUE), lock());
        Batch zeros = change.batch();
        Scalars.zero(zeros.memory().bytes(), zeros.valueAt(0), zeros.memory().size() - zeros.valueAt(0));
        for (long index = 0; index < maxEntries(); index += zeros.capacity()) {
            long first = index;
            zeros.begin((int) Math.min(zeros.capacity(), maxEntries() - first));
            for (int i = 0; i < zeros.count(); i++) {
                zeros.memory().bytes().putInt(zeros.keyAt(i), (int) (first + i));
            }
            change.make((at, errno) -> {
                throw failed(MapOperation.UPDATE, first + at, errno);
            });
        }
    }
}
