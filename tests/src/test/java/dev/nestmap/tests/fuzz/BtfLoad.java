/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.fuzz;

import dev.nestmap.lint.LoadCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** Loads the BTF of objects into the kernel, as libbpf does, and compares the result with {@link LoadCheck}. */
final class BtfLoad {
    private final LibBpf libbpf = LibraryLoader.create(LibBpf.class).load("libbpf.so.1");

    /** The functions of libbpf that this needs. */
    public interface LibBpf {
        Pointer bpf_object__open_file(String path, @Nullable Pointer options);

        Pointer bpf_object__btf(Pointer object);

        int btf__load_into_kernel(Pointer btf);

        void bpf_object__close(Pointer object);
    }

    /** How the kernel and the check contradict each other; empty if both accept or both reject the BTF of an object for this machine. */
    Optional<String> contradiction(Path object) throws IOException {
        List<String> rejections = rejections(object);
        int error = load(object);
        return (error == 0) == rejections.isEmpty()
                ? Optional.empty()
                : Optional.of("the kernel returns " + error + " for its BTF, and the check finds " + rejections);
    }

    /** The types because of which the kernel rejects the BTF, as the check finds them. */
    static List<String> rejections(Path object) throws IOException {
        return LoadCheck.of("fuzz.bpf.o", Files.readAllBytes(object), List.of()).stream()
                .filter(problem -> problem.what().contains("the kernel rejects the BTF"))
                .map(problem -> problem.place() + ": " + problem.what())
                .toList();
    }

    private int load(Path object) {
        Pointer opened = libbpf.bpf_object__open_file(object.toString(), null);
        if (opened == null) {
            throw new IllegalStateException("libbpf can't open the object");
        }
        try {
            Pointer btf = libbpf.bpf_object__btf(opened);
            return btf == null ? 0 : libbpf.btf__load_into_kernel(btf);
        } finally {
            libbpf.bpf_object__close(opened);
        }
    }
}
