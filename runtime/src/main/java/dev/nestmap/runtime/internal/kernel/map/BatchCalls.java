/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.map.ReadBatch;
import dev.nestmap.runtime.internal.map.WriteBatch;
import java.lang.ref.Reference;
import java.util.Objects;

/** The system calls for many entries of a map at once. Bounds are checked here, because the kernel does not know the blocks' sizes. */
final class BatchCalls {
    private static final LibBpf LIBBPF = Native.libbpf();

    /**
     * The output cursor before a call that deletes. The kernel replaces it by the number of a bucket of a hash, also if it fails after it
     * has deleted entries, and then sets the counter ({@code __htab_map_lookup_and_delete_batch} in {@code kernel/bpf/hashtab.c} of Linux
     * 5.6 and later).
     */
    private static final int NOT_WRITTEN = -1;

    private BatchCalls() {}

    private interface ReadCall {
        int read(int fd, long inBatch, long outBatch, long keys, long values, long count, long opts);
    }

    private interface ChangeCall {
        int change(long keys, long counter);
    }

    static int lookup(KernelMap map, ReadBatch batch) {
        return read(map, batch, false, LIBBPF::bpf_map_lookup_batch);
    }

    static int lookupAndDelete(KernelMap map, ReadBatch batch) {
        return read(map, batch, true, LIBBPF::bpf_map_lookup_and_delete_batch);
    }

    static int update(KernelMap map, WriteBatch batch) {
        Objects.checkFromIndexSize(batch.valueAt(0), (long) batch.count() * map.valueBytes(), (long)
                batch.block().size());
        return change(
                map,
                batch,
                (keys, counter) -> LIBBPF.bpf_map_update_batch(
                        map.fd(),
                        keys,
                        batch.block().address() + batch.valueAt(batch.done()),
                        counter,
                        batch.options()));
    }

    static int delete(KernelMap map, WriteBatch batch) {
        return change(map, batch, (keys, counter) -> LIBBPF.bpf_map_delete_batch(map.fd(), keys, counter, 0));
    }

    private static int read(KernelMap map, ReadBatch batch, boolean deletes, ReadCall call) {
        int keySize = map.shape().keySize();
        int half = batch.cursor().size() / 2;
        Objects.checkFromIndexSize(0, Math.max(Integer.BYTES, keySize), half);
        Objects.checkFromIndexSize(
                0L, (long) batch.capacity() * keySize, batch.keys().size());
        Objects.checkFromIndexSize(
                0L, (long) batch.capacity() * map.valueBytes(), batch.values().size());
        batch.counter().bytes().putInt(0, batch.capacity());
        batch.cursor().bytes().putInt(half, NOT_WRITTEN);
        int result;
        try {
            long cursor = batch.cursor().address();
            result = call.read(
                    map.fd(),
                    batch.started() ? cursor : 0,
                    cursor + half,
                    batch.keys().address(),
                    batch.values().address(),
                    batch.counter().address(),
                    batch.options());
        } finally {
            Reference.reachabilityFence(batch);
        }
        boolean deleted = deletes && batch.cursor().bytes().getInt(half) != NOT_WRITTEN;
        if (result == 0 || result == -ErrnoNumbers.ENOENT || deleted) {
            batch.advance(batch.counter().bytes().getInt(0));
        }
        return result;
    }

    private static int change(KernelMap map, WriteBatch batch, ChangeCall call) {
        int left = batch.count() - batch.done();
        Objects.checkFromIndexSize(
                batch.keyAt(batch.done()), (long) left * map.shape().keySize(), (long)
                        batch.block().size());
        int count = Math.min(left, batch.mostAtOnce());
        batch.counter().bytes().putInt(0, count);
        try {
            long keys = batch.block().address() + batch.keyAt(batch.done());
            int result = call.change(keys, batch.counter().address());
            int done = batch.counter().bytes().getInt(0);
            // If the kernel fails before the first entry, it does not write the count.
            batch.advance(result != 0 && done == count ? 0 : done);
            return result;
        } finally {
            Reference.reachabilityFence(batch);
        }
    }
}
