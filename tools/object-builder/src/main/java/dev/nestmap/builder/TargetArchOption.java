/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.util.List;
import java.util.Optional;

/**
 * Tells libbpf's headers the architecture of the machine that will run a program. {@code bpf/bpf_tracing.h} reads the arguments of a probed
 * function from registers, but {@code -target bpf} hides the architecture.
 */
final class TargetArchOption {
    /** The start of the names of the macros in {@code bpf/bpf_tracing.h} (libbpf 1.5). */
    private static final String MACRO = "__TARGET_ARCH_";

    private TargetArchOption() {}

    /**
     * The options for clang: those of the machine that builds, or none if the user names a machine. The header takes the first macro
     * that it knows, so another one can't override it.
     *
     * @param architecture {@code os.arch} of the machine that builds
     */
    static List<String> options(String architecture, List<String> userOptions) {
        if (userOptions.stream().anyMatch(option -> option.contains(MACRO))) {
            return List.of();
        }
        // Defined without a value, so that a program that defines it again gets no warning.
        return name(architecture).map(name -> "-D" + MACRO + name + "=").stream()
                .toList();
    }

    private static Optional<String> name(String architecture) {
        return Optional.ofNullable(
                switch (architecture) {
                    case "amd64", "x86_64" -> "x86";
                    case "aarch64" -> "arm64";
                    case "arm" -> "arm";
                    case "s390x" -> "s390";
                    case "ppc64", "ppc64le" -> "powerpc";
                    case "riscv64" -> "riscv";
                    case "loongarch64" -> "loongarch";
                    default -> null;
                });
    }
}
