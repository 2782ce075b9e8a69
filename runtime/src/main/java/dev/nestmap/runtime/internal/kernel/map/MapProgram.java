/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.map.LookupLayout;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.WriteBatch;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks up, writes or deletes many entries of one map in one system call, with the BPF programs of {@code map_program.bpf.c}. */
final class MapProgram {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.runtime");

    private static final String UPDATES = "update_entries";
    private static final String DELETES = "delete_entries";

    /** The most entries that a run gets after a rejected one. */
    static final int ENTRIES_AFTER_REJECTION = 8;

    /** Where a program writes how many entries it has changed. */
    private static final int ANSWERED_AT = 4;

    private final LookupLayout layout;
    private final JarObject object;
    private final KernelMap map;
    private final RequestBuffers buffers;

    /** One for each buffer; none if programs can't change the map. */
    private final List<ProgramRun> updates;

    private final List<ProgramRun> deletes;

    /**
     * How many entries the next run with each buffer gets at most. A run ends at a rejected entry, and the entries behind it were copied in
     * vain. So a run gets few of them if the one before was rejected soon, and then twice as many each time.
     */
    private final int[] mostEntries;

    private MapProgram(LookupLayout layout, JarObject object, int bufferSize, List<String> lookups, boolean changes) {
        this.layout = layout;
        this.object = object;
        this.map = object.buffers();
        this.updates = changes ? runs(object.program(UPDATES), lookups.size()) : List.of();
        this.deletes = changes ? runs(object.program(DELETES), lookups.size()) : List.of();
        this.mostEntries = new int[lookups.size()];
        Arrays.fill(mostEntries, layout.capacity());
        this.buffers = RequestBuffers.of(map, bufferSize, object.programs(lookups), index -> null);
    }

    private static List<ProgramRun> runs(int program, int buffers) {
        return IntStream.range(0, buffers)
                .mapToObj(index -> ProgramRun.ofTracepoint(program, index))
                .toList();
    }

    /**
     * Whether a program may be able to read this map as system calls do. If the values have fields that the kernel manages, the verifier
     * rejects it.
     */
    static boolean canLookUp(MapShape map, LookupLayout layout) {
        return KernelNestReader.KINDS.contains(map.kind()) && canLoad(map, layout);
    }

    /**
     * Whether a program may be able to change this map as system calls do. They write whole words of 8 bytes to an array, and a program that
     * has values at other addresses may not.
     */
    static boolean canChange(MapShape map, LookupLayout layout) {
        boolean isKind = map.kind() == MapKind.HASH
                || map.kind() == MapKind.LRU_HASH
                || (map.kind() == MapKind.ARRAY && map.valueSize() % Long.BYTES == 0);
        return isKind && (map.flags() & MapFlags.RDONLY_PROG) == 0 && canLoad(map, layout);
    }

    private static boolean canLoad(MapShape map, LookupLayout layout) {
        return (map.flags() & KernelNestReader.UNREADABLE) == 0
                && layout.requestSize() <= KernelNestReader.MOST_REQUEST_BYTES;
    }

    /** Loads the programs. Null if the kernel refuses, for example because this process lacks CAP_BPF or CAP_PERFMON. */
    static @Nullable MapProgram load(KernelMap map, LookupLayout layout) {
        if (!KernelFeature.RAW_TRACEPOINT_RUNS.isPresent()) {
            return null;
        }
        int bufferSize = Alignment.align(RequestBuffers.HEADER_SIZE + layout.capacity() * layout.requestSize());
        List<String> lookups = RequestBuffers.lookups(RequestBuffers.count());
        boolean changes = canChange(map.shape(), layout);
        try {
            JarObject object = JarObject.load("map_program", "map", map, opened -> {
                opened.selectPrograms(
                        changes
                                ? Stream.concat(lookups.stream(), Stream.of(UPDATES, DELETES))
                                        .toList()
                                : lookups);
                opened.setBuffers(bufferSize, lookups.size());
                opened.setConstants(bufferSize, 0, layout.keySize(), layout.valueBytes(), layout.capacity(), 0);
            });
            try (Undo undo = new Undo(object::close)) {
                return undo.commit(new MapProgram(layout, object, bufferSize, lookups, changes));
            }
        } catch (BpfException e) {
            LOGGER.log(Level.DEBUG, () -> "entries of " + map.shape().name() + " are used without a program", e);
            return null;
        }
    }

    /** Looks up entries. Returns false if no buffer is free, or if the program can't run. */
    boolean lookup(Block requests, int count) {
        return buffers.lookup(requests, count, count * layout.requestSize());
    }

    /**
     * Writes the next entries of a batch, up to the first one that fails. Returns its negative errno, or 0 if none failed. If no buffer is
     * free, or if the program can't run, no entry is done.
     */
    int update(WriteBatch batch) {
        return change(batch, updates, layout.valueBytes());
    }

    /** Deletes the next entries of a batch. See {@link #update}. */
    int delete(WriteBatch batch) {
        return change(batch, deletes, 0);
    }

    /** {@code changes} in {@code map_program.bpf.c} describes the memory. */
    private int change(WriteBatch batch, List<ProgramRun> runs, int valueBytes) {
        RequestBuffer buffer = buffers.take();
        if (buffer == null) {
            return 0;
        }
        try {
            int first = batch.done();
            int most = mostEntries[buffer.index()];
            int count = Math.min(most, batch.count() - first);
            int valuesAt = RequestBuffers.HEADER_SIZE + Alignment.align(layout.capacity() * layout.keySize());
            ByteBuffer from = batch.block().bytes();
            ByteBuffer shared = buffer.bytes();
            shared.putInt(0, count).putInt(ANSWERED_AT, 0);
            shared.put(RequestBuffers.HEADER_SIZE, from, batch.keyAt(first), count * layout.keySize());
            shared.put(valuesAt, from, batch.valueAt(first), count * valueBytes);
            ProgramRun run = runs.get(buffer.index());
            if (run.run() != 0) {
                return 0;
            }
            int done = Math.max(0, Math.min(count, shared.getInt(ANSWERED_AT)));
            batch.advance(done);
            int next = done == count ? 2 * most : Math.max(ENTRIES_AFTER_REJECTION, 2 * done);
            mostEntries[buffer.index()] = Math.min(layout.capacity(), next);
            return run.returnValue();
        } finally {
            buffer.giveBack();
        }
    }

    void close() {
        buffers.close();
        map.close();
        object.close();
    }
}
