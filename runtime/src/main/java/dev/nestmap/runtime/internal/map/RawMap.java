/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A BPF map whose keys and values are bytes in {@link OffHeapBlock}s, at the given offsets. This interface has the operations on entries
 * and slots. A ring buffer or perf event array also has a {@link #stream}.
 *
 * <p>An operation returns 0 or a negative errno. Maps in memory return the same errno as the kernel.
 *
 * <p>The owner of a raw map closes it only while no thread is in one of its operations.
 */
public interface RawMap extends AutoCloseable {
    /** {@code BPF_ANY}: the update writes whether or not the key has an entry. */
    long ANY = 0;

    /** {@code BPF_NOEXIST}: the update writes only if the key has no entry; otherwise it returns {@code -EEXIST}. */
    long NOEXIST = 1;

    /** {@code BPF_EXIST}: the update writes only if the key has an entry; otherwise it returns {@code -ENOENT}. */
    long EXIST = 2;

    /** {@code BPF_F_LOCK}: holds the {@code bpf_spin_lock} of the value meanwhile. {@code -EINVAL} if the value has no lock. */
    long LOCK = 4;

    /**
     * Returns {@code BPF_F_CPU} for a CPU: reads or writes only this CPU's value in a per-CPU map, at the beginning of the value's memory.
     * {@code -EINVAL} before Linux 7.0 and in memory, and with any other flag.
     */
    static long ofCpu(int cpu) {
        return 8 | ((long) cpu << Integer.SIZE);
    }

    /** The map's shape as the kernel reports it. */
    MapShape shape();

    /** The map's id in the kernel. For a map in memory, an id that no other map in memory of this process has. */
    int id();

    /**
     * The kernel's id of the current boot: map ids begin again after each boot. For maps in memory, a random number of this process.
     *
     * @throws dev.nestmap.runtime.error.BpfException if it can't be read
     */
    UUID bootId();

    /** The size in bytes of a value that is read or written: see {@link MapShape#valueBytes}. */
    int valueBytes();

    /** The CPUs that have a value in an entry of this map, which is a per-CPU map. */
    default PossibleCpus possibleCpus() {
        return PossibleCpus.upTo(valueBytes() / Alignment.align(shape().valueSize()));
    }

    /**
     * The types of the entries in the map's BTF; null if the map was created without BTF.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses: reading BTF requires CAP_SYS_ADMIN
     */
    default @Nullable EntryCTypes types() {
        return null;
    }

    /**
     * The declarations that this map of maps can have, with the types of its inner maps. The kernel keeps no types for a map of maps, and 15
     * characters of its name, so there can be several. Empty if no loaded program that uses the map declares it in BTF.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses: listing programs and reading BTF requires CAP_SYS_ADMIN
     */
    default List<OuterEntryCTypes> outerTypes() {
        return List.of();
    }

    /**
     * The declarations of a map of maps in the BTF of this map, which is or was one of its inner maps, or their prototype. Empty if it has
     * none.
     */
    default List<OuterEntryCTypes> declarationsOf(MapShape outer) {
        return List.of();
    }

    /**
     * Notes that an iteration has read entries. {@link BatchScan} calls it.
     *
     * @param entries the number of entries that it has read so far
     * @param isComplete whether it has come to the end
     */
    default void read(long entries, boolean isComplete) {}

    /** {@code BPF_MAP_LOOKUP_ELEM}: writes the value to {@code valueAt}. The value in an outer map is the inner map's id. */
    default int lookup(OffHeapBlock block, int keyAt, int valueAt) {
        return lookup(block, keyAt, valueAt, 0);
    }

    /** {@code BPF_MAP_LOOKUP_ELEM} with {@link #LOCK}, {@link #ofCpu} or 0. */
    int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags);

    /**
     * Looks up several entries of this map, or of the inner maps of this outer map, in one system call. Writes the answer and, if it is {@link
     * QueryLayout#FOUND}, the value into each query.
     *
     * @param layout how the queries lie in memory. Each call for the same map passes an equal one
     * @param queries the queries, without gaps
     * @param count number of queries, at most {@link QueryLayout#capacity}
     * @return false if this is not possible now, or not worth the effort yet. Then the caller looks up one after the other
     */
    default boolean lookupAll(QueryLayout layout, OffHeapBlock queries, int count) {
        return false;
    }

    /**
     * Returns the most bytes of entries that one {@link #copyAll} copies. 0 if this is not possible, or not worth the effort yet. Then the
     * caller reads one inner map after the other.
     *
     * @param layout how queries lie in memory, as for {@link #lookupAll}
     * @param maps the number of inner maps that the caller is about to read, at least
     */
    default int copyBytes(QueryLayout layout, int maps) {
        return 0;
    }

    /**
     * Copies all entries of inner maps of this outer map in one system call, as many as fit. Call it after {@link #copyBytes}.
     *
     * @return false if this is not possible now
     */
    default boolean copyAll(InnerEntryBatch copy) {
        return false;
    }

    /**
     * {@code BPF_MAP_UPDATE_ELEM} with {@link #ANY}, {@link #NOEXIST} or {@link #EXIST}. If {@link #LOCK} is added, the kernel changes an
     * existing value in place and holds its lock meanwhile.
     */
    int update(OffHeapBlock block, int keyAt, int valueAt, long flags);

    /** {@code BPF_MAP_LOOKUP_AND_DELETE_ELEM}. A map without keys removes its next value. */
    default int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt) {
        return lookupAndDelete(block, keyAt, valueAt, 0);
    }

    /** {@code BPF_MAP_LOOKUP_AND_DELETE_ELEM} with {@link #LOCK} or 0. */
    int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags);

    /** {@code BPF_MAP_DELETE_ELEM}. On an outer map it returns after a grace period. */
    int delete(OffHeapBlock block, int keyAt);

    /** {@code BPF_MAP_GET_NEXT_KEY}: writes the key that follows the one at {@code keyAt}, or the first if {@code keyAt} is negative. */
    int nextKey(OffHeapBlock block, int keyAt, int nextAt);

    /**
     * Calls a batch command of {@code bpf(2)}.
     *
     * <ul>
     *   <li>{@code LOOKUP} reads the entries that follow the batch's cursor. {@code LOOKUP_AND_DELETE} also deletes what it reads. Only
     *       hash maps support it.
     *   <li>{@code UPDATE}, with {@link #ANY}, writes entries of the rest of the batch in order, up to the first one that the kernel
     *       rejects. It may leave out later ones without an error, so the caller repeats it until the batch is done.
     *   <li>{@code DELETE} deletes entries in the same way. On an outer map it waits like {@link #updateBatch}.
     * </ul>
     *
     * @return 0, or a negative errno. For lookups: {@code -ENOENT} if no entries follow those that were read; {@code -ENOSPC} if the
     *     next bucket does not fit into the batch, so that the caller tries again with a larger one
     */
    int batch(BatchCommand command, Batch batch);

    /**
     * {@code BPF_MAP_UPDATE_ELEM} of an outer map: puts {@code inner} into the slot with the key. Returns after a grace period. On other
     * maps it returns {@code -EINVAL}. A slot is looked up, deleted and iterated like any other entry.
     */
    int update(OffHeapBlock block, int keyAt, RawMap inner, long flags);

    /**
     * {@code BPF_MAP_UPDATE_BATCH} of an outer map with {@link #ANY}: puts the inner maps into the slots in order, up to the first that the
     * kernel rejects. Returns after one grace period, or after one per slot: see {@link #sharesGracePeriods}.
     */
    int updateBatch(Batch keys, List<RawMap> inners);

    /**
     * Whether a batch of updates or deletes of an outer map waits for one grace period, and a lookup for none. Before Linux 6.8, a batch
     * waits for one per slot, and so does each lookup.
     */
    boolean sharesGracePeriods();

    /**
     * Whether an update of an outer map lets the next update of another key use the memory of the replaced entry, while a program that is
     * interrupted in its lookup may still read it. Then that program finds the inner map of the other key.
     */
    default boolean reusesReplacedEntries() {
        return false;
    }

    /** The operations on the records of a ring buffer or a perf event array. */
    default StreamOperations stream() {
        return StreamOperations.NONE;
    }

    /**
     * Maps the values of an array that has {@code BPF_F_MMAPABLE}.
     *
     * @param writable whether user space may write to the memory
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses
     */
    default SharedArrayValues mmap(boolean writable) {
        throw MapOperation.MMAP.failed(shape(), null, ErrnoNumbers.ENOTSUPP);
    }

    /**
     * Opens the same map once more. The caller owns and closes the result.
     *
     * @throws dev.nestmap.runtime.error.BpfException if this process can't open another file descriptor
     */
    RawMap duplicate();

    /** Closes this raw map. The map itself lives on while anything else refers to it. */
    @Override
    void close();
}
