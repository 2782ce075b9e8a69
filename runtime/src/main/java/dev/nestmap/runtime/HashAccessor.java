/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.Errno.ENOENT;

import dev.nestmap.runtime.internal.Batch;
import dev.nestmap.runtime.internal.BatchScan;
import dev.nestmap.runtime.internal.MapOperation;
import dev.nestmap.runtime.internal.Scratch;
import dev.nestmap.runtime.spi.EntryCodec;
import dev.nestmap.runtime.spi.MapHandle;

/** A live map whose entries come and go: HASH and LRU_HASH. */
public abstract class HashAccessor<K, E> extends KeyedAccessor<K, E> {
    /** For generated code. */
    protected HashAccessor(MapHandle handle, EntryCodec<K, E> codec) {
        super(handle, codec);
    }

    /** Removes the entry with this key; false when there is none. */
    public boolean remove(K key) {
        try (Scratch scratch = Scratch.take(codec().key().size())) {
            codec().key().write(key, scratch.block().bytes(), 0);
            int result = map().delete(scratch.block(), 0);
            if (result == 0 || result == -ENOENT) {
                return result == 0;
            }
            throw MapOperation.DELETE.failed(shape(), key, result);
        }
    }

    @Override
    public void clear() {
        for (BatchScan scan = new BatchScan(map()); scan.next(); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                int result = map().delete(batch.keys(), i * shape().keySize());
                if (result != 0 && result != -ENOENT) {
                    throw MapOperation.DELETE.failed(shape(), null, result);
                }
            }
        }
    }
}
