/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Generates schemas with every kind of type and map, including odd ones, from a seed. */
public final class RandomSchemas {
    private static final List<String> ODD_NAMES = List.of(
            "",
            "a b",
            "size",
            "x:y",
            "\"q\\uote\"",
            "Vec<u8>",
            "größe",
            "line\nbreak",
            "0x",
            "-1",
            "\ud83d\udc1d",
            "[2]");

    private static final String[] SECTIONS = {".rodata", ".data", ".bss", ".data.stats", ".rodata.\"odd name\""};

    private final Random random;
    private final List<NamedType> types = new ArrayList<>();
    private int names;

    public RandomSchemas(long seed) {
        random = new Random(seed);
    }

    /** A struct of a few scalars with a few names, so that two structs have fields in common. */
    public static StructType structOfScalars(Random random) {
        List<String> names = new ArrayList<>(List.of("a", "b", "c", "d"));
        Collections.shuffle(names, random);
        List<Scalar> scalars = List.of(Scalar.U8, Scalar.U32, Scalar.S32, Scalar.U64);
        List<StructType.Member> members = new ArrayList<>();
        for (String name : names.subList(0, 1 + random.nextInt(4))) {
            Scalar scalar = scalars.get(random.nextInt(scalars.size()));
            int bits = random.nextInt(8) == 0 ? 1 + random.nextInt(8) : 0;
            members.add(new StructType.Member(name, scalar, bits, 1, random.nextInt(8) == 0 ? 64 : 0));
        }
        return StructType.of("s", members, new StructAttributes(false, 8));
    }

    public Schema next() {
        int typeCount = random.nextInt(8);
        for (int i = 0; i < typeCount; i++) {
            types.add(namedType());
        }
        List<MapDef> maps = new ArrayList<>();
        int mapCount = random.nextInt(5);
        for (int i = 0; i < mapCount; i++) {
            maps.add(map(maps));
        }
        List<GlobalDef> globals = new ArrayList<>();
        while (random.nextInt(3) == 0) {
            globals.add(new GlobalDef(name(), oneOf(SECTIONS), type()));
        }
        return new Schema(random.nextBoolean() ? "" : name(), name(), includes(), types, maps, globals);
    }

    private List<Schema.Include> includes() {
        List<Schema.Include> includes = new ArrayList<>();
        while (random.nextInt(3) == 0) {
            includes.add(new Schema.Include(
                    name(), random.nextBoolean() ? List.of() : List.of(name(), name()), random.nextBoolean()));
        }
        return includes;
    }

    private String name() {
        String unique = "n" + names++;
        return random.nextInt(6) == 0 ? unique + ODD_NAMES.get(random.nextInt(ODD_NAMES.size())) : unique;
    }

    /** A name that need not be unique. */
    private String memberName() {
        return random.nextInt(10) == 0 ? ODD_NAMES.get(random.nextInt(ODD_NAMES.size())) : name();
    }

    private NamedType namedType() {
        return namedType(name());
    }

    private NamedType namedType(String name) {
        return switch (random.nextInt(6)) {
            case 0 -> enumType(name);
            case 1 -> new UnionType(name, random.nextLong() >>> 8, 1 << random.nextInt(5), unionFields());
            case 2 -> new StructType(name, big(), 1 << random.nextInt(5), scatteredFields());
            case 3 -> UnionType.of(name, members(), shape());
            default -> StructType.of(name, members(), shape());
        };
    }

    private NamedType untagged() {
        return switch (random.nextInt(3)) {
            case 0 -> enumType("");
            case 1 -> UnionType.of("", members(), shape());
            default -> StructType.of("", members(), shape());
        };
    }

    private StructAttributes shape() {
        return new StructAttributes(random.nextBoolean(), 1 << random.nextInt(5));
    }

    private EnumType enumType(String name) {
        List<EnumType.Constant> constants = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            constants.add(new EnumType.Constant(memberName(), random.nextBoolean() ? i - 1 : random.nextLong()));
        }
        return new EnumType(name, 1L << random.nextInt(4), random.nextBoolean(), constants);
    }

    private List<StructType.Member> members() {
        List<StructType.Member> members = new ArrayList<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            members.add(random.nextInt(3) == 0 ? bitField() : member());
        }
        return members;
    }

    private StructType.Member member() {
        CType type = random.nextBoolean() ? scalar() : small();
        boolean plain = random.nextBoolean();
        return new StructType.Member(
                memberName(), type, 0, plain ? 1 : 1 << random.nextInt(5), plain ? 0 : random.nextInt(40));
    }

    private StructType.Member bitField() {
        CType type = random.nextInt(4) == 0 ? enumType("") : scalar();
        int bits = 1 + random.nextInt((int) type.size() * Byte.SIZE);
        return new StructType.Member(memberName(), type, bits, 1, random.nextBoolean() ? random.nextInt(20) : 0);
    }

    /** Fields with large gaps between them. */
    private List<Field> scatteredFields() {
        List<Field> fields = new ArrayList<>();
        long offset = 0;
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            offset += random.nextInt(1000) * (random.nextInt(4) == 0 ? 1L << 30 : 1);
            Field field = new Field(memberName(), scalar(), offset);
            fields.add(field);
            offset = field.end();
        }
        return fields;
    }

    private List<Field> unionFields() {
        List<Field> fields = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            fields.add(new Field(memberName(), type(), 0));
        }
        return fields;
    }

    private CType type() {
        NamedType named = random.nextInt(3) == 0 && !types.isEmpty() ? types.get(random.nextInt(types.size())) : null;
        return named != null ? named : small();
    }

    private CType small() {
        return switch (random.nextInt(10)) {
            case 0, 1 -> new ArrayType(small(), random.nextInt(5));
            case 2 -> oneOf(ManagedFieldType.values());
            case 3 -> new PointerType(memberName(), oneOf(PointerType.Kind.values()));
            case 4 -> untagged();
            case 5 -> new OpaqueType(random.nextInt(70), 1 << random.nextInt(4), memberName());
            default -> scalar();
        };
    }

    private CType scalar() {
        return oneOf(Scalar.values());
    }

    private MapDef map(List<MapDef> before) {
        MapRole role = oneOf(MapRole.values());
        MapKind kind = oneOf(MapKind.values());
        long flags = random.nextBoolean() ? 0 : random.nextLong();
        long extra = random.nextBoolean() ? 0 : random.nextLong();
        int node = (flags & MapFlags.NUMA_NODE) == 0 ? 0 : random.nextInt(Integer.MAX_VALUE);
        List<String> inners = before.stream()
                .filter(map -> map.role() == MapRole.INNER)
                .map(MapDef::name)
                .toList();
        String inner = inners.isEmpty() ? null : orNull(inners.get(random.nextInt(inners.size())));
        return new MapDef(name(), role, kind, big(), flags, orNull(type()), orNull(type()), inner)
                .withExtra(extra)
                .withNumaNode(node);
    }

    private <T> @Nullable T orNull(T value) {
        return random.nextInt(3) == 0 ? null : value;
    }

    private <T> T oneOf(T[] candidates) {
        return candidates[random.nextInt(candidates.length)];
    }

    private long big() {
        return random.nextBoolean() ? random.nextInt(5000) : random.nextLong() >>> 8;
    }
}
