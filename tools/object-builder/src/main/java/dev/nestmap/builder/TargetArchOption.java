/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.btf.Architecture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells libbpf's headers the architecture of the machine that will run a program. {@code bpf/bpf_tracing.h} reads the arguments of a probed
 * function from registers, but {@code -target bpf} hides the architecture.
 */
final class TargetArchOption {
    /** The start of the names of the macros in {@code bpf/bpf_tracing.h} (libbpf 1.5). */
    private static final String MACRO = "__TARGET_ARCH_";

    private TargetArchOption() {}

    /**
     * The options for clang, or none if the user names a machine. The header takes the first macro that it knows, so another one can't
     * override it.
     *
     * @param architecture the machine that will run the program; null if libbpf's header does not know it
     */
    static List<String> options(@Nullable Architecture architecture, List<String> userOptions) {
        // Defined without a value, so that a program that defines it again gets no warning.
        return architecture == null || isNamed(userOptions) ? List.of() : List.of("-D" + MACRO + architecture + "=");
    }

    /** Whether the user names a machine. */
    static boolean isNamed(List<String> userOptions) {
        return userOptions.stream().anyMatch(option -> option.contains(MACRO));
    }
}
