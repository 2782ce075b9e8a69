/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NestCopy;
import dev.nestmap.runtime.internal.map.NestLayout;
import dev.nestmap.runtime.internal.memory.Alignment;
import java.util.List;
import java.util.stream.Stream;

/** The object {@code nest_reader.bpf.o} of this jar, loaded for one outer map. */
public final class NestReaderObject {
    /** The largest buffer of a pinned reader. To copy so many bytes takes about 2 ms. */
    private static final int MOST_PINNED_BYTES = 1 << 20;

    private final JarObject object;
    private final KernelMap buffers;
    private final List<Integer> getEntries;
    private final int copyEntries;

    private NestReaderObject(JarObject object, List<String> lookups, String copies) {
        this.object = object;
        this.getEntries = object.programs(lookups);
        this.copyEntries = object.program(copies);
        this.buffers = object.buffers();
    }

    /**
     * Loads the object.
     *
     * @param bufferSize size of a buffer in bytes
     * @param buffers number of buffers
     * @param mostVisits the most hash buckets or array entries that a call visits
     * @throws BpfException if this jar was built without clang, or if the kernel refuses the object
     */
    static NestReaderObject load(KernelMap outer, NestLayout layout, int bufferSize, int buffers, int mostVisits) {
        return load(outer, layout, bufferSize, mostVisits, RequestBuffers.lookups(buffers), "copy_entries");
    }

    /**
     * Loads the programs of a pinned reader, which have one buffer.
     *
     * @param inner the shape of the inner maps
     * @throws BpfException if programs can't read such maps as system calls do, if this jar was built without clang, or if the kernel refuses
     *     the object
     */
    public static NestReaderObject loadToPin(KernelMap outer, MapShape inner, NestLayout layout) {
        String obstacle = KernelNestReader.obstacle(outer.shape(), inner, layout);
        if (obstacle != null) {
            throw new BpfException(
                    "loading of a reader of map " + outer.shape().name(),
                    "a reader can't read its inner maps: " + obstacle);
        }
        long wanted = RequestBuffers.HEADER_SIZE
                + (long) NestCopy.FEWEST_REQUESTS * layout.copyRequestSize()
                + inner.maxEntries() * layout.entrySize();
        int size = Alignment.align((int) Math.max(KernelNestReader.BUFFER_SIZE, Math.min(MOST_PINNED_BYTES, wanted)));
        return load(
                outer,
                layout,
                size,
                KernelNestReader.MOST_VISITS,
                List.of("get_entries_pinned"),
                "copy_entries_pinned");
    }

    private static NestReaderObject load(
            KernelMap outer, NestLayout layout, int bufferSize, int mostVisits, List<String> lookups, String copies) {
        JarObject object = JarObject.load("nest_reader", "outer", outer, opened -> {
            opened.selectPrograms(
                    Stream.concat(lookups.stream(), Stream.of(copies)).toList());
            opened.setBuffers(bufferSize, lookups.size());
            opened.setConstants(
                    bufferSize,
                    Alignment.align(layout.outerKeySize()),
                    layout.innerKeySize(),
                    layout.valueBytes(),
                    NestCopy.MOST_REQUESTS,
                    mostVisits);
        });
        try (Undo undo = new Undo(object::close)) {
            return undo.commit(new NestReaderObject(object, lookups, copies));
        }
    }

    /** The map that contains the buffers. */
    public KernelMap buffers() {
        return buffers;
    }

    /** The file descriptors of the programs that look up entries, one for each buffer. */
    public List<Integer> getEntries() {
        return getEntries;
    }

    /** The file descriptor of the program that copies whole inner maps. */
    public int copyEntries() {
        return copyEntries;
    }

    public void close() {
        buffers.close();
        object.close();
    }
}
