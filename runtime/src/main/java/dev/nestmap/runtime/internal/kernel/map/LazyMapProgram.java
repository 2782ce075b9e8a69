/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.SystemCalls;
import dev.nestmap.runtime.internal.map.BulkPath;
import dev.nestmap.runtime.internal.map.LookupLayout;
import dev.nestmap.runtime.internal.map.WriteBatch;
import dev.nestmap.runtime.internal.memory.Block;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/** Loads the {@link MapProgram} of a map when enough entries were looked up or changed without it. */
final class LazyMapProgram {
    /** Loading a program takes as long as this number of lookups by system calls. So waiting for them at most doubles the time. */
    static final int KEYS_BEFORE = 10_000;

    /** The number of entries that a batch of the kernel changes in the time of one lookup. */
    static final int CHANGES_PER_LOOKUP = 4;

    /** The smallest number of entries for which a run of the program takes less time than system calls. */
    static final int FEWEST_ENTRIES = 2;

    /** The most programs of a process, which may have thousands of inner maps. */
    static final int MOST_PROGRAMS = 32;

    private static final AtomicInteger PROGRAMS = new AtomicInteger();

    private final KernelMap map;
    private final boolean canLookUp;
    private final boolean canChange;

    /**
     * How many lookups by system calls take as long as all lookups and changes so far. Counted without synchronization: a lost addition does
     * no harm.
     */
    private int keys;

    private volatile boolean isAttempted;
    private volatile @Nullable MapProgram program;

    LazyMapProgram(KernelMap map) {
        LookupLayout layout = LookupLayout.of(map);
        this.map = map;
        this.canLookUp =
                MapProgram.canLookUp(map.shape(), layout) && isSelected() && SystemCalls.permits(map.fd(), false);
        this.canChange =
                MapProgram.canChange(map.shape(), layout) && isSelected() && SystemCalls.permits(map.fd(), true);
    }

    private static boolean isSelected() {
        return BulkPath.configured() == BulkPath.PROGRAM;
    }

    /** Looks up entries. Returns false if there is no program, or not yet, or if it can't read now. */
    boolean lookup(Block requests, int count) {
        if (!canLookUp || count < FEWEST_ENTRIES) {
            return false;
        }
        MapProgram existing = programAfter(count);
        return existing != null && existing.lookup(requests, count);
    }

    /** Writes the next entries of a batch. Returns what {@code BPF_MAP_UPDATE_BATCH} returns. */
    int update(WriteBatch batch) {
        return change(batch, MapProgram::update, BatchCalls::update);
    }

    /** Deletes the next entries of a batch. Returns what {@code BPF_MAP_DELETE_BATCH} returns. */
    int delete(WriteBatch batch) {
        return change(batch, MapProgram::delete, BatchCalls::delete);
    }

    private int change(
            WriteBatch batch,
            ToIntBiFunction<MapProgram, WriteBatch> byProgram,
            ToIntBiFunction<KernelMap, WriteBatch> bySystemCall) {
        if (!canChange || batch.flags() != 0) {
            return bySystemCall.applyAsInt(map, batch);
        }
        int before = batch.done();
        MapProgram existing = batch.count() - before >= FEWEST_ENTRIES ? programAfter(0) : null;
        if (existing != null) {
            int result = byProgram.applyAsInt(existing, batch);
            if (isRejection(result)) {
                return result;
            }
            if (batch.done() > before) {
                return 0;
            }
        }
        int result = bySystemCall.applyAsInt(map, batch);
        keys = Math.min(KEYS_BEFORE, keys) + 1 + (batch.done() - before) / CHANGES_PER_LOOKUP;
        return result;
    }

    /**
     * Whether a system call would return the same error: the key is absent, the map is full, or the index too large. After other errors, such
     * as a lock that the program's CPU held already, a system call has to try.
     */
    private static boolean isRejection(int result) {
        return result == -ErrnoNumbers.ENOENT || result == -ErrnoNumbers.E2BIG;
    }

    /** Returns the program; null if there is none, or not before more keys than these were looked up. */
    private @Nullable MapProgram programAfter(int more) {
        MapProgram existing = program;
        if (existing == null && !isAttempted) {
            keys = Math.min(KEYS_BEFORE, keys) + more;
            existing = keys < KEYS_BEFORE || PROGRAMS.get() >= MOST_PROGRAMS ? null : load();
        }
        return existing;
    }

    private synchronized @Nullable MapProgram load() {
        if (isAttempted) {
            return program; // another thread was faster
        }
        try {
            if (PROGRAMS.incrementAndGet() <= MOST_PROGRAMS) {
                isAttempted = true;
                program = MapProgram.load(map, LookupLayout.of(map));
            }
        } finally {
            if (program == null) {
                PROGRAMS.decrementAndGet();
            }
        }
        return program;
    }

    /** Frees the program. No thread uses it any more. */
    synchronized void close() {
        MapProgram closing = program;
        program = null;
        if (closing != null) {
            PROGRAMS.decrementAndGet();
            closing.close();
        }
    }
}
