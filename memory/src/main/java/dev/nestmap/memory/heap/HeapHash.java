/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HASH, RHASH, LRU_HASH, their per-CPU variants and HASH_OF_MAPS ({@code kernel/bpf/hashtab.c}). The order of the keys looks random, as
 * that of the kernel does.
 */
final class HeapHash extends HeapKeyedMap {
    private static final int SPREAD = 0x9E3779B9;
    private static final Comparator<byte[]> ORDER = Comparator.<byte[]>comparingInt(
                    key -> Arrays.hashCode(key) * SPREAD)
            .thenComparing(Arrays::compare);

    HeapHash(MapShape shape, @Nullable MapShape prototype) {
        super(shape, prototype, ORDER);
    }

    @Override
    synchronized int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt) {
        if (holdsMaps()) {
            return -ENOTSUPP;
        }
        Object value = remove(key(block, keyAt));
        if (value == null) {
            return -ENOENT;
        }
        write(value, block, valueAt);
        return 0;
    }

    @Override
    int lookupAndDeleteBatch(Batch batch) {
        List<@Nullable Object> taken = new ArrayList<>();
        int result;
        synchronized (this) {
            result = lookupBatch(batch);
            for (int i = 0; i < batch.count(); i++) {
                taken.add(remove(batch.key(i)));
            }
        }
        taken.forEach(HeapMap::drop);
        return result;
    }
}
