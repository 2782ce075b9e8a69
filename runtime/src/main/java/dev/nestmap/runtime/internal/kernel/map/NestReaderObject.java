/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.map.NestLayout;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.Map;

/** The object {@code nest_reader.bpf.o} of this jar, loaded for one outer map. libbpf owns its descriptors. */
final class NestReaderObject {
    private static final String RESOURCE = "/META-INF/bpf/nest_reader.bpf.o";
    private static final String NAME = "nest_reader";
    private static final LibBpf LIBBPF = Native.libbpf();

    private final long pointer;
    private final KernelMap buffers;
    private final int getEntries;
    private final int copyEntries;

    private NestReaderObject(long pointer, Map<String, Long> maps) {
        Map<String, Integer> programs = new HashMap<>();
        for (long program = LIBBPF.bpf_object__next_program(pointer, 0);
                program != 0;
                program = LIBBPF.bpf_object__next_program(pointer, program)) {
            programs.put(LIBBPF.bpf_program__name(program), LIBBPF.bpf_program__fd(program));
        }
        this.pointer = pointer;
        this.buffers = KernelMap.borrowing(LIBBPF.bpf_map__fd(find(maps, "buffers")), "buffers");
        this.getEntries = find(programs, "get_entries");
        this.copyEntries = find(programs, "copy_entries");
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
        try (LibbpfLog.Capture log = LibbpfLog.capture()) {
            long pointer = open(elf(), log);
            try {
                Map<String, Long> maps = maps(pointer);
                check(LIBBPF.bpf_map__reuse_fd(find(maps, "outer"), outer.fd()), log);
                check(LIBBPF.bpf_map__set_value_size(find(maps, "buffers"), bufferSize), log);
                check(LIBBPF.bpf_map__set_max_entries(find(maps, "buffers"), buffers), log);
                setSizes(find(maps, ".rodata"), layout, bufferSize, mostVisits, log);
                check(LIBBPF.bpf_object__load(pointer), log);
                return new NestReaderObject(pointer, maps);
            } catch (Throwable e) { // even after an Error, nobody else would close the object
                LIBBPF.bpf_object__close(pointer);
                throw e;
            }
        }
    }

    private static long open(Block elf, LibbpfLog.Capture log) {
        try {
            long pointer = LIBBPF.bpf_object__open_mem(elf.address(), elf.size(), 0);
            int errno = Native.errnoOf(pointer);
            if (errno != 0) {
                throw failed("opening", errno, log);
            }
            return pointer;
        } finally {
            Reference.reachabilityFence(elf);
        }
    }

    /** Writes the constants {@code sizes} of the programs, which are the whole section. */
    private static void setSizes(
            long section, NestLayout layout, int bufferSize, int mostVisits, LibbpfLog.Capture log) {
        int[] sizes = {
            bufferSize, Alignment.align(layout.outerKeySize()), layout.innerKeySize(), layout.valueBytes(), mostVisits
        };
        Block content = Block.allocate(sizes.length * Integer.BYTES);
        for (int i = 0; i < sizes.length; i++) {
            content.bytes().putInt(i * Integer.BYTES, sizes[i]);
        }
        try {
            check(LIBBPF.bpf_map__set_initial_value(section, content.address(), content.size()), log);
        } finally {
            Reference.reachabilityFence(content);
        }
    }

    /** The object's maps by name. A section of constants has the name of the section. */
    private static Map<String, Long> maps(long pointer) {
        Map<String, Long> maps = new HashMap<>();
        for (long map = LIBBPF.bpf_object__next_map(pointer, 0);
                map != 0;
                map = LIBBPF.bpf_object__next_map(pointer, map)) {
            String name = String.valueOf(LIBBPF.bpf_map__name(map));
            maps.put(name.substring(Math.max(0, name.indexOf('.'))), map);
        }
        return maps;
    }

    private static <T> T find(Map<String, T> parts, String name) {
        T part = parts.get(name);
        if (part == null) {
            throw new BpfException("load of object " + NAME, "it has no " + name + ", only " + parts.keySet());
        }
        return part;
    }

    private static void check(int result, LibbpfLog.Capture log) {
        if (result < 0) {
            throw failed("load", -result, log);
        }
    }

    private static BpfException failed(String operation, int errno, LibbpfLog.Capture log) {
        return BpfException.of(operation + " of object " + NAME)
                .errno(errno)
                .log(log.forException())
                .build();
    }

    private static Block elf() {
        try (InputStream in = NestReaderObject.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new BpfException("load of object " + NAME, "this jar has none: it was built without clang");
            }
            byte[] bytes = in.readAllBytes();
            Block block = Block.allocate(bytes.length);
            block.bytes().put(0, bytes);
            return block;
        } catch (IOException e) {
            throw new UncheckedIOException("object " + NAME + " can't be read from the jar", e);
        }
    }

    /** The map that contains the buffers. */
    KernelMap buffers() {
        return buffers;
    }

    /** The file descriptor of the program that looks up entries. */
    int getEntries() {
        return getEntries;
    }

    /** The file descriptor of the program that copies whole inner maps. */
    int copyEntries() {
        return copyEntries;
    }

    void close() {
        buffers.close();
        LIBBPF.bpf_object__close(pointer);
    }
}
