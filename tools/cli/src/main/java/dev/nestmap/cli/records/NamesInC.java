/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import dev.nestmap.annotations.External;
import dev.nestmap.annotations.Name;
import dev.nestmap.header.ReservedNames;
import dev.nestmap.schema.CName;
import dev.nestmap.schema.type.StructType;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Keeps the names of the C code where records can state them. */
final class NamesInC {
    /** The longest name that the kernel accepts in BTF. */
    private static final int MAX_LENGTH = 512;

    /** Structs of {@code linux/bpf.h} that maps contain. Every generated header includes it, so none can define them again. */
    private static final Set<String> OF_BPF_HEADER = Set.of(
            "bpf_cgroup_storage_key",
            "bpf_cpumap_val",
            "bpf_devmap_val",
            "bpf_fib_lookup",
            "bpf_flow_keys",
            "bpf_sock_tuple",
            "bpf_tunnel_key");

    private final boolean hasHeader;
    private final Set<String> tags = new HashSet<>();

    /** @param hasHeader whether Nestmap generates a header, which can't declare a tag twice, nor a name that C reserves */
    NamesInC(boolean hasHeader) {
        this.hasHeader = hasHeader;
    }

    /**
     * The name in C that the records state.
     *
     * @param implied the name that Nestmap makes of the Java name
     * @param actual the name in the C code; empty if it has none
     */
    String of(String implied, String actual) {
        if (isPossible(actual)) {
            return actual;
        }
        return isPossible(implied) ? implied : implied + "_"; // Rust has fields called union and register
    }

    private boolean isPossible(String name) {
        boolean isReserved = hasHeader && (ReservedNames.isReserved(name) || StructType.isPadName(name));
        return CName.isIdentifier(name) && !ReservedNames.isKeyword(name) && name.length() <= MAX_LENGTH && !isReserved;
    }

    /** Does the same for the tag of another type. In BTF two types can have one tag, in a header they can't. */
    String tag(String implied, String actual) {
        String tag = of(implied, actual);
        return tags.add(tag) || !hasHeader ? tag : implied;
    }

    /** {@code @External} for a struct that the generated header finds in {@code linux/bpf.h}. */
    Optional<AnnotationSpec> external(String tag) {
        return hasHeader && OF_BPF_HEADER.contains(tag)
                ? Optional.of(AnnotationSpec.builder(External.class)
                        .addMember("header", "$S", "linux/bpf.h")
                        .build())
                : Optional.empty();
    }

    /** {@code @Name}, unless the Java name becomes this name anyway. */
    static Optional<AnnotationSpec> annotation(String implied, String stated) {
        return stated.equals(implied)
                ? Optional.empty()
                : Optional.of(AnnotationSpec.builder(Name.class)
                        .addMember("value", "$S", stated)
                        .build());
    }
}
