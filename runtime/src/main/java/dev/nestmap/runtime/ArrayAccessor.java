/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.Block;
import dev.nestmap.runtime.internal.MapOperation;
import dev.nestmap.runtime.internal.Sizes;
import dev.nestmap.runtime.spi.EntryCodec;
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

    /** How many entries there are: always {@link #maxEntries}. */
    @Override
    public long count() {
        return maxEntries();
    }

    @Override
    public void clear() {
        int valueAt = Sizes.align(shape().keySize());
        Block zeros = Block.allocate(valueAt + map().valueRoom());
        for (long index = 0; index < maxEntries(); index++) {
            zeros.bytes().putInt(0, (int) index);
            int result = map().update(zeros, 0, valueAt, UpdateMode.ANY.flag() | lock());
            if (result != 0) {
                throw MapOperation.UPDATE.failed(shape(), index, result);
            }
        }
    }
}
