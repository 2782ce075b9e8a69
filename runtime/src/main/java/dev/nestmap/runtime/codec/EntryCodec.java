/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import java.nio.ByteBuffer;

/**
 * Writes and reads the entries of one map. Each entry is one record.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public interface EntryCodec<K, E> {
    /** Returns the codec of the key. */
    Codec<K> key();

    /** Returns the key of the entry. */
    K keyOf(E entry);

    /** Returns {@code sizeof} the map's value type, in bytes. */
    int valueSize();

    /** Whether the value contains a {@code bpf_spin_lock}. It is then read and written under the lock. */
    default boolean locked() {
        return false;
    }

    /**
     * Writes all {@link #valueSize()} bytes of the value, and zeros to padding.
     *
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    void writeValue(E entry, ByteBuffer to, int at);

    /**
     * Reads the entry with this key from the bytes of its value.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the bytes are not a valid value of the Java type
     */
    E read(K key, ByteBuffer from, int at);
}
