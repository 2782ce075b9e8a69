/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.spi.MapBinding;
import org.jspecify.annotations.Nullable;

/**
 * A live {@code SK_STORAGE}, {@code INODE_STORAGE}, {@code TASK_STORAGE} or {@code CGRP_STORAGE}: records that belong to a socket, a file's inode, a
 * task or a control group. When this owner ends, the kernel deletes the record. User space names the owner by a file descriptor: that of the socket,
 * any descriptor of the file, a pidfd (since Linux 6.9 also one of a single thread), or that of the directory of a cgroup v2. The kernel can't
 * iterate over such a map.
 *
 * <p>If the record has a {@code @SpinLock}, the kernel reads and writes each entry under its lock.
 *
 * @param <E> type of the entries
 */
public abstract class StorageAccessor<E> extends KeylessAccessor<E> {
    private static final int VALUE_AT = Alignment.align(Integer.BYTES);

    private final long lock;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param codec converts entries to bytes and back
     */
    protected StorageAccessor(MapBinding binding, Codec<E> codec) {
        super(binding, codec);
        MapShape shape = BoundMap.of(binding).map().shape();
        checkSize(shape, "key", Integer.BYTES, shape.keySize());
        this.lock = codec.locked() ? RawMap.LOCK : 0;
    }

    /**
     * Returns an entry.
     *
     * @param descriptor file descriptor of the owner
     * @return the entry; null if the owner has none
     * @throws BpfException if the descriptor is closed or does not refer to an owner of the map's kind, or if the kernel rejects the
     *     operation
     */
    public final @Nullable E get(int descriptor) {
        try (Scratch scratch = owner(descriptor)) {
            int result = map().lookup(scratch.block(), 0, VALUE_AT, lock);
            return found(result, MapOperation.LOOKUP, descriptor) ? value(scratch, VALUE_AT) : null;
        }
    }

    /**
     * Reads an entry into a view.
     *
     * @param descriptor file descriptor of the owner
     * @param view shows the entry until the next read with it; has none if this method returns false or throws
     * @return whether the owner has an entry
     * @throws BpfException if the descriptor is closed or does not refer to an owner of the map's kind, or if the kernel rejects the
     *     operation
     */
    public final boolean get(int descriptor, EntryView<E> view) {
        OffHeapBlock block = view.prepare(VALUE_AT + codec().size());
        block.bytes().putInt(0, descriptor);
        return shown(
                found(map().lookup(block, 0, VALUE_AT, lock), MapOperation.LOOKUP, descriptor), view, block, VALUE_AT);
    }

    /**
     * Writes an entry. Replaces the owner's entry, if there is one.
     *
     * @param descriptor file descriptor of the owner
     * @param entry the entry
     * @throws BpfException if the descriptor is closed or does not refer to an owner of the map's kind, or if the kernel rejects the
     *     operation
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final void put(int descriptor, E entry) {
        write(descriptor, entry, RawMap.ANY);
    }

    /**
     * Adds an entry ({@code BPF_NOEXIST}).
     *
     * @param descriptor file descriptor of the owner
     * @param entry the entry
     * @return false if the owner has an entry, which stays unchanged
     * @throws BpfException if the descriptor is closed or does not refer to an owner of the map's kind, or if the kernel rejects the
     *     operation
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final boolean putIfAbsent(int descriptor, E entry) {
        return write(descriptor, entry, RawMap.NOEXIST);
    }

    /**
     * Replaces the owner's entry ({@code BPF_EXIST}).
     *
     * @param descriptor file descriptor of the owner
     * @param entry the entry
     * @return false if the owner has no entry; then nothing is written
     * @throws BpfException if the descriptor is closed or does not refer to an owner of the map's kind, or if the kernel rejects the
     *     operation
     * @throws IllegalArgumentException if a component does not fit its C type
     */
    public final boolean replace(int descriptor, E entry) {
        return write(descriptor, entry, RawMap.EXIST);
    }

    private boolean write(int descriptor, E entry, long condition) {
        try (Scratch scratch = owner(descriptor)) {
            codec().write(entry, scratch.block().bytes(), VALUE_AT);
            int result = map().update(scratch.block(), 0, VALUE_AT, condition | lock);
            return result == 0 || isWritten(result, condition, descriptor);
        }
    }

    /**
     * Removes an entry.
     *
     * @param descriptor file descriptor of the owner
     * @return false if the owner has none
     * @throws BpfException if the descriptor is closed or does not refer to an owner of the map's kind, or if the kernel rejects the
     *     operation
     */
    public final boolean remove(int descriptor) {
        try (Scratch scratch = owner(descriptor)) {
            return found(map().delete(scratch.block(), 0), MapOperation.DELETE, descriptor);
        }
    }

    private Scratch owner(int descriptor) {
        Scratch scratch = Scratch.take(VALUE_AT + codec().size());
        scratch.block().bytes().putInt(0, descriptor);
        return scratch;
    }
}
