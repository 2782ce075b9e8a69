/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapHandle;
import org.jspecify.annotations.Nullable;

/**
 * A live SK_STORAGE, INODE_STORAGE, TASK_STORAGE or CGRP_STORAGE: a record that is part of a socket, a file's inode, a task or a control
 * group, and ends with it. User space names the owner by a file descriptor of this process: a socket, any descriptor of the file, a
 * pidfd (of a thread by itself since Linux 6.9), the directory of a control group of version 2. It can't be gone through: the kernel
 * has no such operation.
 *
 * <p>Of a record with a {@code @SpinLock} every entry is read and written under its lock.
 *
 * @param <E> type of the entries
 */
public abstract class StorageAccessor<E> extends KeylessAccessor<E> {
    private static final int VALUE_AT = Alignment.align(Integer.BYTES);

    private final long lock;

    /** For generated code. */
    protected StorageAccessor(MapHandle handle, Codec<E> codec) {
        super(handle, codec);
        MapShape shape = handle.map().shape();
        checkSize(shape, "key", Integer.BYTES, shape.keySize());
        this.lock = codec.locked() ? RawMap.LOCK : 0;
    }

    /**
     * The entry of what the file descriptor stands for, null when it has none.
     *
     * @throws BpfException when the descriptor is none of the kind whose entries these are
     */
    public final @Nullable E get(int descriptor) {
        try (Scratch scratch = owner(descriptor)) {
            int result = map().lookup(scratch.block(), 0, VALUE_AT, lock);
            if (result == -ENOENT) {
                return null;
            }
            if (result != 0) {
                throw MapOperation.LOOKUP.failed(shape(), descriptor, result);
            }
            return EntryDecoder.value(shape(), codec(), scratch.block().bytes(), VALUE_AT);
        }
    }

    /**
     * Gives the entry to what the file descriptor stands for, in place of the one that it had.
     *
     * @throws BpfException when the descriptor is none of the kind whose entries these are
     */
    public final void put(int descriptor, E entry) {
        put(descriptor, entry, UpdateMode.ANY);
    }

    /**
     * The same if the mode allows.
     *
     * @return false when the mode did not allow it: {@link UpdateMode#NOEXIST} and there was an entry, or {@link UpdateMode#EXIST}
     *     and there was none
     * @throws BpfException when the descriptor is none of the kind whose entries these are
     */
    public final boolean put(int descriptor, E entry, UpdateMode mode) {
        try (Scratch scratch = owner(descriptor)) {
            codec().write(entry, scratch.block().bytes(), VALUE_AT);
            int result = map().update(scratch.block(), 0, VALUE_AT, mode.flag() | lock);
            if (result == 0) {
                return true;
            }
            if ((mode == UpdateMode.NOEXIST && result == -EEXIST) || (mode == UpdateMode.EXIST && result == -ENOENT)) {
                return false;
            }
            throw MapOperation.UPDATE.failed(shape(), descriptor, result);
        }
    }

    /**
     * Takes the entry from what the file descriptor stands for; false when it has none.
     *
     * @throws BpfException when the descriptor is none of the kind whose entries these are
     */
    public final boolean remove(int descriptor) {
        try (Scratch scratch = owner(descriptor)) {
            int result = map().delete(scratch.block(), 0);
            if (result == 0 || result == -ENOENT) {
                return result == 0;
            }
            throw MapOperation.DELETE.failed(shape(), descriptor, result);
        }
    }

    private Scratch owner(int descriptor) {
        Scratch scratch = Scratch.take(VALUE_AT + codec().size());
        scratch.block().bytes().putInt(0, descriptor);
        return scratch;
    }
}
