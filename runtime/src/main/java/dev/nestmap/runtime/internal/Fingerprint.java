/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.schema.ArrayType;
import dev.nestmap.schema.CType;
import dev.nestmap.schema.Field;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.NamedType;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SchemaText;
import dev.nestmap.schema.StructType;
import dev.nestmap.schema.UnionType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an outer map and its inner maps are laid out like, in a name that the kernel takes for a map. A process without
 * privileges can't read a map's BTF (it takes CAP_SYS_ADMIN), but its name.
 */
final class Fingerprint {
    /** As many characters as the kernel keeps: this letter and 56 bits. */
    private static final String PREFIX = "L";

    private static final int DIGITS = 14;

    private Fingerprint() {}

    /** That of this outer map. Its name and how many entries the maps have don't count. */
    static String of(Schema schema, MapDef outer) {
        MapDef inner = schema.innerOf(outer);
        Set<NamedType> used = new HashSet<>();
        for (MapDef map : List.of(outer, inner)) {
            collect(map.key(), used);
            collect(map.value(), used);
        }
        List<NamedType> types = schema.types().stream().filter(used::contains).toList();
        Schema part = new Schema("", "", List.of(), types, List.of(unnamed(inner, "inner"), unnamed(outer, "outer")));
        return PREFIX + HexFormat.of().formatHex(sha256(SchemaText.print(part))).substring(0, DIGITS);
    }

    /** Whether a map's name is a fingerprint. */
    static boolean isOne(String name) {
        return name.matches(PREFIX + "[0-9a-f]{" + DIGITS + "}");
    }

    private static MapDef unnamed(MapDef map, String name) {
        String inner = map.inner() == null ? null : "inner";
        return new MapDef(name, map.role(), map.kind(), 0, map.flags(), map.extra(), 0, map.key(), map.value(), inner);
    }

    private static void collect(@Nullable CType type, Set<NamedType> used) {
        if (type instanceof NamedType named) {
            used.add(named);
        }
        if (type instanceof ArrayType array) {
            collect(array.element(), used);
        } else if (type instanceof StructType struct) {
            struct.fields().stream().map(Field::type).forEach(field -> collect(field, used));
        } else if (type instanceof UnionType union) {
            union.fields().stream().map(Field::type).forEach(field -> collect(field, used));
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }
}
