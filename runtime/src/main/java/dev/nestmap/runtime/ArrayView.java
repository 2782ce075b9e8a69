/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.handle.LeasedMemory;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Scratch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an array in the very memory in which programs have them ({@code BPF_F_MMAPABLE}, since Linux 5.5): no system call.
 * It takes a handle that may read and write, also where it is only read: the kernel shares no memory through another one.
 *
 * <p>Every aligned 8-byte word of an entry is read and written in one, and so is a {@link WordField}; an entry of several words is not.
 * What is read is read with acquire, what is written with release semantics: who sees a word that was written last sees what was
 * written before. {@link WritableArrayView#add} is atomic, also against programs that add by {@code __sync_fetch_and_add}.
 *
 * <p>A view belongs to the handle that it was made by. When that is cut off, because the inner map was rotated, taken or removed, or
 * the object or the handle was closed, the view throws {@link InvalidHandleException}: nothing is written any more from then on. What
 * the map has is then read through the handle that it went to. Any thread may use a view, also while another one closes it.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public sealed class ArrayView<K, E> implements AutoCloseable permits WritableArrayView {
    static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    final EntryCodec<K, E> codec;
    final LeasedMemory memory;
    final ByteBuffer bytes;
    final int stride;

    ArrayView(LeasedMap map, EntryCodec<K, E> codec, boolean isWritable) {
        this.codec = codec;
        this.memory = new LeasedMemory(map, isWritable);
        this.bytes = memory.bytes();
        this.stride = Alignment.align(memory.shape().valueSize());
    }

    /** How many entries there are. */
    public long length() {
        return memory.shape().maxEntries();
    }

    /** The entry with this key; null when the array has no such index. */
    public @Nullable E get(K key) {
        try (Scratch scratch = Scratch.take(codec.key().size() + stride)) {
            long index = index(scratch, key);
            if (index >= length()) {
                return null;
            }
            ByteBuffer copy = scratch.block().bytes();
            int from = (int) index * stride;
            for (int at = 0; at < stride; at += Long.BYTES) {
                copy.putLong(at, (long) LONG.getAcquire(bytes, from + at));
            }
            memory.checkRead();
            return EntryDecoder.entry(memory.shape(), codec, key, copy, 0);
        }
    }

    /**
     * One component of the entry at an index: of 4 bytes its value, of 8 bytes all bits.
     *
     * @throws IndexOutOfBoundsException when the array has no such index
     */
    public long get(long index, WordField<E> field) {
        int at = at(index, field);
        long value = field.isInt() ? field.widened((int) INT.getAcquire(bytes, at)) : (long) LONG.getAcquire(bytes, at);
        memory.checkRead();
        return value;
    }

    /** Lets go of the memory. Later calls throw; writes that are under way end first, reads throw. */
    @Override
    public void close() {
        memory.close();
    }

    final long index(Scratch scratch, K key) {
        codec.key().write(key, scratch.block().bytes(), 0);
        return Integer.toUnsignedLong(scratch.block().bytes().getInt(0));
    }

    final int at(long index, WordField<E> field) {
        return (int) Objects.checkIndex(index, length()) * stride + field.offset();
    }
}
