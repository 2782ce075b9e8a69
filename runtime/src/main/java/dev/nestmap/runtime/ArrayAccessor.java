/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.BatchChange;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.spi.MapHandle;

/**
 * A live map whose entries are all there from the start, as zeros: ARRAY. An index that is too large is not found when it is
 * read, and a {@link BpfException} with the range when it is written.
 */
public abstract class ArrayAccessor<K, E> extends KeyedAccessor<K, E> {
    /** For generated code. */
    protected ArrayAccessor(MapHandle handle, EntryCodec<K, E> codec) {
        super(handle, codec);
    }

    /** For generated code: the entries in memory that programs share. */
    protected final ArrayView<K, E> mapped() {
        return new ArrayView<>(map(), codec(), false);
    }

    /** For generated code: the same, to be written to as well. */
    protected final WritableArrayView<K, E> mappedWritable() {
        return new WritableArrayView<>(map(), codec());
    }

    /** How many entries there are: always {@link #maxEntries}. */
    @Override
    public long count() {
        return maxEntries();
    }

    @Override
    public void clear() {
        BatchChange change = BatchChange.updating(map(), (int) Math.min(maxEntries(), Integer.MAX_VALUE), lock());
        KeyBatch zeros = change.batch();
        for (long index = 0; index < maxEntries(); index += zeros.capacity()) {
            long first = index;
            zeros.begin((int) Math.min(zeros.capacity(), maxEntries() - first));
            for (int i = 0; i < zeros.count(); i++) {
                zeros.block().bytes().putInt(zeros.keyAt(i), (int) (first + i));
            }
            change.make((at, errno) -> {
                throw MapOperation.UPDATE.failed(shape(), first + at, errno);
            });
        }
    }
}
