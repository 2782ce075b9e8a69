/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A live {@code HASH}, {@code RHASH}, {@code LRU_HASH}, {@code PERCPU_HASH} or {@code LRU_PERCPU_HASH}: a map whose entries can be added,
 * removed and taken out.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract class HashAccessor<K, E> extends RemovableAccessor<K, E> {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts entries to bytes and back
     */
    protected HashAccessor(MapBinding binding, EntryCodec<K, E> codec) {
        super(binding, codec);
    }

    /**
     * Removes and returns an entry in one step. If a program has looked the entry up before, its later writes to the entry are lost.
     *
     * @param key key of the entry
     * @return the entry; null if there is none
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation. Also if the bytes are not a valid value of the record; the
     *     entry is then removed nevertheless
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    protected final @Nullable E getAndRemoveAt(K key) {
        EntryCodec<K, E> codec = codec();
        Scratch scratch = Scratch.take(entrySize());
        try {
            codec.writeKey(key, scratch.block().bytes(), 0);
            int result = map().lookupAndDelete(scratch.block(), 0, valueAt(), lock());
            return found(result, MapOperation.TAKE, key)
                    ? decode(codec, key, scratch.block().bytes())
                    : null;
        } finally {
            scratch.close();
        }
    }

    /**
     * Takes out every entry and passes it to an action once, batch by batch ({@code BPF_MAP_LOOKUP_AND_DELETE_BATCH}). Entries that programs
     * add during the call may be passed or stay. If a program has looked an entry up before, its later writes to the entry are lost, as with
     * {@code getAndRemove}. To lose no counts, rotate the inner map ({@link OuterAccessor#rotateAt}).
     *
     * <p>The entries of an {@code RHASH} are taken out one by one. While programs change the map, the call may miss entries, which then stay
     * in the map. See {@link dev.nestmap.annotations.MapType#RHASH}.
     *
     * <p>If the action throws, or if bytes are not a valid value of the record, this method still passes the remaining entries of the same
     * batch. Then it throws the exception, and takes out no more entries.
     *
     * @param action receives each entry
     * @return the number of entries
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     */
    public final long getAndRemoveAll(Consumer<? super E> action) {
        Objects.requireNonNull(action, "action");
        long count = 0;
        for (BatchScan scan = BatchScan.taking(map(), lock()); next(scan); ) {
            Cleanup actions = new Cleanup();
            for (int i = 0; i < scan.batch().count(); i++) {
                int index = i;
                actions.run(() -> action.accept(entry(scan.batch(), index)));
            }
            actions.rethrow();
            count += scan.batch().count();
        }
        return count;
    }

    /**
     * Does the same as {@link #getAndRemoveAll(Consumer)}, but shows each entry through a view.
     *
     * @param view shows each entry until the action returns
     * @param action receives the view
     * @param <V> type of the view
     * @return the number of entries
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects the operation
     */
    public final <V extends EntryView<E>> long getAndRemoveAll(V view, Consumer<? super V> action) {
        Objects.requireNonNull(view, "view");
        Objects.requireNonNull(action, "action");
        Runnable shown = () -> action.accept(view);
        long count = 0;
        try {
            for (BatchScan scan = BatchScan.taking(map(), lock()); next(scan); ) {
                Cleanup actions = new Cleanup();
                for (int i = 0; i < scan.batch().count(); i++) {
                    show(view, scan.batch(), i);
                    actions.run(shown);
                }
                actions.rethrow();
                count += scan.batch().count();
            }
        } finally {
            view.hide();
        }
        return count;
    }
}
