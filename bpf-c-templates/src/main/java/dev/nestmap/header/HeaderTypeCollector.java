/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Collects the types of the members, keys, values and variables of a header. They decide which headers it includes and which kernel types
 * it defines.
 *
 * @param defined the types that the header defines
 */
record HeaderTypeCollector(Schema schema, List<NamedType> defined) {
    /** The oldest supported kernel headers are those of Linux 6.1. */
    private static final int OLDEST_HEADERS = 601;

    boolean contain(CType type) {
        return all().anyMatch(type::equals);
    }

    /** Types that the kernel manages, such as {@code struct bpf_timer}. */
    List<ManagedFieldType> kernelTypes() {
        return Stream.of(ManagedFieldType.values()).filter(this::contain).toList();
    }

    /** Definitions of kernel types that the oldest supported kernel headers lack. */
    List<String> newerKernelTypes() {
        return kernelTypes().stream()
                .filter(type -> type.sinceMajor() * 100 + type.sinceMinor() > OLDEST_HEADERS)
                .map(type -> CTemplate.fill(
                        """
                        #if LINUX_VERSION_CODE < KERNEL_VERSION($since) && !defined($guard)
                        #define $guard
                        $name {
                        	$word __opaque[$words];
                        } __attribute__((aligned($alignment)));
                        #endif
                        """,
                        Map.of(
                                "name", type.spelling(),
                                "guard", "__NESTMAP_" + type.tag().toUpperCase(Locale.ROOT),
                                "since", type.sinceMajor() + ", " + type.sinceMinor() + ", 0",
                                "word", (type.size() % Long.BYTES == 0 ? Scalar.U64 : Scalar.U32).spelling(),
                                "words", Long.toString(type.size() / type.alignment()),
                                "alignment", Integer.toString(type.alignment()))))
                .toList();
    }

    private Stream<CType> all() {
        Stream<CType> members = defined.stream().flatMap(StructMemberPrinter::types);
        Stream<CType> keysAndValues = schema.maps().stream()
                .flatMap(map -> Stream.of(map.key(), map.value()))
                .filter(Objects::nonNull)
                .map(CType::innermost);
        Stream<CType> variables = schema.globals().stream().map(GlobalDef::type).map(CType::innermost);
        return Stream.of(members, keysAndValues, variables).flatMap(Function.identity());
    }
}
