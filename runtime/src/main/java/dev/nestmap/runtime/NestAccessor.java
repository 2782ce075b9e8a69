/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.spi.AccessorBinding;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A live map of maps whose inner maps have entries with keys. Reads an entry through both levels: by the key of the inner map and the key
 * of the entry.
 *
 * <p>In a process with CAP_BPF and CAP_PERFMON, a BPF program reads hundreds of entries, or many inner maps, in one system call. The inner
 * maps must be of type HASH or ARRAY, without fields that the kernel manages.
 *
 * <p>The methods throw a {@link BpfException} if the kernel rejects the operation, or if bytes are not a valid value of the record, and an
 * {@link IllegalArgumentException} if a key does not fit its C type.
 *
 * @param <K> type of the keys
 * @param <I> type of the inner maps' keys
 * @param <E> type of the entries
 * @param <M> type of borrowed handles to inner maps
 * @param <O> type of handles to inner maps that the caller owns; each is also an {@code M}
 */
public abstract class NestAccessor<K, I, E, M extends MapAccessor, O extends MapAccessor & OwnedMap>
        extends OuterAccessor<K, M, O> {
    private final EntryCodec<I, E> entryCodec;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param key converts keys to bytes and back
     * @param entries converts entries to bytes and back
     * @param borrowed creates a borrowed handle
     * @param owned creates a handle that the caller owns
     */
    protected NestAccessor(
            AccessorBinding binding,
            Codec<K> key,
            EntryCodec<I, E> entries,
            Function<AccessorBinding, M> borrowed,
            Function<AccessorBinding, O> owned) {
        super(binding, key, borrowed, owned);
        this.entryCodec = entries;
    }

    /**
     * Returns the codec of the entries. Generated classes override it and return a constant, see {@link ReadableAccessor#codec}.
     *
     * @return the codec
     */
    protected EntryCodec<I, E> entryCodec() {
        return entryCodec;
    }

    /**
     * Returns one entry of one inner map.
     *
     * @param at key of the inner map
     * @param key key of the entry
     * @param <Q> type of the key
     * @return the entry; null if there is no such inner map or no such entry
     */
    public <Q extends K> @Nullable E get(Q at, I key) {
        return reads().get(at, key, entryCodec());
    }

    /**
     * Reads one entry of one inner map into a view.
     *
     * @param at key of the inner map
     * @param key key of the entry
     * @param view shows the entry until the next read with it
     * @param <Q> type of the key
     * @return false if there is no such inner map or no such entry
     */
    public <Q extends K> boolean get(Q at, I key, EntryView<E> view) {
        reads().writeKeys(at, key, entryCodec(), keys(view));
        return find(view);
    }

    /**
     * Returns entries of several inner maps. Reads them one after the other: they are not a snapshot.
     *
     * @param keys keys of inner maps and of entries in them
     * @return the entries that exist, in the order of the keys
     */
    public final Map<NestedKey<K, I>, E> getAll(Collection<NestedKey<K, I>> keys) {
        return reads().queries(entryCodec()).getAll(keys);
    }

    /**
     * Does the same as {@link #getAll(Collection)}, but shows the entries to an action through a view.
     *
     * @param keys keys of inner maps and of entries in them
     * @param view shows each entry that exists until the action returns, in the order of the keys
     * @param action receives the keys and the view
     * @param <V> type of the view
     */
    public final <V extends EntryView<E>> void getAll(
            Collection<NestedKey<K, I>> keys, V view, BiConsumer<? super NestedKey<K, I>, ? super V> action) {
        Objects.requireNonNull(action, "action");
        reads().queries(entryCodec()).getAll(keys, view, action);
    }

    /**
     * Passes every entry of every inner map to an action.
     *
     * <p>Reads each inner map that stays in its slot once. A map that is put into a slot or taken out meanwhile is read at most once,
     * perhaps only in part. Each entry that stays is passed once, unless somebody removes other entries from the same inner map meanwhile:
     * then it may be passed twice or not at all. {@link #forEach} of the outer map with {@code forEach} of each inner map passes it once
     * even then.
     *
     * @param action receives the key of each inner map and each entry
     */
    public final void forEachEntry(BiConsumer<? super K, ? super E> action) {
        reads().forEach(entryCodec(), action);
    }

    /**
     * Does the same as {@link #forEachEntry(BiConsumer)}, but shows each entry through a view.
     *
     * @param view shows each entry until the action returns
     * @param action receives the key of each inner map and the view
     * @param <V> type of the view
     */
    public final <V extends EntryView<E>> void forEachEntry(V view, BiConsumer<? super K, ? super V> action) {
        reads().forEach(entryCodec(), view, action);
    }

    /**
     * Returns the memory of a view for the keys of the next {@link #find}. Generated code calls it.
     *
     * @param view the view to read the entry into
     * @return the memory, which begins with the key of the inner map; the key of the entry is at {@link #innerKeyAt}
     */
    protected final ByteBuffer keys(EntryView<E> view) {
        return reads().keysOf(view);
    }

    /** {@return the offset of the entry's key in the memory of {@link #keys}} Generated code calls it. */
    protected final int innerKeyAt() {
        return reads().innerKeyAt();
    }

    /**
     * Reads the entry whose keys the caller has written to the memory of {@link #keys}. Generated code calls it.
     *
     * @param view shows the entry, if there is one
     * @return false if there is no such inner map or no such entry
     */
    protected final boolean find(EntryView<E> view) {
        return reads().get(view, entryCodec());
    }
}
