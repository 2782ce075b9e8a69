/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.spi.MapBinding;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A live {@code LPM_TRIE}: a map that finds the entry with the longest matching prefix. Two prefixes are equal if they have the same length
 * and the same bits up to that length. {@link #put} and {@link #remove} change only the entry with exactly the given prefix, not those with
 * longer or shorter ones.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract class LpmTrieAccessor<K, E> extends RemovableAccessor<K, E> {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts entries to bytes and back
     */
    protected LpmTrieAccessor(MapBinding binding, EntryCodec<K, E> codec) {
        super(binding, codec);
    }

    /**
     * Returns the entry with the longest prefix of a key. The kernel does not report which prefix matched: the returned entry has
     * the key that the caller passed.
     *
     * @param key the key
     * @param <Q> type of the key
     * @return the entry; null if no prefix matches
     */
    @Override
    public <Q extends K> @Nullable E get(Q key) {
        return super.get(key);
    }

    /**
     * Tests for an entry with a prefix of a key.
     *
     * @param key the key
     * @param <Q> type of the key
     * @return whether a prefix matches
     */
    @Override
    public <Q extends K> boolean contains(Q key) {
        return super.contains(key);
    }

    /**
     * Passes every entry with its own prefix to an action, longer prefixes before the shorter ones that contain them. The kernel
     * continues after the entry that was passed last: if that entry is removed meanwhile, the iteration starts again.
     *
     * @param action receives each entry
     */
    @Override
    public void forEach(Consumer<? super E> action) {
        super.forEach(action);
    }
}
