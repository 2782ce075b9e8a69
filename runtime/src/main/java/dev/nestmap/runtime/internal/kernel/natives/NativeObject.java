/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongUnaryOperator;

/**
 * A {@code struct bpf_object} of libbpf. Its pointer and those of its maps and programs are valid until it is closed.
 *
 * @param pointer the struct
 */
public record NativeObject(LibBpf libbpf, long pointer) {
    /**
     * Opens an object file.
     *
     * @param name the object's name, which begins the names of the maps of its data sections
     * @param failure returns the exception for an errno of libbpf, a positive number
     */
    public static NativeObject open(String name, byte[] elf, IntFunction<? extends RuntimeException> failure) {
        LibBpf libbpf = Native.libbpf();
        Block bytes = block(elf);
        Block objectName = block((name + '\0').getBytes(StandardCharsets.UTF_8));
        // The beginning of struct bpf_object_open_opts: its size and the object's name.
        Block opts = Block.allocate(2 * Long.BYTES);
        opts.bytes().putLong(0, opts.size());
        opts.bytes().putLong(Long.BYTES, objectName.address());
        try {
            long object = libbpf.bpf_object__open_mem(bytes.address(), elf.length, opts.address());
            int errno = Native.errnoOf(object);
            if (errno != 0) {
                throw failure.apply(errno);
            }
            return new NativeObject(libbpf, object);
        } finally {
            Reference.reachabilityFence(bytes);
            Reference.reachabilityFence(objectName);
            Reference.reachabilityFence(opts);
        }
    }

    private static Block block(byte[] bytes) {
        Block block = Block.allocate(bytes.length);
        block.bytes().put(0, bytes);
        return block;
    }

    /** Returns pointers to its maps, in the order of the object file. */
    public List<Long> maps() {
        return all(previous -> libbpf.bpf_object__next_map(pointer, previous));
    }

    /** Returns pointers to its programs, in the order of the object file. */
    public List<Long> programs() {
        return all(previous -> libbpf.bpf_object__next_program(pointer, previous));
    }

    private static List<Long> all(LongUnaryOperator next) {
        List<Long> all = new ArrayList<>();
        for (long part = next.applyAsLong(0); part != 0; part = next.applyAsLong(part)) {
            all.add(part);
        }
        return all;
    }

    /** Creates its maps and loads its programs. Returns 0, or libbpf's negative errno. */
    public int load() {
        return libbpf.bpf_object__load(pointer);
    }

    /** Unloads its programs and closes its maps. */
    public void close() {
        libbpf.bpf_object__close(pointer);
    }
}
