/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BulkMode;
import dev.nestmap.runtime.internal.map.InnerEntryBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import dev.nestmap.schema.type.ManagedField;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Loads the {@link BulkProgram} of a map when system calls have taken enough time, if a program can replace them. */
final class LazyBulkProgram implements AutoCloseable {
    /** How long a system call takes for an entry of a map, measured: to look it up, and to change it in a batch. */
    static final int NANOS_OF_LOOKUP = 500;

    private static final int NANOS_OF_CHANGE = 125;

    /** How long system calls take for an entry of an inner map. Before Linux 6.8 the lookup in the outer map waits for a grace period. */
    private static final int NANOS_OF_NESTED_LOOKUP = 1_000;

    private static final int NANOS_OF_WAITING_LOOKUP = 10_000_000;

    /** How long it takes to scan a small inner map. */
    private static final int NANOS_OF_SCAN = 15_000;

    /** Loading a program takes about as long. So waiting for this time at most doubles it. */
    static final long NANOS_BEFORE = 5_000_000;

    /** An outer map is loaded once and read often. So the program is loaded after a tenth of the time that the load takes. */
    private static final long NANOS_BEFORE_OF_NEST = 1_000_000;

    /** The smallest number of entries of a plain map for which a run of the program takes less time than system calls. */
    private static final int FEWEST_ENTRIES = 2;

    /** The most programs of plain maps in a process, which may have thousands of inner maps. */
    static final int MOST_PROGRAMS = 32;

    /** The largest query. Larger ones save little, and the verifier follows the copying of each word. */
    private static final int MOST_QUERY_BYTES = 1 << 13;

    /**
     * Kinds of maps that programs read without a side effect. The lookup of a program marks an entry of an LRU map as recently used, and the
     * lookup of a system call does not.
     */
    private static final Set<MapKind> READABLE = Set.of(MapKind.HASH, MapKind.ARRAY);

    /** Flags of maps that programs or system calls can't read. */
    private static final long UNREADABLE = MapFlags.WRONLY_PROG | MapFlags.WRONLY;

    private static final AtomicInteger PROGRAMS = new AtomicInteger();

    private final KernelMap map;
    private final QueryLayout layout;
    private final boolean isNest;
    private final boolean canChange;
    private final int nanosOfLookup;
    private final boolean canRead;

    /** How long reads and changes have taken without a program. Counted without synchronization: a lost addition does no harm. */
    private long nanos;

    /** How often loading has failed for a reason that may end, such as a lack of file descriptors. Each time, the next try comes later. */
    private int failures;

    private static final int MOST_FAILURES = 10;

    private volatile boolean isAttempted;
    private volatile @Nullable BulkProgram program;

    LazyBulkProgram(KernelMap map, QueryLayout layout) {
        this.map = map;
        this.layout = layout;
        this.isNest = layout.inner() != null;
        boolean isSelected = BulkMode.configured() == BulkMode.PROGRAM;
        this.canRead = isSelected && canRead(layout) && SystemCallWrappers.permits(map.fd(), /* write */ false);
        this.canChange = isSelected && canChange(layout) && SystemCallWrappers.permits(map.fd(), /* write */ true);
        boolean isWaiting = isNest && canRead && !KernelFeature.SHARED_GRACE_PERIODS.isPresent();
        this.nanosOfLookup = isWaiting ? NANOS_OF_WAITING_LOOKUP : isNest ? NANOS_OF_NESTED_LOOKUP : NANOS_OF_LOOKUP;
    }

    /**
     * Whether programs can read these entries as system calls do. If the values of a plain map have fields that the kernel manages, the verifier
     * rejects the program.
     */
    static boolean canRead(QueryLayout layout) {
        MapShape entries = layout.entries();
        @Nullable List<ManagedField> managed = layout.inner() == null ? List.of() : entries.managed();
        return READABLE.contains(entries.kind())
                && !isUnreadable(layout)
                && managed != null // otherwise their BTF can't be read
                && managed.isEmpty()
                && layout.size() <= MOST_QUERY_BYTES;
    }

    private static boolean isUnreadable(QueryLayout layout) {
        return ((layout.map().flags() | layout.entries().flags()) & UNREADABLE) != 0;
    }

    /**
     * Whether a program may be able to change these entries as system calls do. They write whole words of 8 bytes to an array, and a program
     * that has values at other addresses may not.
     */
    static boolean canChange(QueryLayout layout) {
        MapShape map = layout.map();
        boolean isKind = map.kind() == MapKind.HASH
                || map.kind() == MapKind.LRU_HASH
                || (map.kind() == MapKind.ARRAY && map.valueSize() % Long.BYTES == 0);
        return isKind
                && (map.flags() & MapFlags.RDONLY_PROG) == 0
                && !isUnreadable(layout)
                && layout.size() <= MOST_QUERY_BYTES;
    }

    /** Looks up entries. Returns false if there is no program, or not yet, or if it can't read now. */
    boolean lookup(OffHeapBlock queries, int count) {
        if (!canRead || (!isNest && count < FEWEST_ENTRIES)) {
            return false;
        }
        BulkProgram existing = programAfter((long) count * nanosOfLookup);
        return existing != null && existing.lookup(queries, count);
    }

    /** The most bytes that {@link #copy} copies; 0 if there is no program, or not yet for this number of inner maps. */
    int copyBytes(int maps) {
        BulkProgram existing = canRead ? programAfter((long) maps * NANOS_OF_SCAN) : null;
        return existing == null ? 0 : existing.bufferSize();
    }

    /** Copies entries of inner maps. Returns false if the program can't read now. */
    boolean copy(InnerEntryBatch copy) {
        BulkProgram existing = program;
        return existing != null && existing.copy(copy);
    }

    /** Writes or deletes the next entries of a batch. Returns what the batch command of {@code bpf(2)} returns. */
    int change(BatchCommand command, Batch batch) {
        if (!canChange || batch.flags() != 0) {
            return map.changeInCall(command, batch);
        }
        int before = batch.done();
        BulkProgram existing = batch.count() - before >= FEWEST_ENTRIES ? programAfter(0) : null;
        if (existing != null) {
            int result = existing.change(command, batch);
            if (isRejection(result)) {
                return result;
            }
            if (batch.done() > before) {
                return 0;
            }
        }
        int result = map.changeInCall(command, batch);
        nanos += NANOS_OF_LOOKUP + (long) (batch.done() - before) * NANOS_OF_CHANGE;
        return result;
    }

    /**
     * Whether a system call would return the same error: the key is absent, the map is full, or the index too large. After other errors, such
     * as a lock that the program's CPU held already, a system call has to try.
     */
    private static boolean isRejection(int result) {
        return result == -ErrnoNumbers.ENOENT || result == -ErrnoNumbers.E2BIG;
    }

    /** Returns the program. Null if it can't be loaded, or if system calls, including this time, have not taken long enough to load it. */
    private @Nullable BulkProgram programAfter(long more) {
        BulkProgram existing = program;
        if (existing == null && !isAttempted) {
            nanos += more;
            boolean isWorthIt = nanos >= (isNest ? NANOS_BEFORE_OF_NEST : NANOS_BEFORE) << failures;
            existing = isWorthIt && (isNest || PROGRAMS.get() < MOST_PROGRAMS) ? load() : null;
        }
        return existing;
    }

    private synchronized @Nullable BulkProgram load() {
        if (isAttempted) {
            return program; // another thread was faster
        }
        try {
            if (isNest || PROGRAMS.incrementAndGet() <= MOST_PROGRAMS) {
                isAttempted = true;
                program = BulkProgram.load(map, layout);
            }
        } catch (BpfException e) {
            WarningLog.RUNTIME.log(
                    Level.DEBUG, "entries of " + map.shape().name() + " are used without a program for now", e);
            failures = Math.min(MOST_FAILURES, failures + 1);
            nanos = 0;
            isAttempted = false;
        } finally {
            if (!isNest && program == null) {
                PROGRAMS.decrementAndGet();
            }
        }
        return program;
    }

    /** Frees the program. No thread uses it any more. */
    @Override
    public synchronized void close() {
        BulkProgram closing = program;
        program = null;
        if (closing != null) {
            if (!isNest) {
                PROGRAMS.decrementAndGet();
            }
            closing.close();
        }
    }
}
