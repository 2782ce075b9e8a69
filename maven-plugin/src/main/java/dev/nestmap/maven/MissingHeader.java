/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.schema.KernelHeaders;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A header that clang looked for in vain, and what to do about it.
 *
 * @param name as in the {@code #include}
 */
record MissingHeader(String name) {
    private static final Pattern MESSAGE = Pattern.compile("'(?<name>[^']+)' file not found.*");

    /** The header that a diagnostic is about, if it is about one. */
    static Optional<MissingHeader> in(Diagnostic diagnostic) {
        Matcher message = MESSAGE.matcher(diagnostic.message());
        return diagnostic.isError() && message.matches()
                ? Optional.of(new MissingHeader(message.group("name")))
                : Optional.empty();
    }

    /** Whether it comes with a package of the system, and not with the program or its dependencies. */
    boolean isOfSystem() {
        return isOfLibbpf() || KernelHeaders.isOfKernel(name);
    }

    /** What to do, empty where that is not known. */
    Optional<String> remedy() {
        if (isOfLibbpf()) {
            return Optional.of("install libbpf's headers (Debian, Ubuntu: package libbpf-dev; Fedora: libbpf-devel)");
        } else if (KernelHeaders.isOfKernel(name)) {
            return Optional.of(
                    "install the kernel's headers (Debian, Ubuntu: package linux-libc-dev; Fedora: kernel-headers)");
        } else if (name.equals("vmlinux.h")) {
            return Optional.of("make it from the running kernel, with bpftool:"
                    + " bpftool btf dump file /sys/kernel/btf/vmlinux format c > src/main/bpf/vmlinux.h");
        } else if (name.endsWith(DependencyHeaders.SUFFIX)) {
            return Optional.of(
                    "is it the name of a @BpfObject, or of a type with a header of its own, of this module or of a"
                            + " dependency? Nestmap's processor writes it when it is named in maven-compiler-plugin's"
                            + " annotationProcessorPaths");
        } else if (name.startsWith("gnu/stubs")) {
            return Optional.of("a BPF program has no C library: include <linux/...> instead of headers like <stdio.h>");
        }
        return name.contains("/")
                ? Optional.empty()
                : Optional.of(
                        "headers of your own belong in src/main/bpf; if @External names this one, correct the name there");
    }

    private boolean isOfLibbpf() {
        return name.startsWith("bpf/");
    }
}
