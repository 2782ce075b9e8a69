/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EAGAIN;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINTR;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOSPC;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import dev.nestmap.types.ByteString;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over a map once, one {@link Batch} at a time. In a hash map, the kernel visits each bucket once, in order. So the iteration ends
 * even if the map changes all the time, and reads each entry that stays exactly once. The same holds for arrays.
 *
 * <p>Key by key, and in an LPM_TRIE, the kernel starts again at the first key if the last key was deleted, and entries are read again. An
 * iteration that starts again too often fails.
 *
 * <p>While the kernel moves entries of a map whose number of buckets changes ({@link dev.nestmap.schema.MapKind#isResized}), a read of it
 * skips those that lie behind the new place of the last key (a quarter of 400,000 entries, Linux 7.3), and returns others twice. So this reads
 * it until a read has found nothing new, at most {@value #MOST_ROUNDS} times. It passes each entry once, and deletes them one by one.
 *
 * <p>Before Linux 6.14 ("bpf: skip non exist keys in generic_map_lookup_batch") the kernel fails with EINTR at an empty slot of an array
 * of maps. For some map types it has no batches at all and fails with ENOTSUPP. In both cases the iteration continues key by key.
 */
public final class BatchScan {
    /** Size of the first batch: at least so many entries, and as many as fit into so many bytes. Most maps have few entries. */
    private static final int ENTRIES_AT_FIRST = 64;

    private static final int BYTES_AT_FIRST = 1 << 14;
    private static final int GROWTH = 8;

    /**
     * An iteration key by key ends with an exception after so many times the number of entries that the map can have, and the reads of a map
     * whose entries the kernel moves end after so many.
     */
    private static final int MOST_ROUNDS = 8;

    private static final long FEWEST_KEYS = 1024;

    private final RawMap map;
    private final boolean deletes;
    private Batch batch;
    private boolean oneByOne;
    private boolean last;
    private boolean ended;

    /** The failure of a call after others had deleted the entries in the batch; null if none did. */
    private @Nullable RuntimeException failure;

    /** The number of entries that {@link #next} has returned. */
    private long entriesRead;

    /** The number of keys that this read of the map has read, without those that this iteration deletes. */
    private long keysRead;

    /** The keys of the entries that were read; null for a map whose entries the kernel does not move. */
    private final @Nullable Set<ByteString> seen;

    /** Whether such a map has had a new entry since the beginning of this read of it, and the number of its reads that have ended. */
    private boolean foundNew;

    private int reads;

    /** Passes the bytes of each key of an outer map that has an inner map, and the id of that map. */
    public static void forEachSlot(RawMap outer, ObjIntConsumer<byte[]> action) {
        forEach(outer, 0, (batch, i) -> action.accept(batch.key(i), batch.innerId(i)));
    }

    /** Passes each entry of a map, by its number in a batch. Reads each value with these flags: {@link RawMap#LOCK} or 0. */
    public static void forEach(RawMap map, long flags, ObjIntConsumer<Batch> action) {
        for (BatchScan scan = new BatchScan(map, flags); scan.next(); ) {
            for (int i = 0; i < scan.batch().count(); i++) {
                action.accept(scan.batch(), i);
            }
        }
    }

    /** Reads the ids of the inner maps in the slots of an outer map. */
    public static Set<Integer> innerIds(RawMap outer) {
        Set<Integer> ids = new HashSet<>();
        forEachSlot(outer, (key, id) -> ids.add(id));
        return ids;
    }

    /** Counts the entries of a map. */
    public static long countEntries(RawMap map) {
        long count = 0;
        for (BatchScan scan = new BatchScan(map); scan.next(); ) {
            count += scan.batch().count();
        }
        return count;
    }

    /** Does the same, but counts of an array, whose entries are always there, only those that are not zero. */
    public static long countUsed(RawMap map) {
        if (map.shape().kind().keyRule() != MapKind.KeyRule.INDEX) {
            return countEntries(map);
        }
        long[] count = {0};
        forEach(
                map,
                0,
                (batch, i) ->
                        count[0] += Scalars.isZero(batch.memory().bytes(), batch.valueAt(i), map.valueBytes()) ? 0 : 1);
        return count[0];
    }

    /** An iteration over this map. Call {@link #next} for the first batch. */
    public BatchScan(RawMap map) {
        this(map, 0);
    }

    /** An iteration that reads each value with these flags: {@link RawMap#LOCK} or 0. */
    public BatchScan(RawMap map, long flags) {
        this(map, flags, false);
    }

    private BatchScan(RawMap map, long flags, boolean deletes) {
        this.map = map;
        this.deletes = deletes;
        long fitting = BYTES_AT_FIRST / Math.max(1, map.shape().keySize() + map.valueBytes());
        long entries = Math.min(Math.max(ENTRIES_AT_FIRST, fitting), map.shape().maxEntries());
        this.batch = new Batch(map, Batch.capacity(map, entries)).withFlags(flags);
        this.seen = map.shape().kind().isResized() ? new HashSet<>() : null;
    }

    /** An iteration that deletes what it reads, in batches. */
    public static BatchScan taking(RawMap map, long flags) {
        return new BatchScan(map, flags, true);
    }

    /**
     * Reads the next batch, which has at least one entry. Returns false if no entries are left, then and in each further call. If the
     * kernel fails after it has deleted entries, this returns them, and the next call throws.
     *
     * @throws BpfException if the kernel rejects the call or the handle is no longer valid
     */
    public boolean next() {
        boolean wasEnded = ended;
        boolean hasRead = readNext();
        entriesRead += hasRead ? batch.count() : 0;
        if (!wasEnded) {
            map.read(entriesRead, !hasRead);
        }
        return hasRead;
    }

    private boolean readNext() {
        if (failure != null) {
            throw failure;
        }
        if (batch.started() && !last) {
            long wanted = Math.min((long) GROWTH * batch.capacity(), map.shape().maxEntries());
            grow(Batch.capacity(map, Math.min(Batch.ENTRIES, wanted)));
        }
        while (!last) {
            batch.begin(0);
            int result = oneByOne ? readOneByOne() : seen != null ? readNew(seen) : map.batch(command(), batch);
            if ((result == -EINTR || result == -ENOTSUPP) && !oneByOne && !deletes) {
                oneByOne = true;
                continue;
            }
            if (result == -ENOSPC) {
                grow(Math.multiplyExact(2, batch.capacity()));
                continue;
            }
            if (result != 0 && result != -ENOENT) {
                if (batch.count() == 0) {
                    throw failed(result);
                }
                failure = failed(result);
                return true;
            }
            last = result != 0;
            if (batch.count() > 0) {
                requireProgress(oneByOne || deletes ? 0 : batch.count());
                return true;
            }
        }
        end();
        return false;
    }

    private BatchCommand command() {
        return deletes ? BatchCommand.LOOKUP_AND_DELETE : BatchCommand.LOOKUP;
    }

    /** Does what {@link RawMap#batch} does, but keeps only the entries whose keys were not read before. */
    private int readNew(Set<ByteString> before) {
        int result = map.batch(BatchCommand.LOOKUP, batch);
        int found = batch.count();
        int kept = 0;
        for (int i = 0; i < found; i++) {
            if (before.add(ByteString.of(batch.key(i)))) {
                batch.move(i, kept++);
            }
        }
        batch.begin(kept);
        requireProgress(found - kept);
        if (deletes) {
            take();
        }
        foundNew |= kept > 0;
        if (result == -EAGAIN
                || (deletes && kept > 0)) { // the key in the cursor was deleted, perhaps by this iteration
            requireProgress(1);
        } else if (result == -ENOENT && foundNew && ++reads < MOST_ROUNDS) {
            keysRead = 0;
        } else {
            return result;
        }
        foundNew = false;
        batch.restart();
        return 0;
    }

    /** Deletes the entries in the batch, and reads their last values. Keeps those that existed. */
    private void take() {
        int taken = 0;
        try {
            for (int i = 0; i < batch.count(); i++) {
                int result = map.lookupAndDelete(batch.memory(), batch.keyAt(i), batch.valueAt(i), batch.flags());
                if (result == 0) {
                    batch.move(i, taken++);
                } else if (result != -ENOENT) {
                    throw failed(result);
                }
            }
        } catch (BpfException e) {
            if (taken == 0) {
                throw e;
            }
            failure = e;
        }
        batch.begin(taken);
    }

    /** Ends the iteration, so that the thread's next batch can use its memory. Does nothing if no entries remain. */
    public void end() {
        last = true;
        if (!ended) {
            ended = true;
            batch.release();
        }
    }

    private BpfException failed(int result) {
        return (deletes ? MapOperation.TAKE : MapOperation.ITERATE).failed(map.shape(), null, result);
    }

    /** Continues with a batch of at least that capacity, at the same position. */
    private void grow(int capacity) {
        if (capacity > batch.capacity()) {
            batch = batch.grown(capacity);
        }
    }

    /**
     * Does what {@link RawMap#batch} does with {@code LOOKUP}, key by key. The cursor of a map without buckets is the last key that was
     * read.
     */
    private int readOneByOne() {
        OffHeapBlock memory = batch.memory();
        boolean started = batch.started();
        int found = 0;
        int result = 0;
        while (found < batch.capacity() && result == 0) {
            result = map.nextKey(memory, started ? Batch.CURSOR_AT : -1, batch.nextCursorAt());
            if (result == 0) {
                started = true;
                requireProgress(1);
                memory.copy(
                        batch.nextCursorAt(),
                        memory,
                        Batch.CURSOR_AT,
                        map.shape().keySize());
                found += readEntry(found) ? 1 : 0;
            }
        }
        batch.read(found);
        return result;
    }

    /** Ends an iteration that started again so often that it has read far more keys than the map can have. */
    private void requireProgress(int more) {
        keysRead += more;
        if (keysRead > Math.max(FEWEST_KEYS, MOST_ROUNDS * map.shape().maxEntries())) {
            throw BpfException.of(Reason.BUSY, MapOperation.ITERATE.noun())
                    .map(map.shape().name())
                    .because(ErrorTable.message("DELETED_TOO_FAST", keysRead));
        }
    }

    /** Reads the entry at the cursor into the batch. Returns false if it no longer exists. */
    private boolean readEntry(int index) {
        OffHeapBlock memory = batch.memory();
        int result = map.lookup(memory, Batch.CURSOR_AT, batch.valueAt(index), batch.flags());
        if (result != 0 && result != -ENOENT) {
            throw MapOperation.ITERATE.failed(map.shape(), null, result);
        }
        memory.copy(Batch.CURSOR_AT, memory, batch.keyAt(index), map.shape().keySize());
        return result == 0;
    }

    /** The entries that {@link #next} has read. Call it only after it has returned true. */
    public Batch batch() {
        return batch;
    }
}
