/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.kernel.natives.ProgramTestRun;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.InnerEntryBatch;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads or changes many entries in one system call: entries of one map with the programs of {@code map_program.bpf.c}, or entries of the
 * inner maps of one outer map with the programs of {@code nest_reader.bpf.c}. Copies queries to a buffer that it shares with the programs,
 * and answers from it. So a buffer is in use only during a system call, and never while user code runs. Any number of threads may use this
 * class.
 */
final class BulkProgram {
    /** How the names of all programs begin. */
    private static final List<String> NAMES =
            List.of("get_entries_", "copy_entries", "update_entries", "delete_entries");

    /** The programs of a buffer, by their place in its list. */
    static final int LOOKUP = 0;

    static final int COPY = 1;
    static final int UPDATE = 1;
    static final int DELETE = 2;

    /**
     * The largest sum of {@code max_entries} of the inner maps that one call visits. A hash map has up to twice as many buckets, and each
     * takes about 18 ns even if it is empty.
     */
    private static final int MOST_VISITS = 1 << 14;

    /** The number of buffers. {@code queries.h} has programs for as many. */
    private static final int FEWEST_BUFFERS = 4;

    private static final int MOST_BUFFERS = 8;

    /** The most entries that a run gets after a rejected one. */
    static final int ENTRIES_AFTER_REJECTION = 8;

    /** Where a program writes how many queries it has answered, or how many entries it has changed. */
    static final int ANSWERED_AT = 4;

    static final int END_AT = 8;

    private final QueryLayout layout;
    private final KernelMap map;

    /** Both are also for tests, which write to buffers as another process could. */
    final SharedArrayValues memory;

    final List<Buffer> buffers;
    private final BundledBpfObject object;

    /** A part of the memory that Java shares with the programs, and the program runs on it. Only one thread uses it at a time. */
    static final class Buffer {
        private final ByteBuffer bytes;
        private final List<ProgramTestRun> runs;
        private final ReentrantLock use = new ReentrantLock();

        /**
         * How many entries the next run changes at most. A run ends at a rejected entry, and the entries behind it were copied in vain. So a
         * run gets few of them if the one before was rejected soon, and then twice as many each time.
         */
        private int mostEntries = QueryLayout.MOST_QUERIES;

        private Buffer(ByteBuffer bytes, List<ProgramTestRun> runs) {
            this.bytes = bytes;
            this.runs = runs;
        }

        ByteBuffer bytes() {
            return bytes;
        }

        /** Lets another thread use this part. */
        void release() {
            use.unlock();
        }

        /** The run of a program: {@link #LOOKUP}, {@link #COPY}, {@link #UPDATE} or {@link #DELETE}. */
        ProgramTestRun run(int program) {
            return runs.get(program);
        }
    }

    /**
     * Takes over a loaded object.
     *
     * @param runs for each buffer the runs of the programs
     */
    private BulkProgram(QueryLayout layout, BundledBpfObject object, List<List<ProgramTestRun>> runs) {
        this.layout = layout;
        this.object = object;
        this.map = object.buffers();
        this.memory = map.mmap(true);
        this.buffers = IntStream.range(0, runs.size())
                .mapToObj(index -> new Buffer(
                        memory.bytes().slice(index * bufferSize(), bufferSize()).order(ByteOrder.nativeOrder()),
                        runs.get(index)))
                .toList();
    }

    /** Whether the kernel has rejected programs of this process, which lacks capabilities. Then they are not tried again for each map. */
    private static volatile boolean isNotPermitted;

    /**
     * Loads the programs. Null if the kernel refuses, for example because this process lacks CAP_BPF or CAP_PERFMON.
     *
     * @throws BpfException if a later try may succeed: see {@link BundledBpfObject#isTransient}
     */
    static @Nullable BulkProgram load(KernelMap map, QueryLayout layout) {
        if (isNotPermitted) {
            return null;
        }
        int most = layout.inner() == null
                ? QueryLayout.HEADER_SIZE + layout.capacity() * layout.size()
                : QueryLayout.MOST_BYTES;
        int cpus = Runtime.getRuntime().availableProcessors();
        try {
            return load(map, layout, Alignment.align(most), Math.max(FEWEST_BUFFERS, Math.min(MOST_BUFFERS, cpus)));
        } catch (BpfException e) {
            isNotPermitted = e.errnoNumber() == ErrnoNumbers.EPERM;
            if (BundledBpfObject.isTransient(e)) {
                throw e;
            }
            WarningLog.RUNTIME.log(Level.DEBUG, "entries of " + map.shape().name() + " are used without a program", e);
            return null;
        }
    }

    /** Loads the programs with this number of buffers. Throws if the kernel refuses. */
    static BulkProgram load(KernelMap map, QueryLayout layout, int bufferSize, int buffers) {
        List<String> lookups = IntStream.range(0, buffers)
                .mapToObj(index -> "get_entries_" + index)
                .toList();
        List<String> others = layout.inner() != null
                ? List.of("copy_entries")
                : LazyBulkProgram.canChange(layout) ? List.of("update_entries", "delete_entries") : List.of();
        BundledBpfObject object = open(map, layout, bufferSize, lookups, others);
        try (Undo undo = new Undo(object::close)) {
            List<Integer> descriptors = object.programs(others);
            List<List<ProgramTestRun>> runs = IntStream.range(0, buffers)
                    .mapToObj(index -> Stream.concat(
                                    Stream.of(ProgramTestRun.ofTracepoint(object.program(lookups.get(index)))),
                                    descriptors.stream().map(program -> ProgramTestRun.ofTracepoint(program, index)))
                            .toList())
                    .toList();
            return undo.commit(new BulkProgram(layout, object, runs));
        }
    }

    private static BundledBpfObject open(
            KernelMap map, QueryLayout layout, int bufferSize, List<String> lookups, List<String> others) {
        boolean isNest = layout.inner() != null;
        return BundledBpfObject.load(isNest ? "nest_reader" : "map_program", opened -> {
            opened.use(isNest ? "outer" : "map", map);
            opened.selectPrograms(
                    Stream.concat(lookups.stream(), others.stream()).toList());
            opened.setBuffers(bufferSize, lookups.size());
            opened.setConstants(new BulkProgramConstants(
                    bufferSize,
                    isNest ? InnerEntryBatch.MOST_QUERIES : layout.capacity(),
                    isNest ? MOST_VISITS : 0,
                    map.id(),
                    layout));
        });
    }

    /**
     * Whether a program is one of these and uses one of the maps. Such a program runs only if a process calls it, and counts no events.
     */
    static boolean isOne(ProgramInfo program, Set<Integer> maps) {
        KernelMapFactory factory = new KernelMapFactory();
        return NAMES.stream().anyMatch(program.name()::startsWith)
                && program.mapIds().stream().anyMatch(id -> {
                    try (RawMap map = factory.open(id)) {
                        return map != null && maps.contains(BulkProgramConstants.mapIdIn(map));
                    }
                });
    }

    /** The size of a buffer in bytes. */
    int bufferSize() {
        return map.shape().valueSize();
    }

    /** Takes a buffer that no other thread uses. Null if no buffer is free: the thread then reads or writes in another way. */
    private @Nullable Buffer take() {
        int first = (int) Math.floorMod(Thread.currentThread().getId(), (long) buffers.size());
        for (int i = 0; i < buffers.size(); i++) {
            Buffer buffer = buffers.get((first + i) % buffers.size());
            if (buffer.use.tryLock()) {
                return buffer;
            }
        }
        return null;
    }

    /** Does what {@link RawMap#lookupAll} does. Returns false if no buffer is free, or if the program can't run. */
    boolean lookup(OffHeapBlock queries, int count) {
        int size = count * layout.size();
        Buffer buffer = size <= bufferSize() - QueryLayout.HEADER_SIZE ? take() : null;
        if (buffer == null) {
            return false;
        }
        try {
            ByteBuffer shared = buffer.bytes();
            shared.putInt(0, count).put(QueryLayout.HEADER_SIZE, queries.bytes(), 0, size);
            if (buffer.run(LOOKUP).run() != 0) {
                return false;
            }
            queries.bytes().put(0, shared, QueryLayout.HEADER_SIZE, size);
            return true;
        } finally {
            buffer.release();
        }
    }

    /** Does what {@link RawMap#copyAll} does. Returns false in the same cases as {@link #lookup}. */
    boolean copy(InnerEntryBatch copy) {
        Buffer buffer = take();
        if (buffer == null) {
            return false;
        }
        try {
            ByteBuffer shared = buffer.bytes();
            int queryBytes = copy.count() * layout.copyQuerySize();
            int start = QueryLayout.HEADER_SIZE + queryBytes;
            shared.putInt(0, copy.count()).putInt(END_AT, start);
            shared.put(QueryLayout.HEADER_SIZE, copy.queries().bytes(), 0, queryBytes);
            if (buffer.run(COPY).run() != 0) {
                return false;
            }
            int answered = shared.getInt(ANSWERED_AT);
            int end = shared.getInt(END_AT);
            if (answered < 0 || answered > copy.count() || end < start || end > bufferSize()) {
                return false;
            }
            copy.queries().bytes().put(0, shared, QueryLayout.HEADER_SIZE, queryBytes);
            copy.entries().bytes().put(0, shared, start, end - start);
            return copy.accept(answered, start, end);
        } finally {
            buffer.release();
        }
    }

    /**
     * Writes or deletes the next entries of a batch, up to the first one that fails. Returns its negative errno, or 0 if none failed.
     * Changes no entry if no buffer is free, or if the program can't run. {@code changes} in {@code map_program.bpf.c} describes the
     * memory.
     */
    int change(BatchCommand command, Batch batch) {
        boolean deletes = command == BatchCommand.DELETE;
        Buffer buffer = take();
        if (buffer == null) {
            return 0;
        }
        try {
            int first = batch.done();
            int most = Math.min(buffer.mostEntries, layout.capacity());
            int count = Math.min(most, batch.count() - first);
            int valuesAt = QueryLayout.HEADER_SIZE + Alignment.align(layout.capacity() * layout.keySize());
            ByteBuffer from = batch.memory().bytes();
            ByteBuffer shared = buffer.bytes();
            shared.putInt(0, count).putInt(ANSWERED_AT, 0);
            shared.put(QueryLayout.HEADER_SIZE, from, batch.keyAt(first), count * layout.keySize());
            shared.put(valuesAt, from, batch.valueAt(first), deletes ? 0 : count * layout.valueBytes());
            ProgramTestRun run = buffer.run(deletes ? DELETE : UPDATE);
            if (run.run() != 0) {
                return 0;
            }
            int done = Math.max(0, Math.min(count, shared.getInt(ANSWERED_AT)));
            batch.advance(done);
            buffer.mostEntries = done == count ? 2 * most : Math.max(ENTRIES_AFTER_REJECTION, 2 * done);
            return run.returnValue();
        } finally {
            buffer.release();
        }
    }

    void close() {
        new Cleanup().run(memory::close).run(map::close).run(object::close).rethrow();
    }
}
