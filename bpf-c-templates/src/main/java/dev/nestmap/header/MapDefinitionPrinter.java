/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The BTF map definitions of a header. */
final class MapDefinitionPrinter {
    private static final long FIRST_LARGE = 1L << 30;

    private final Schema schema;

    MapDefinitionPrinter(Schema schema) {
        this.schema = schema;
    }

    /** Structs that define inner maps. */
    List<String> inner() {
        return definitions(map -> map.role() == MapRole.INNER)
                .map(map -> "struct " + map.name() + " {\n" + members(map) + "};\n")
                .toList();
    }

    /** Variables of type {@code struct flow_map}, which share the definition of an inner map. */
    List<String> declaredInners() {
        return schema.maps().stream()
                .filter(map -> map.role() == MapRole.INSTANCE)
                .map(map -> "struct " + map.definition() + " " + map.name() + " SEC(\".maps\") __weak;")
                .toList();
    }

    /** All other variables in the section {@code .maps}. */
    List<String> variables() {
        return definitions(map -> map.role() != MapRole.INNER && map.role() != MapRole.INSTANCE)
                .map(map -> "struct {\n" + members(map) + "} " + map.name() + " SEC(\".maps\") __weak;\n")
                .toList();
    }

    private Stream<MapDef> definitions(Predicate<MapDef> chosen) {
        return schema.maps().stream().filter(map -> chosen.test(map) && HeaderIdentifiers.isDefinedIn(schema, map));
    }

    /** The members of the definition. libbpf takes the default for what is left out. */
    private static String members(MapDef map) {
        StringBuilder members = new StringBuilder();
        member(members, "uint(type", type(map.kind()));
        member(members, "max_entries", map.maxEntries());
        member(members, "uint(map_flags", map.flags() == 0 ? null : MapFlags.expression(map.flags()));
        member(members, "map_extra", map.extra());
        member(members, "uint(numa_node", map.isOnNode() ? Integer.toString(map.numaNode()) : null);
        member(members, "uint(pinning", map.pinnedByName() ? "LIBBPF_PIN_BY_NAME" : null);
        member(members, "type(key", key(map));
        member(members, "type(value", value(map));
        if (map.kind().holdsPrograms()) {
            member(members, "uint(key_size", "sizeof(__u32)");
            member(members, "array(values", "int (void *)");
        }
        member(members, "array(values", HeaderIdentifiers.isOuter(map) ? "struct " + map.definition() : null);
        return members.toString();
    }

    /**
     * A number, which libbpf reads from the length of an array. {@code __uint} makes an array of {@code int}, and the kernel rejects BTF with
     * an array of 2^32 bytes or more ({@code btf_array_resolve} in kernel/bpf/btf.c, Linux 6.18).
     */
    private static void member(StringBuilder members, String name, long value) {
        if (value < 0 || value >= FIRST_LARGE) {
            members.append("\tchar (*")
                    .append(name)
                    .append(")[")
                    .append(number(value))
                    .append("];\n");
        } else if (value != 0) {
            member(members, "uint(" + name, number(value));
        }
    }

    private static void member(StringBuilder members, String start, @Nullable String value) {
        if (value != null) {
            members.append("\t__").append(start).append(", ").append(value).append(");\n");
        }
    }

    /** The type's name, or its number if {@code linux/bpf.h} of Linux 6.1, the oldest supported, has no name for it. */
    private static String type(MapKind kind) {
        return kind.number() <= MapKind.USER_RINGBUF.number()
                ? kind.cName()
                : kind.number() + " /* " + kind.cName() + " */";
    }

    private static String number(long value) {
        return value < 0 || value > Integer.MAX_VALUE ? "0x" + Long.toHexString(value) : Long.toString(value);
    }

    private static @Nullable String key(MapDef map) {
        if (map.isPerfStream()) {
            return Scalar.U32.spelling();
        }
        if (map.key() == null || map.kind().holdsPrograms()) {
            return null; // the kernel rejects BTF for a program array
        }
        // The kernel accepts only a plain integer of 4 bytes as the BTF of an index, not an enum.
        return map.kind().keyRule().isNumber() && map.key() != Scalar.S32
                ? Scalar.U32.spelling()
                : map.key().spelling();
    }

    private static @Nullable String value(MapDef map) {
        if (map.isPerfStream()) {
            return Scalar.U32.spelling();
        }
        if (map.value() == null || map.isStream() || map.kind().holdsPrograms()) {
            return null;
        }
        return map.value().spelling();
    }
}
