/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.spi.MapHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A live LPM_TRIE, whose entries are found by the longest prefix that matches. Prefixes are equal when the bits that count are.
 * {@link #put} and {@link #remove} are about the entry of that very prefix.
 */
public abstract class LpmTrieAccessor<K, E> extends RemovableAccessor<K, E> {
    /** For generated code. */
    protected LpmTrieAccessor(MapHandle handle, EntryCodec<K, E> codec) {
        super(handle, codec);
    }

    /**
     * The entry with the longest prefix that this key begins with, null when there is none. The kernel does not tell which
     * prefix it was: the key in the entry is the one that was asked for.
     */
    @Override
    public <Q extends K> @Nullable E get(Q key) {
        return super.get(key);
    }

    /** Whether there is an entry with a prefix that this key begins with. */
    @Override
    public <Q extends K> boolean contains(Q key) {
        return super.contains(key);
    }

    /**
     * Shows every entry, with its own prefix, longer prefixes before those that they begin with. The kernel goes on from the
     * entry that was shown last: where that one is removed meanwhile, it begins again.
     */
    @Override
    public void forEach(Consumer<? super E> action) {
        super.forEach(action);
    }
}
