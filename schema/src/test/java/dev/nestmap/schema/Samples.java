/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The schema of the README's example, and ways to change it. */
public final class Samples {
    private static final Pattern NAMED = Pattern.compile("(struct|union|enum) (\\w+) \\{ (.*) }");
    private static final Pattern FIELD =
            Pattern.compile("(?<type>[?]|[\\w ]*?\\w)(?: (?<name>\\w+))?(?<array>(?:\\[\\d+])*)(?: : (?<bits>\\d+))?");
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern CONSTANT = Pattern.compile("(\\w+) = (-?\\d+)");

    public static final EnumType FLOW_STATE = enumOf("flow_state", "FLOW_STATE_NEW = 0, FLOW_STATE_OPEN = 1");

    public static final StructType FLOW_KEY = struct(
            "flow_key",
            "__be32 source; __be32 destination; __be16 source_port; __be16 destination_port; __u8 protocol;");

    public static final StructType FLOW = struct("flow", "__u64 packets; __u64 bytes; ? state;", FLOW_STATE);

    private Samples() {}

    public static Schema tenantFlows() {
        return tenantFlows(FLOW_KEY, FLOW);
    }

    public static Schema tenantFlows(StructType key, StructType value) {
        return new Schema(
                "com.acme.TenantFlows",
                "tenant_flows",
                List.of(new Schema.Include("flow", List.of("flow_key", "flow"))),
                List.of(FLOW_STATE, key, value),
                List.of(hash("flow_map", MapRole.INNER, 4096, key, value), outer("tenant", "flow_map")));
    }

    /** A type as in C, without nested ones: a number, a struct, a union or an enum. */
    public static CType type(String c) {
        Matcher named = NAMED.matcher(c);
        if (!named.matches()) {
            return members(c + ";").get(0).type();
        }
        return switch (named.group(1)) {
            case "struct" -> struct(named.group(2), named.group(3));
            case "union" -> union(named.group(2), named.group(3));
            default -> enumOf(named.group(2), named.group(3));
        };
    }

    /** A struct with the fields of {@link #members}. */
    public static StructType struct(String tag, String fields, CType... types) {
        return StructType.of(tag, members(fields, types));
    }

    /** A union with the fields of {@link #members}. */
    public static UnionType union(String tag, String fields, CType... types) {
        return UnionType.of(tag, members(fields, types), StructAttributes.NATURAL);
    }

    /** Fields as in C, such as {@code __u64 packets; __u8 mac[6]; __u32 low : 3;}. Each {@code ?} is the next of the types. */
    public static List<StructType.Member> members(String fields, CType... types) {
        Iterator<CType> next = Arrays.asList(types).iterator();
        return Stream.of(fields.split("; ?")).map(text -> member(text, next)).toList();
    }

    private static StructType.Member member(String text, Iterator<CType> types) {
        Matcher field = FIELD.matcher(text);
        assertThat(field.matches()).as(text).isTrue();
        CType type = field.group("type").equals("?") ? types.next() : scalar(field.group("type"));
        List<MatchResult> dimensions =
                NUMBER.matcher(field.group("array")).results().toList();
        for (int i = dimensions.size() - 1; i >= 0; i--) {
            type = new ArrayType(type, Long.parseLong(dimensions.get(i).group()));
        }
        String name = Objects.requireNonNullElse(field.group("name"), "");
        int bits = Integer.parseInt(Objects.requireNonNullElse(field.group("bits"), "0"));
        return new StructType.Member(name, type, bits, 1, 0);
    }

    private static Scalar scalar(String spelling) {
        return Stream.of(Scalar.values())
                .filter(scalar -> scalar.spelling().equals(spelling))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(spelling));
    }

    /** An enum with the constants of {@link #constants}. */
    public static EnumType enumOf(String tag, String constants) {
        return EnumType.of(tag, constants(constants));
    }

    /** Constants as in C, such as {@code OFF = 0, ON = 1}. */
    public static List<EnumType.Constant> constants(String constants) {
        return CONSTANT.matcher(constants)
                .results()
                .map(constant -> new EnumType.Constant(constant.group(1), Long.parseLong(constant.group(2))))
                .toList();
    }

    public static StructType.Member member(String name, CType type) {
        return new StructType.Member(name, type);
    }

    public static MapDef hash(String name, MapRole role, long maxEntries, CType key, CType value) {
        return new MapDef(name, role, MapKind.HASH, maxEntries, 0, key, value, null);
    }

    public static MapDef outer(String name, String inner) {
        return outer(name, MapKind.HASH_OF_MAPS, 64, Scalar.U32, inner);
    }

    public static MapDef outer(
            String name, MapKind kind, long maxEntries, @Nullable CType key, @Nullable String inner) {
        return new MapDef(name, MapRole.OUTER, kind, maxEntries, 0, key, null, inner);
    }

    public static MapDef inner(
            String name, MapKind kind, long maxEntries, long flags, @Nullable CType key, @Nullable CType value) {
        return new MapDef(name, MapRole.INNER, kind, maxEntries, flags, key, value, null);
    }

    public static MapDef plain(String name, MapKind kind, long maxEntries, @Nullable CType key, @Nullable CType value) {
        return new MapDef(name, MapRole.PLAIN, kind, maxEntries, 0, key, value, null);
    }

    public static Schema schema(List<NamedType> types, MapDef... maps) {
        return new Schema("", "sample", List.of(), types, List.of(maps));
    }

    /** One plain hash with this value. */
    public static Schema withValue(CType value) {
        return schema(
                value instanceof NamedType named ? List.of(named) : List.of(),
                hash("counts", MapRole.PLAIN, 16, Scalar.U32, value));
    }
}
