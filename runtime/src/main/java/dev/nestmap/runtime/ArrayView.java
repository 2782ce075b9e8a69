/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.memory.SharedWordAccess;
import dev.nestmap.runtime.internal.open.MapMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an array in the memory that programs use ({@code BPF_F_MMAPABLE}). Reads and writes need no system call.
 * Even a view that only reads needs a handle that may read and write: the kernel maps no memory through other handles.
 *
 * <p>Each aligned word of up to 8 bytes of an entry is read or written as a whole. An entry of several words is not: a program may write to
 * it between the reads of two words. Reads have acquire semantics, writes have release semantics: a thread that reads
 * a word sees everything that the word's writer wrote before. For the words of a program this holds if the program writes the last word
 * with an atomic operation and uses its result, for example {@code __sync_lock_test_and_set}. Other stores of the program, and additions
 * whose result it ignores, have no order on arm64, and clang's order on x86-64.
 *
 * <p>A view is valid as long as the handle that opened it. When the inner map is rotated, taken or removed, or when the handle or its
 * object is closed, the view stops writing and throws {@link InvalidHandleException}. Read the remaining content through the handle that
 * received the map. Any thread may use a view, even while another thread closes it.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract class ArrayView<K, E> implements AutoCloseable {
    final EntryCodec<K, E> codec;
    final MapMemory memory;
    final ByteBuffer bytes;
    final int stride;
    private final long maxEntries;

    ArrayView(ArrayAccessor<K, E> array, boolean isWritable) {
        this.codec = array.codec();
        this.memory = new MapMemory(array.map(), isWritable);
        // A write to a view for reading throws, although its class could do so.
        this.bytes =
                isWritable ? memory.bytes() : memory.bytes().asReadOnlyBuffer().order(ByteOrder.nativeOrder());
        this.stride = Alignment.align(memory.shape().valueSize());
        this.maxEntries = memory.shape().maxEntries();
    }

    /** {@return the number of entries} */
    public long maxEntries() {
        return maxEntries;
    }

    /**
     * Reads an entry, word by word.
     *
     * @param key key of the entry
     * @return the entry; null if the array has no such index
     * @throws InvalidHandleException if the view is closed or its handle is no longer valid
     * @throws dev.nestmap.runtime.error.BpfException if the bytes are not a valid value of the record
     */
    public @Nullable E get(K key) {
        long index = index(key);
        if (!has(index)) {
            checkKey(key);
            return null;
        }
        int at = (int) index * stride;
        try {
            return read(key, at);
        } catch (RuntimeException e) {
            return copied(key, at); // throws an exception with the bytes, unless the entry has changed
        }
    }

    /**
     * Copies an entry into a view, word by word.
     *
     * @param index index of the entry, from 0
     * @param view shows the entry until its next read; shows none if this method returns false or throws
     * @return whether the array has such an index
     * @throws InvalidHandleException if this view is closed, or if its handle is no longer valid
     */
    public boolean get(long index, EntryView<E> view) {
        MappedByteBuffer copy = view.prepare(Long.BYTES + stride).bytes();
        if (!has(index)) {
            return false;
        }
        copy((int) index * stride, copy, Long.BYTES);
        copy.putInt(0, (int) index);
        view.show(copy, 0, Long.BYTES, stride);
        return true;
    }

    /**
     * Unmaps the memory. Writes in progress finish first. Later calls, and reads in progress, throw {@link InvalidHandleException}.
     * Does nothing if the view is already closed.
     */
    @Override
    public void close() {
        memory.close();
    }

    /**
     * Returns the index of a key. Generated classes override it, so that the JIT can inline it into the caller.
     *
     * @param key the key
     * @return the index; if the key does not fit its C type, any number outside of the array
     */
    protected long index(K key) {
        try (Scratch scratch = Scratch.take(codec.keySize())) {
            ByteBuffer memory = scratch.block().bytes();
            codec.writeKey(key, memory, 0);
            return Integer.toUnsignedLong(memory.getInt(0));
        }
    }

    /**
     * Reads an entry. Generated classes override it if each component is in a word: they read each word once, in order, and call {@link
     * #checkRead} before they create the record. Zeros replace the array when it is unmapped, so a record created earlier could consist of
     * these zeros.
     *
     * @param key the key
     * @param at offset of the entry, in bytes
     * @return the entry
     */
    protected E read(K key, int at) {
        return copied(key, at);
    }

    /**
     * Copies an entry word by word, and checks that the words came from the array. Generated classes override it for short entries: they
     * read all words before they write the first, because the JIT reloads the fields of both buffers after each read.
     *
     * @param at offset of the entry, in bytes
     * @param to receives the words
     * @param toAt offset of the first word in {@code to}, in bytes
     * @throws InvalidHandleException if the view is closed or its handle is no longer valid
     */
    protected void copy(int at, ByteBuffer to, int toAt) {
        SharedWordAccess.read(bytes, at, to, toAt, stride);
        checkRead();
    }

    /**
     * Reads an aligned word of an entry as a whole. Generated code calls it, and must call {@link #checkRead} before it uses the result.
     *
     * @param at offset of the word, in bytes
     * @return its 64 bits
     */
    protected final long word(int at) {
        return SharedWordAccess.word(bytes, at);
    }

    /** Throws if the words read so far may not come from the array, because it was unmapped. Generated code calls it. */
    protected final void checkRead() {
        memory.checkRead();
    }

    private E copied(K key, int at) {
        try (Scratch scratch = Scratch.take(stride)) {
            ByteBuffer copy = scratch.block().bytes();
            copy(at, copy, 0);
            return EntryDecoder.entry(memory.shape(), codec, key, copy, 0);
        }
    }

    final boolean has(long index) {
        return index >= 0 && index < maxEntries;
    }

    /** Throws if a key does not fit its C type. */
    final void checkKey(K key) {
        try (Scratch scratch = Scratch.take(codec.keySize())) {
            codec.writeKey(key, scratch.block().bytes(), 0);
        }
    }
}
