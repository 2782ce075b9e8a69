/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeObject;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.GlobalDef;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A BPF object of this jar. libbpf owns the descriptors of its maps and programs. */
record BundledBpfObject(String name, NativeObject object, LibbpfLog.Capture log) implements AutoCloseable {
    private static final LibBpf LIBBPF = NativeLibraries.libbpf();

    /** Whether an object could not be loaded for a reason that may end: a lack of memory or of file descriptors. */
    static boolean isTransient(BpfException e) {
        return e.reason() == Reason.FULL || e.reason() == Reason.BUSY || e.getCause() instanceof IOException;
    }

    /**
     * Loads an object.
     *
     * @param name name of the file in {@code META-INF/bpf}, without {@code .bpf.o}
     * @param preparation changes the object before the load
     * @throws BpfException if this jar was built without clang, or if the kernel refuses the object
     */
    static BundledBpfObject load(String name, Consumer<BundledBpfObject> preparation) {
        try (LibbpfLog.Capture log = LibbpfLog.capture()) {
            NativeObject opened =
                    NativeObject.open(name, elf(name), null, errno -> failed("opening of object " + name, errno, log));
            BundledBpfObject object = new BundledBpfObject(name, opened, log);
            try (Undo undo = new Undo(object::close)) {
                preparation.accept(object);
                object.check(opened.load());
                return undo.commit(object);
            }
        }
    }

    private static byte[] elf(String name) {
        try (InputStream in = BundledBpfObject.class.getResourceAsStream("/META-INF/bpf/" + name + ".bpf.o")) {
            if (in == null) {
                throw BpfException.of(Reason.NOT_FOUND, "load of object " + name)
                        .because(ErrorTable.message("BUNDLED_IS_MISSING", name));
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw BpfException.of(Reason.SYSTEM_CALL, "load of object " + name)
                    .cause(e)
                    .because("META-INF/bpf/" + name + ".bpf.o can't be read from the jar (" + e + ")");
        }
    }

    /** Lets the programs use a map that another object or process created, in place of a declared one. Only before the load. */
    void use(String placeholder, KernelMap used) {
        check(LIBBPF.bpf_map__reuse_fd(map(placeholder), used.fd()));
    }

    /** Writes the constants of the programs, which are the whole section. Only before the load. */
    void setConstants(BulkProgramConstants constants) {
        OffHeapBlock content = constants.toBlock();
        long section = find(object.sections(), GlobalDef.RODATA);
        check(content.call(address -> LIBBPF.bpf_map__set_initial_value(section, address, content.size())));
    }

    /** Loads only these programs. Only before the load. */
    void selectPrograms(List<String> names) {
        for (long program : object.programs()) {
            boolean isSelected = names.contains(LIBBPF.bpf_program__name(program));
            check(LIBBPF.bpf_program__set_autoload(program, isSelected ? 1 : 0));
        }
    }

    /** Sets the sizes of the map {@code buffers}. Only before the load. */
    void setBuffers(int size, int count) {
        check(LIBBPF.bpf_map__set_value_size(map("buffers"), size));
        check(LIBBPF.bpf_map__set_max_entries(map("buffers"), count));
    }

    /** Returns the map {@code buffers} of the loaded object. The caller closes it before the object. */
    KernelMap buffers() {
        return KernelMap.borrowing(LIBBPF.bpf_map__fd(map("buffers")), "buffers");
    }

    /** libbpf's pointer to a declared map. */
    long map(String map) {
        return find(object.declared(), map);
    }

    /** The file descriptor of a program of the loaded object. */
    int program(String program) {
        return programs(List.of(program)).get(0);
    }

    /** The file descriptors of programs of the loaded object. */
    List<Integer> programs(List<String> names) {
        Map<String, Integer> programs = new HashMap<>();
        for (long pointer : object.programs()) {
            programs.put(LIBBPF.bpf_program__name(pointer), LIBBPF.bpf_program__fd(pointer));
        }
        return names.stream().map(name -> find(programs, name)).toList();
    }

    private <T> T find(Map<String, T> parts, String part) {
        T found = parts.get(part);
        if (found == null) {
            throw BpfException.of(Reason.NOT_FOUND, "load of object " + name)
                    .because("it has no " + part + ", only " + parts.keySet());
        }
        return found;
    }

    /** Throws if libbpf returned an error. Only during the load. */
    void check(int result) {
        if (result < 0) {
            throw failed("load of object " + name, -result, log);
        }
    }

    private static BpfException failed(String operation, int errno, LibbpfLog.Capture log) {
        List<String> lines = log.forException();
        int first = LibbpfLog.firstErrno(errno, lines);
        return (LibbpfLog.isOfVerifier(lines)
                        ? BpfException.of(Reason.REJECTED_BY_VERIFIER, operation)
                                .errno(first)
                        : BpfException.of(first, operation))
                .log(lines)
                .because(LibbpfLog.lackOfKernelTypes(lines));
    }

    @Override
    public void close() {
        object.close();
    }
}
