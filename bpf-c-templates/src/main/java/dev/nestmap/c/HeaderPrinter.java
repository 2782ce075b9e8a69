/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.c;

import dev.nestmap.schema.ArrayType;
import dev.nestmap.schema.CType;
import dev.nestmap.schema.EnumType;
import dev.nestmap.schema.Field;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.NamedType;
import dev.nestmap.schema.Pad;
import dev.nestmap.schema.Scalar;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.StructType;
import dev.nestmap.schema.UnionType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Prints a schema as a C header. */
public final class HeaderPrinter {
    private final Schema schema;
    private final List<NamedType> types;

    private HeaderPrinter(Schema schema) {
        this.schema = schema;
        this.types = schema.types().stream()
                .filter(type -> schema.defines(type.name()))
                .toList();
    }

    /**
     * The text of {@code <header>.bpf.h}: types, map definitions, helpers, and assertions of the layout. It is the same for
     * equal schemas, and ends with a line feed.
     *
     * @param schema with names that are C identifiers and do not {@linkplain HeaderNames#clashes clash}
     */
    public static String print(Schema schema) {
        return HeaderRenderer.of().execute(new HeaderPrinter(schema).header());
    }

    private Header header() {
        Helpers helpers = new Helpers(schema);
        return new Header(
                schema.origin().isEmpty() ? null : schema.origin(),
                HeaderNames.guard(schema.header()),
                !schema.maps().isEmpty(),
                saysBool(),
                schema.includes().stream().map(Schema.Include::header).toList(),
                types.stream()
                        .filter(EnumType.class::isInstance)
                        .map(this::definition)
                        .toList(),
                types.stream()
                        .filter(type -> !(type instanceof EnumType))
                        .map(this::definition)
                        .toList(),
                maps(true),
                maps(false),
                anchor(),
                helpers.functions(),
                helpers.fused(),
                types.stream().flatMap(HeaderPrinter::asserts).toList());
    }

    private Header.Block definition(NamedType type) {
        return new Header.Block(type.spelling(), members(type));
    }

    private static List<String> members(NamedType type) {
        if (type instanceof EnumType enumType) {
            return enumType.constants().stream()
                    .map(constant -> constant.name() + " = " + constant.value())
                    .toList();
        }
        return fields(type).stream()
                .map(field -> field.type().declare(field.name()))
                .toList();
    }

    /** The fields of a struct or union, padding among them. */
    private static List<Field> fields(NamedType type) {
        if (type instanceof StructType struct) {
            Stream<Field> pads = struct.pads().stream().map(HeaderPrinter::field);
            return Stream.concat(struct.fields().stream(), pads)
                    .sorted(Comparator.comparingLong(Field::offset))
                    .toList();
        }
        return type instanceof UnionType union ? union.fields() : List.of();
    }

    private static Field field(Pad pad) {
        return new Field(pad.name(), new ArrayType(Scalar.U8, pad.size()), pad.offset());
    }

    private List<Header.MapBlock> maps(boolean inner) {
        return schema.maps().stream()
                .filter(map -> (map.role() == MapRole.INNER) == inner && HeaderNames.isDefinedIn(schema, map))
                .map(HeaderPrinter::map)
                .toList();
    }

    private static Header.MapBlock map(MapDef map) {
        return new Header.MapBlock(
                map.name(),
                map.kind().cName(),
                map.maxEntries() == 0 ? null : Long.toString(map.maxEntries()),
                map.flags() == 0 ? null : MapFlags.expression(map.flags()),
                key(map),
                map.value() == null ? null : map.value().spelling(),
                map.inner());
    }

    private static @Nullable String key(MapDef map) {
        if (map.key() == null) {
            return null;
        }
        // The kernel takes no other BTF for an index, an enum's neither.
        return map.kind().keyRule() == MapKind.KeyRule.INDEX
                ? Scalar.U32.spelling()
                : map.key().spelling();
    }

    private Header.@Nullable Block anchor() {
        if (types.isEmpty()) {
            return null;
        }
        List<String> members = IntStream.range(0, types.size())
                .mapToObj(i -> new ArrayType(types.get(i), 0).declare("t" + i))
                .toList();
        return new Header.Block(HeaderNames.anchor(schema.header()), members);
    }

    private static Stream<String> asserts(NamedType type) {
        List<String> asserts = new ArrayList<>();
        asserts.add(assertion("sizeof(" + type.spelling() + ") == " + type.size(), "size of " + type.spelling()));
        if (type instanceof StructType) {
            for (Field field : fields(type)) {
                asserts.add(assertion(
                        "__builtin_offsetof(" + type.spelling() + ", " + field.name() + ") == " + field.offset(),
                        "offset of " + field.name() + " in " + type.spelling()));
            }
        }
        return asserts.stream();
    }

    private static String assertion(String condition, String message) {
        return Columns.list("_Static_assert(", List.of(condition, '"' + message + '"'), ");");
    }

    private boolean saysBool() {
        Stream<CType> members =
                types.stream().flatMap(type -> fields(type).stream()).map(Field::type);
        Stream<CType> keysAndValues = schema.maps().stream()
                .flatMap(map -> Stream.of(map.key(), map.value()))
                .filter(Objects::nonNull);
        return Stream.concat(members, keysAndValues).anyMatch(HeaderPrinter::isBool);
    }

    private static boolean isBool(CType type) {
        return type instanceof ArrayType array ? isBool(array.element()) : type == Scalar.BOOL;
    }
}
