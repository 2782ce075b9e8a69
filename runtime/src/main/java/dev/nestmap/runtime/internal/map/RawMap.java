/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.SharedMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One map, as the kernel shows it to user space: bytes in, bytes out. Every operation returns 0 or a negative errno, the
 * kernel's own in either implementation. Keys and values lie in {@link Block}s at the given offsets.
 *
 * <p>Whoever holds a raw map makes sure that nobody is in a call of it when it is closed.
 */
public interface RawMap {
    /** {@code BPF_ANY}: an update writes whether or not there is an entry with the key. */
    long ANY = 0;

    /** {@code BPF_NOEXIST}: it writes only where there is none, else {@code EEXIST}. */
    long NOEXIST = 1;

    /** {@code BPF_EXIST}: it writes only where there is one, else {@code ENOENT}. */
    long EXIST = 2;

    /** {@code BPF_F_LOCK}: under the {@code bpf_spin_lock} in the value, without which it is {@code EINVAL}. */
    long LOCK = 4;

    /** The map's shape, as the kernel has it. */
    MapShape shape();

    /** The kernel's id of the map; in memory one that no other map of this process has. */
    int id();

    /** How many bytes a value takes where it is read or written: see {@link MapShape#valueRoom}. */
    int valueRoom();

    /** {@code BPF_MAP_LOOKUP_ELEM}: writes the value at {@code valueAt}. For a map of maps that is the inner map's id. */
    default int lookup(Block block, int keyAt, int valueAt) {
        return lookup(block, keyAt, valueAt, 0);
    }

    /** The same; with {@link #LOCK} under the lock in the value. */
    int lookup(Block block, int keyAt, int valueAt, long flags);

    /**
     * {@code BPF_MAP_UPDATE_ELEM} with {@link #ANY}, {@link #NOEXIST} or {@link #EXIST}, and {@link #LOCK} or
     * not. With it, a value that is there is changed in place and under its lock.
     */
    int update(Block block, int keyAt, int valueAt, long flags);

    /** {@code BPF_MAP_LOOKUP_AND_DELETE_ELEM}: of a map without keys it takes the next value out. */
    default int lookupAndDelete(Block block, int keyAt, int valueAt) {
        return lookupAndDelete(block, keyAt, valueAt, 0);
    }

    /** The same; with {@link #LOCK} under the lock in the value. */
    int lookupAndDelete(Block block, int keyAt, int valueAt, long flags);

    /** {@code BPF_MAP_DELETE_ELEM}. On a map of maps it returns after a grace period. */
    int delete(Block block, int keyAt);

    /** {@code BPF_MAP_GET_NEXT_KEY}: writes the key after the one at {@code keyAt}, or the first when that is negative. */
    int nextKey(Block block, int keyAt, int nextAt);

    /**
     * {@code BPF_MAP_LOOKUP_BATCH}: the next entries after {@code cursor}. {@code -ENOENT} says that there are no more
     * after those returned; {@code -ENOSPC} that not even one bucket fits: the same cursor with more room goes on.
     */
    int lookupBatch(Batch batch);

    /** {@code BPF_MAP_LOOKUP_AND_DELETE_BATCH}: the same, and takes out what it finds. Only hashes have it. */
    int lookupAndDeleteBatch(Batch batch);

    /**
     * {@code BPF_MAP_UPDATE_BATCH}: writes in order, whether or not there are others, until one is refused; goes on where the
     * batch has got to.
     */
    int updateBatch(KeyBatch batch);

    /** {@code BPF_MAP_UPDATE_ELEM} of a map of maps: puts {@code inner} at the key; returns after a grace period. */
    int updateInner(Block block, int keyAt, RawMap inner, long flags);

    /**
     * {@code BPF_MAP_UPDATE_BATCH} of a map of maps: puts the inner maps at the keys in order, whether or not there are others,
     * until one is refused; returns after one grace period (before Linux 6.8 one per element).
     */
    int updateInners(KeyBatch keys, List<RawMap> inners);

    /**
     * {@code BPF_MAP_DELETE_BATCH}: deletes in order until one is refused; goes on where the batch has got to. Of a map of maps it
     * waits like {@link #updateInners}.
     */
    int deleteBatch(KeyBatch keys);

    /**
     * Copies the oldest record of a RINGBUF, or of a CPU of a PERF_EVENT_ARRAY that is open, as far as there is room, and takes it
     * out: its size, or {@code -ENOENT} when there is none.
     */
    default int takeRecord(Block to) {
        return -ErrnoNumbers.ENOTSUPP;
    }

    /** Appends a record to a USER_RINGBUF; {@code -ENOSPC} when there is no room. */
    default int putRecord(Block from, int size) {
        return -ErrnoNumbers.ENOTSUPP;
    }

    /**
     * Makes the buffers of a PERF_EVENT_ARRAY's events, if there are none yet.
     *
     * @param bytesPerCpu how many bytes of records each holds at least
     * @throws dev.nestmap.runtime.error.BpfException when the kernel refuses, with why
     */
    default void openEvents(int bytesPerCpu) {
        throw MapOperation.MAP.failed(shape(), null, ErrnoNumbers.ENOTSUPP);
    }

    /** How many bytes the events of a CPU have in a PERF_EVENT_ARRAY that is open; else 0. */
    default int eventRoom() {
        return 0;
    }

    /**
     * How many events a PERF_EVENT_ARRAY had no room for, of which this was not told yet. Before Linux 6.0 these are those before the
     * last that was taken.
     */
    default long takeLost() {
        return 0;
    }

    /** Returns when this RINGBUF or PERF_EVENT_ARRAY or another one of the same kind has a record, or after that many milliseconds. */
    default int awaitRecord(List<RawMap> others, int millis) {
        return -ErrnoNumbers.ENOTSUPP;
    }

    /**
     * Maps the values of an array that is {@code BPF_F_MMAPABLE}.
     *
     * @param writable whether user space may write there
     * @throws dev.nestmap.runtime.error.BpfException when the kernel refuses, with why
     */
    default SharedMemory mmap(boolean writable) {
        throw MapOperation.MAP.failed(shape(), null, ErrnoNumbers.ENOTSUPP);
    }

    /**
     * The types of its entries, as far as the kernel was told them; null when it was not.
     *
     * @throws dev.nestmap.runtime.error.BpfException when the kernel refuses: it takes CAP_SYS_ADMIN
     */
    default @Nullable EntryTypes types() {
        return null;
    }

    /**
     * Another way to the same map, which the caller owns.
     *
     * @throws dev.nestmap.runtime.error.BpfException when there is no room for one more descriptor
     */
    RawMap duplicate();

    /** Lets go of the map. */
    void close();
}
