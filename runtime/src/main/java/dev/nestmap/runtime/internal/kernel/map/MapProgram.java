/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.map.LookupLayout;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks up many entries of one map in one system call, with the BPF program of {@code map_program.bpf.c}. */
final class MapProgram {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.runtime");

    private final LookupLayout layout;
    private final JarObject object;
    private final KernelMap map;
    private final NestBuffers buffers;

    private MapProgram(LookupLayout layout, JarObject object, int bufferSize, List<String> lookups) {
        this.layout = layout;
        this.object = object;
        this.map = object.buffers();
        this.buffers = NestBuffers.of(map, bufferSize, object.programs(lookups), index -> null);
    }

    /**
     * Whether a program may be able to read this map as system calls do. If the values have fields that the kernel manages, the verifier
     * rejects it.
     */
    static boolean isFor(MapShape map, LookupLayout layout) {
        return KernelNestReader.KINDS.contains(map.kind())
                && (map.flags() & KernelNestReader.UNREADABLE) == 0
                && layout.requestSize() <= KernelNestReader.MOST_REQUEST_BYTES;
    }

    /** Loads the program. Null if the kernel refuses, for example because this process lacks CAP_BPF or CAP_PERFMON. */
    static @Nullable MapProgram load(KernelMap map, LookupLayout layout) {
        if (!KernelFeature.RAW_TRACEPOINT_RUNS.isPresent()) {
            return null;
        }
        int bufferSize = Alignment.align(NestBuffers.HEADER_SIZE + layout.capacity() * layout.requestSize());
        List<String> lookups = NestBuffers.lookups(NestBuffers.count());
        try {
            JarObject object = JarObject.load("map_program", "map", map, opened -> {
                opened.selectPrograms(lookups);
                opened.setBuffers(bufferSize, lookups.size());
                opened.setConstants(bufferSize, 0, layout.keySize(), layout.valueBytes(), layout.capacity(), 0);
            });
            try {
                return new MapProgram(layout, object, bufferSize, lookups);
            } catch (Throwable e) { // even after an Error, nobody else would close the object
                object.close();
                throw e;
            }
        } catch (BpfException e) {
            LOGGER.log(Level.DEBUG, () -> "entries of " + map.shape().name() + " are read without a program", e);
            return null;
        }
    }

    /** Looks up entries. Returns false if no buffer is free, or if the program can't run. */
    boolean lookup(Block requests, int count) {
        return buffers.lookup(requests, count, count * layout.requestSize());
    }

    void close() {
        buffers.close();
        map.close();
        object.close();
    }
}
