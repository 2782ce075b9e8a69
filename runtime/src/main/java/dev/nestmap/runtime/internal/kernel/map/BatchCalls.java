/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.map.Batch;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
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
        int change(int fd, long keys, long values, long count, long opts);
    }

    static int lookup(KernelMap map, Batch batch) {
        return read(map, batch, false, LIBBPF::bpf_map_lookup_batch);
    }

    static int lookupAndDelete(KernelMap map, Batch batch) {
        return read(map, batch, true, LIBBPF::bpf_map_lookup_and_delete_batch);
    }

    static int update(KernelMap map, Batch batch) {
        return change(map, batch, map.valueBytes(), LIBBPF::bpf_map_update_batch);
    }

    static int delete(KernelMap map, Batch batch) {
        return change(
                map, batch, 0, (fd, keys, values, count, opts) -> LIBBPF.bpf_map_delete_batch(fd, keys, count, 0));
    }

    private static int read(KernelMap map, Batch batch, boolean deletes, ReadCall call) {
        batch.requireRoom(map.shape().keySize(), map.valueBytes());
        ByteBuffer bytes = batch.memory().bytes();
        bytes.putInt(Batch.COUNTER_AT, batch.capacity()).putInt(batch.nextCursorAt(), NOT_WRITTEN);
        int result;
        try {
            long memory = batch.memory().address();
            result = call.read(
                    map.fd(),
                    batch.started() ? memory + Batch.CURSOR_AT : 0,
                    memory + batch.nextCursorAt(),
                    memory + batch.keyAt(0),
                    memory + batch.valueAt(0),
                    memory + Batch.COUNTER_AT,
                    memory + Batch.OPTIONS_AT);
        } finally {
            Reference.reachabilityFence(batch);
        }
        boolean deleted = deletes && bytes.getInt(batch.nextCursorAt()) != NOT_WRITTEN;
        if (result == 0 || result == -ErrnoNumbers.ENOENT || deleted) {
            batch.read(bytes.getInt(Batch.COUNTER_AT));
        }
        return result;
    }

    private static int change(KernelMap map, Batch batch, int valueBytes, ChangeCall call) {
        batch.requireRoom(map.shape().keySize(), valueBytes);
        Objects.checkFromToIndex(batch.done(), batch.count(), batch.capacity());
        int count = Math.min(batch.count() - batch.done(), batch.mostAtOnce());
        ByteBuffer bytes = batch.memory().bytes();
        bytes.putInt(Batch.COUNTER_AT, count);
        try {
            long memory = batch.memory().address();
            int result = call.change(
                    map.fd(),
                    memory + batch.keyAt(batch.done()),
                    memory + batch.valueAt(batch.done()),
                    memory + Batch.COUNTER_AT,
                    memory + Batch.OPTIONS_AT);
            int done = bytes.getInt(Batch.COUNTER_AT);
            // If the kernel fails before the first entry, it does not write the count.
            batch.advance(result != 0 && done == count ? 0 : done);
            return result;
        } finally {
            Reference.reachabilityFence(batch);
        }
    }
}
