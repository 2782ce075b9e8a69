/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.schema.HeaderPathClassifier;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A header that clang did not find.
 *
 * @param name the name in the {@code #include}
 */
record MissingHeader(String name) {
    private static final Pattern MESSAGE = Pattern.compile("'(?<name>[^']+)' file not found.*");

    /** The missing header that a diagnostic reports, if it reports one. */
    static Optional<MissingHeader> in(ClangDiagnostic diagnostic) {
        Matcher message = MESSAGE.matcher(diagnostic.message());
        return diagnostic.isError() && message.matches()
                ? Optional.of(new MissingHeader(message.group("name")))
                : Optional.empty();
    }

    /** Whether a package of the system provides the header, and not the module or its dependencies. */
    boolean isOfSystem() {
        return isOfLibbpf() || HeaderPathClassifier.isUapi(name);
    }

    /** The remedy, or empty if unknown. */
    Optional<String> remedy() {
        if (isOfLibbpf()) {
            return Optional.of("install libbpf's headers (Debian, Ubuntu: package libbpf-dev; Fedora: libbpf-devel)");
        } else if (HeaderPathClassifier.isUapi(name)) {
            return Optional.of(
                    "install the kernel's headers (Debian, Ubuntu: package linux-libc-dev; Fedora: kernel-headers)");
        } else if (name.equals("vmlinux.h")) {
            return Optional.of(
                    "generate it: bpftool btf dump file /sys/kernel/btf/vmlinux format c > src/main/bpf/vmlinux.h");
        } else if (name.endsWith(DependencyFileExtractor.HEADER_SUFFIX)) {
            return Optional.of(
                    "a generated header has the name of a @BpfObject, or of a top-level type. Headers of dependencies are"
                            + " included with their package: \"com/acme/flow.bpf.h\". Correct the name, or make javac run"
                            + " nestmap-processor (Maven: annotationProcessorPaths) before clang (nestmap-maven-plugin behind"
                            + " maven-compiler-plugin, and not in an earlier phase)");
        } else if (name.startsWith("gnu/stubs")) {
            return Optional.of(
                    "BPF programs have no C library: include <linux/...> instead of headers such as <stdio.h>");
        }
        return name.contains("/")
                ? Optional.empty()
                : Optional.of(
                        "put your own headers into src/main/bpf; if an @External has this name, correct it there");
    }

    private boolean isOfLibbpf() {
        return name.startsWith("bpf/");
    }
}
