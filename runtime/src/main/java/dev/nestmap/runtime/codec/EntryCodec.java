/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import java.nio.ByteBuffer;

/**
 * Converts entries of one map to bytes and back. Offsets are absolute; buffer positions are neither used nor changed.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract class EntryCodec<K, E> {
    private final int keySize;
    private final int valueSize;
    private final boolean ignoresKeyBytes;

    /**
     * Creates a codec.
     *
     * @param keySize size of a key in bytes
     * @param valueSize size of a value in bytes
     */
    protected EntryCodec(int keySize, int valueSize) {
        this(keySize, valueSize, false);
    }

    /**
     * Creates a codec.
     *
     * @param keySize size of a key in bytes
     * @param valueSize size of a value in bytes
     * @param ignoresKeyBytes whether reading a key ignores some of its bytes
     */
    protected EntryCodec(int keySize, int valueSize, boolean ignoresKeyBytes) {
        this.keySize = keySize;
        this.valueSize = valueSize;
        this.ignoresKeyBytes = ignoresKeyBytes;
    }

    /** {@return the size of a key in bytes} */
    public final int keySize() {
        return keySize;
    }

    /** {@return the size of a value in bytes} */
    public final int valueSize() {
        return valueSize;
    }

    /** {@return whether the value has a spin lock} */
    public boolean locked() {
        return false;
    }

    /**
     * {@return whether reading a key of a hash ignores some of its bytes, such as padding and the bytes after a text: the kernel compares
     * them, so several of its keys can be one key in Java}
     */
    public final boolean ignoresKeyBytes() {
        return ignoresKeyBytes;
    }

    /**
     * Returns the key of an entry.
     *
     * @param entry the entry
     * @return the key
     */
    public abstract K keyOf(E entry);

    /**
     * Writes all bytes of a key, with zeros in its padding.
     *
     * @param key the key
     * @param to the buffer
     * @param at offset of the key, in bytes
     * @throws IllegalArgumentException if the key does not fit its C type
     */
    public abstract void writeKey(K key, ByteBuffer to, int at);

    /**
     * Reads a key.
     *
     * @param from the buffer
     * @param at offset of the key, in bytes
     * @return the key
     */
    public abstract K readKey(ByteBuffer from, int at);

    /**
     * Writes the value of an entry.
     *
     * @param entry the entry
     * @param to the buffer
     * @param at offset of the value, in bytes
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public abstract void writeValue(E entry, ByteBuffer to, int at);

    /**
     * Reads the entry with a key.
     *
     * @param key the key
     * @param from the buffer
     * @param at offset of the value, in bytes
     * @return the entry
     */
    public abstract E read(K key, ByteBuffer from, int at);
}
