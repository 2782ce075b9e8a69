/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A live map whose entries come and go, and can be taken out: HASH and LRU_HASH, and their per-CPU forms. */
public abstract class HashAccessor<K, E> extends RemovableAccessor<K, E> {
    /** For generated code. */
    protected HashAccessor(MapHandle handle, EntryCodec<K, E> codec) {
        super(handle, codec);
    }

    /**
     * Removes the entry with this key and returns it; null when there is none. Between the two nobody else finds it (since Linux 5.14).
     * A program that had found it before may write to it still, which is not seen here.
     */
    public <Q extends K> @Nullable E take(Q key) {
        try (Scratch scratch = Scratch.take(valueAt() + codec().valueSize())) {
            codec().key().write(key, scratch.block().bytes(), 0);
            int result = map().lookupAndDelete(scratch.block(), 0, valueAt(), lock());
            if (result == 0) {
                return EntryDecoder.entry(shape(), codec(), key, scratch.block().bytes(), valueAt());
            }
            if (result == -ENOENT) {
                return null;
            }
            throw MapOperation.TAKE.failed(shape(), key, result);
        }
    }

    /**
     * Takes every entry out and shows it, a batch at a time ({@code BPF_MAP_LOOKUP_AND_DELETE_BATCH}, since Linux 5.6): each is shown
     * once. Entries that come meanwhile may be shown or stay. As with {@link #take}, what a program writes to an entry that it had
     * found before is not seen: to lose no count, rotate the inner map ({@link OuterAccessor#rotate(Object)}).
     *
     * <p>Where the action throws, or bytes are no value of the record's, the others that were taken out with that entry are shown all
     * the same, no more are taken out, and then it is thrown.
     *
     * @return how many were taken out
     */
    public final long drain(Consumer<? super E> action) {
        long count = 0;
        for (BatchScan scan = BatchScan.taking(map(), lock()); scan.next(); ) {
            Cleanup shown = new Cleanup();
            for (int i = 0; i < scan.batch().count(); i++) {
                int index = i;
                shown.run(() -> action.accept(entry(scan.batch(), index)));
            }
            shown.rethrow();
            count += scan.batch().count();
        }
        return count;
    }
}
