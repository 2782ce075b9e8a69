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
 * The entries of an array in the memory that programs use ({@code BPF_F_MMAPABLE}). Reads and writes need no system call. Even a view that only reads
 * needs a handle that may read and write, because the kernel refuses to map memory through other handles.
 *
 * <p>Each aligned word of up to 8 bytes of an entry is read or written as a whole. If an entry has several words, a program may write to it between
 * the reads of two words. Reads have acquire semantics, writes have release semantics: a thread that reads a word sees everything that the word's
 * writer wrote before. If the writer is a program, this holds only if the program writes the last word with an atomic operation and uses its result,
 * for example {@code __sync_lock_test_and_set}. All other writes of a program, including additions whose result it ignores, may become visible in a
 * different order on arm64. On x86-64, they become visible in the order that clang chose.
 *
 * <p>A view is valid as long as the handle that opened it. Once the inner map is rotated, taken or removed, or the handle or its object is
 * closed, the view throws an {@link InvalidHandleException}. Read the remaining content through the map of the ticket. Any thread may use a
 * view, even while another thread closes it.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public abstract sealed class ArrayView<K, E> implements AutoCloseable permits WritableArrayView {
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
            return null;
        }
        try (Scratch scratch = Scratch.take(stride)) {
            ByteBuffer copy = scratch.block().bytes();
            copy(index, copy, 0);
            return EntryDecoder.entry(memory.shape(), codec, key, copy, 0);
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
        copy(index, copy, Long.BYTES);
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

    /** Returns the index of a key, which may be outside of the array. Throws if the key does not fit its C type. */
    final long index(K key) {
        try (Scratch scratch = Scratch.take(codec.keySize())) {
            ByteBuffer bytesOfKey = scratch.block().bytes();
            codec.writeKey(key, bytesOfKey, 0);
            return Integer.toUnsignedLong(bytesOfKey.getInt(0));
        }
    }

    final boolean has(long index) {
        return index >= 0 && index < maxEntries;
    }

    /** Copies an entry word by word. Then checks that the words came from the array: zeros replace it when it is unmapped. */
    private void copy(long index, ByteBuffer to, int toAt) {
        SharedWordAccess.read(bytes, (int) index * stride, to, toAt, stride);
        memory.checkRead();
    }
}
