/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.Decoding;
import dev.nestmap.runtime.internal.Errno;
import dev.nestmap.runtime.internal.LeasedMap;
import dev.nestmap.runtime.internal.MapOperation;
import dev.nestmap.runtime.internal.Scratch;
import dev.nestmap.runtime.internal.SharedMemory;
import dev.nestmap.runtime.internal.Sizes;
import dev.nestmap.runtime.spi.EntryCodec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an array in the very memory in which programs have them ({@code BPF_F_MMAPABLE}, since Linux 5.5): no system call.
 *
 * <p>Every aligned 8-byte word of an entry is read and written in one, and so is a {@link WordField}; an entry of several words is not.
 * What is read is read with acquire, what is written with release semantics: who sees a word that was written last sees what was
 * written before. {@link #add} is atomic, also against programs that add by {@code __sync_fetch_and_add}.
 *
 * <p>A view belongs to the handle that it was made by. When that is cut off, because the inner map was rotated, taken or removed, or
 * the object or the handle was closed, the view throws {@link InvalidHandleException}: nothing is written any more from then on. What
 * the map has is then read through the handle that it went to. Any thread may use a view, also while another one closes it.
 *
 * @param <K> type of the keys
 * @param <E> type of the entries
 */
public final class ArrayView<K, E> implements AutoCloseable {
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final LeasedMap map;
    private final EntryCodec<K, E> codec;
    private final SharedMemory memory;
    private final ByteBuffer bytes;
    private final boolean isWritable;
    private final int stride;
    private final long length;
    private volatile boolean isClosed;

    ArrayView(LeasedMap map, EntryCodec<K, E> codec, boolean isWritable) {
        this.map = map;
        this.codec = codec;
        this.isWritable = isWritable;
        this.memory = map.share(isWritable);
        this.bytes = memory.bytes();
        this.stride = Sizes.align(map.shape().valueSize());
        this.length = map.shape().maxEntries();
    }

    /** How many entries there are. */
    public long length() {
        return length;
    }

    /** The entry with this key; null when the array has no such index. */
    public @Nullable E get(K key) {
        try (Scratch scratch = Scratch.take(codec.key().size() + stride)) {
            long index = index(scratch, key);
            if (index >= length) {
                return null;
            }
            ByteBuffer copy = scratch.block().bytes();
            int from = (int) index * stride;
            for (int at = 0; at < stride; at += Long.BYTES) {
                copy.putLong(at, (long) LONG.getAcquire(bytes, from + at));
            }
            checkRead();
            return Decoding.entry(map.shape(), codec, key, copy, 0);
        }
    }

    /**
     * Writes the entry, word by word.
     *
     * @throws IllegalArgumentException when a component does not fit its C type; then nothing is written
     * @throws BpfException when the array has no such index
     * @throws IllegalStateException when this view is for reading only
     */
    public void put(E entry) {
        K key = codec.keyOf(entry);
        try (Scratch scratch = Scratch.take(codec.key().size() + stride)) {
            long index = index(scratch, key);
            if (index >= length) {
                throw MapOperation.UPDATE.failed(map.shape(), key, Errno.E2BIG);
            }
            ByteBuffer copy = scratch.block().bytes();
            copy.putLong(stride - Long.BYTES, 0);
            codec.writeValue(entry, copy, 0);
            int to = (int) index * stride;
            write(() -> {
                for (int at = 0; at < stride; at += Long.BYTES) {
                    LONG.setRelease(bytes, to + at, copy.getLong(at));
                }
            });
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
        checkRead();
        return value;
    }

    /**
     * Writes one component of the entry at an index.
     *
     * @throws IndexOutOfBoundsException when the array has no such index
     * @throws IllegalArgumentException when the value does not fit the component's C type
     * @throws IllegalStateException when this view is for reading only
     */
    public void set(long index, WordField<E> field, long value) {
        int at = at(index, field);
        int narrow = field.isInt() ? field.narrowed(value) : 0;
        write(() -> {
            if (field.isInt()) {
                INT.setRelease(bytes, at, narrow);
            } else {
                LONG.setRelease(bytes, at, value);
            }
        });
    }

    /**
     * Adds to one component of the entry at an index, atomically; it wraps around as in C.
     *
     * @return what it was before
     * @throws IndexOutOfBoundsException when the array has no such index
     * @throws IllegalStateException when this view is for reading only
     */
    public long add(long index, WordField<E> field, long delta) {
        int at = at(index, field);
        long[] before = new long[1];
        write(() -> before[0] = field.isInt()
                ? field.widened((int) INT.getAndAdd(bytes, at, (int) delta))
                : (long) LONG.getAndAdd(bytes, at, delta));
        return before[0];
    }

    /** Lets go of the memory. Later calls throw; those that are under way end first, or throw. */
    @Override
    public void close() {
        isClosed = true;
        memory.close();
    }

    private long index(Scratch scratch, K key) {
        codec.key().write(key, scratch.block().bytes(), 0);
        return Integer.toUnsignedLong(scratch.block().bytes().getInt(0));
    }

    private int at(long index, WordField<E> field) {
        return (int) Objects.checkIndex(index, length) * stride + field.offset();
    }

    /** After the read, because what is read of a map that was cut off meanwhile is another's, or nothing. */
    private void checkRead() {
        if (isClosed) {
            throw new InvalidHandleException(map.shape().name(), "its view was closed");
        }
        map.checkValid();
    }

    private void write(Runnable write) {
        if (!isWritable) {
            throw new IllegalStateException(
                    "this view of map " + map.shape().name() + " is for reading only: ask for writableView()");
        }
        if (isClosed) {
            throw new InvalidHandleException(map.shape().name(), "its view was closed");
        }
        try {
            map.writing(write);
        } finally {
            Reference.reachabilityFence(this); // the memory is there for as long as this is
        }
    }
}
