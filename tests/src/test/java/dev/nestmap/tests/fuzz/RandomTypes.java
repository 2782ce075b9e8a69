/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.fuzz;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Generates schemas that C can express from a seed, with every kind of type nested in every other kind. */
final class RandomTypes {
    private static final int MAX_DEPTH = 4;

    /**
     * A kernel type that even the oldest supported {@code linux/bpf.h} declares. The kernel would reject the BTF of a lock that is not
     * aligned, and of two locks in a struct ({@code btf_parse_struct_metas}).
     */
    private static final List<ManagedFieldType> KERNEL_TYPES = List.of(ManagedFieldType.TIMER);

    private static final List<Scalar> BIT_CARRIERS = List.of(
            Scalar.BOOL, Scalar.U8, Scalar.U16, Scalar.U32, Scalar.U64, Scalar.S8, Scalar.S16, Scalar.S32, Scalar.S64);

    private final Random random;
    private final String prefix;
    private final List<NamedType> types = new ArrayList<>();
    private int names;

    private RandomTypes(long seed) {
        random = new Random(seed);
        prefix = "s" + Long.toUnsignedString(seed) + "_";
    }

    /** The schema of this seed. Its names differ from those of every other seed. */
    static Schema schema(long seed) {
        return new RandomTypes(seed).schema();
    }

    private Schema schema() {
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            types.add(namedType(name(), 0));
        }
        List<MapDef> maps = random.nextInt(4) == 0 ? nestedMaps() : List.of();
        return new Schema("", prefix + "h", List.of(), types, maps);
    }

    private List<MapDef> nestedMaps() {
        String inner = name() + "_map";
        return List.of(
                new MapDef(inner, MapRole.INNER, MapKind.HASH, 16, 0, tagged(), tagged(), null),
                new MapDef(name(), MapRole.OUTER, MapKind.HASH_OF_MAPS, 4, 0, tagged(), null, inner));
    }

    private CType tagged() {
        return random.nextBoolean() ? types.get(random.nextInt(types.size())) : oneOf(List.of(Scalar.values()));
    }

    private NamedType namedType(String name, int depth) {
        return switch (random.nextInt(8)) {
            case 0 -> enumType(name);
            case 1, 2 -> UnionType.of(name, members(depth, false), shape());
            default -> StructType.of(name, members(depth, true), shape());
        };
    }

    private EnumType enumType(String name) {
        List<EnumType.Constant> constants = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            // clang before 15 does not write the sign of an enum: readers take small negative constants for one.
            int value = random.nextBoolean() ? i : Math.max(-4095, random.nextInt() >> random.nextInt(31));
            constants.add(new EnumType.Constant(name().toUpperCase(Locale.ROOT), value));
        }
        EnumType natural = EnumType.of(name, constants);
        boolean fitsByte = constants.stream()
                .allMatch(constant -> natural.signed()
                        ? constant.value() >= Byte.MIN_VALUE && constant.value() <= Byte.MAX_VALUE
                        : constant.value() < 1 << Byte.SIZE);
        int size = !name.isEmpty() && fitsByte && random.nextInt(8) == 0
                ? oneOf(List.of(Byte.BYTES, Short.BYTES, Long.BYTES))
                : 0;
        return size == 0 ? natural : new EnumType(name, size, natural.signed(), constants);
    }

    private StructAttributes shape() {
        return random.nextInt(3) > 0
                ? StructAttributes.NATURAL
                : new StructAttributes(random.nextBoolean(), random.nextBoolean() ? 1 : 1 << random.nextInt(7));
    }

    private List<Member> members(int depth, boolean pads) {
        List<Member> members = new ArrayList<>();
        int count = 1 + random.nextInt(7);
        for (int i = 0; i < count; i++) {
            boolean moved = pads && random.nextInt(8) == 0;
            Member member = random.nextInt(4) == 0 ? bitField() : member(depth);
            boolean aligned = moved && member.bits() == 0 && random.nextBoolean();
            members.add(new Member(
                    member.name(),
                    member.type(),
                    member.bits(),
                    aligned ? 1 << random.nextInt(7) : 1,
                    moved ? random.nextInt(40) : 0));
        }
        return members;
    }

    private Member bitField() {
        CType carrier = oneOf(BIT_CARRIERS);
        if (random.nextInt(5) == 0) {
            carrier = types.stream()
                    .filter(EnumType.class::isInstance)
                    .map(CType.class::cast)
                    .findFirst()
                    .orElse(carrier);
        }
        int most = carrier == Scalar.BOOL ? 1 : (int) carrier.size() * Byte.SIZE;
        return new Member(name(), carrier, 1 + random.nextInt(most), 1, 0);
    }

    private Member member(int depth) {
        if (depth < MAX_DEPTH && random.nextInt(6) == 0) {
            NamedType untagged = namedType("", depth + 1);
            boolean anonymous = !(untagged instanceof EnumType) && random.nextBoolean();
            return new Member(anonymous ? "" : name(), anonymous ? untagged : inArray(untagged));
        }
        return new Member(name(), inArray(element()));
    }

    private CType element() {
        return switch (random.nextInt(12)) {
            case 0 -> oneOf(KERNEL_TYPES);
            case 1 -> new PointerType(random.nextBoolean() ? "void" : "struct " + name());
            case 2, 3, 4 -> types.isEmpty() ? Scalar.U8 : types.get(random.nextInt(types.size()));
            default -> oneOf(List.of(Scalar.values()));
        };
    }

    private CType inArray(CType element) {
        CType type = element;
        while (random.nextInt(4) == 0 && type.size() < 1 << 16) {
            type = new ArrayType(type, 1 + random.nextInt(5));
        }
        return type;
    }

    private <T> T oneOf(List<T> candidates) {
        return candidates.get(random.nextInt(candidates.size()));
    }

    private String name() {
        return prefix + "n" + names++;
    }
}
