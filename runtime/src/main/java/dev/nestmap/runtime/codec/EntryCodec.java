/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import java.nio.ByteBuffer;

/**
 * Writes and reads the entries of one map, each of which is one record.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public interface EntryCodec<K, E> {
    /** The codec of the key's bytes. */
    Codec<K> key();

    /** The key that is part of the entry. */
    K keyOf(E entry);

    /** {@code sizeof} the map's value type, in bytes. */
    int valueSize();

    /** Whether the value has a {@code bpf_spin_lock}, under which it is read and written. */
    default boolean locked() {
        return false;
    }

    /**
     * Writes all {@link #valueSize()} bytes of the value, padding as zeros.
     *
     * @throws IllegalArgumentException when a component does not fit its C type
     */
    void writeValue(E entry, ByteBuffer to, int at);

    /**
     * Reads the entry with this key from the bytes of its value.
     *
     * @throws dev.nestmap.runtime.error.BpfException when the bytes stand for no value of the Java type
     */
    E read(K key, ByteBuffer from, int at);
}
