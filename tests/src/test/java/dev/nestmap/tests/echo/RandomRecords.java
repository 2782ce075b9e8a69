/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.echo;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Generates an interface of random records from a seed, with all component types and map types. */
final class RandomRecords {
    private static final List<String> INTEGERS = integers();

    /** Component types other than plain integers. */
    private static final List<String> OTHERS = List.of(
            "@U64 BigInteger",
            "@Be64 BigInteger",
            "@U128 BigInteger",
            "@S128 BigInteger",
            "@Unit(CTimeUnit.NANOS) Duration",
            "@Unit(CTimeUnit.MICROS) @S64 Duration",
            "@Unit(CTimeUnit.MILLIS) @U32 Duration",
            "@Unit(CTimeUnit.SECONDS) Instant",
            "@Unit(CTimeUnit.SECONDS) @S32 Instant",
            "@Unit(CTimeUnit.NANOS) @Be64 Instant",
            "Inet6Address",
            "MacAddress",
            "Ipv4Prefix",
            "Ipv6Prefix");

    private static final List<String> BIT_FIELDS = List.of(
            "@Bits(1) boolean",
            "@U8 @Bits(3) int",
            "@S8 @Bits(5) int",
            "@U16 @Bits(11) int",
            "@S16 @Bits(16) int",
            "@U32 @Bits(17) int",
            "@U32 @Bits(32) long",
            "@S32 @Bits(2) int",
            "@U64 @Bits(40) long",
            "@S64 @Bits(63) long");
    private static final List<String> INDEXES = List.of("@U32 int", "@S32 int", "@U32 long", "@S32 long");

    /** Names that C or the header uses for something else, and names of several words. */
    private static final List<String> NAMES =
            List.of(("key value values type anchor flags init map t0 sourcePort URLPath"
                            + " maxEntries x1 u8 ctx struct_ inner size a b c")
                    .split(" "));

    private static final int MAX_STRUCT_COMPONENTS = 7;

    private final Random random;
    private final StringBuilder text = new StringBuilder();
    private final List<String> enums = new ArrayList<>();
    private final List<String> narrowEnums = new ArrayList<>();
    private final List<String> flagSets = new ArrayList<>();
    private final List<String> structs = new ArrayList<>();

    /** Structs without arrays, which keys may contain. */
    private final List<String> keyStructs = new ArrayList<>();

    private final List<String> unions = new ArrayList<>();

    private final List<String> inners = new ArrayList<>();

    RandomRecords(long seed) {
        random = new Random(seed);
    }

    /** Returns the source of an interface with this name. */
    String source(String name, int structCount, int mapCount, int outerCount) {
        text.append("""
                package random;

                import dev.nestmap.annotations.*;
                import dev.nestmap.types.*;
                import java.math.BigInteger;
                import java.net.*;
                import java.time.*;
                import java.util.Set;

                """);
        text.append("@BpfObject\npublic interface ").append(name).append(" {\n");
        for (int i = 0; i < 6; i++) {
            enumeration("Enum" + i);
        }
        for (int i = 0; i < 3; i++) {
            flags("Flags" + i);
        }
        for (int i = 0; i < structCount; i++) {
            boolean key = random.nextBoolean();
            record(layoutAnnotation(), "Struct" + i, components(key, 1 + random.nextInt(MAX_STRUCT_COMPONENTS)));
            structs.add("Struct" + i);
            if (key) {
                keyStructs.add("Struct" + i);
            }
            if (i % 5 == 4) {
                union("Union" + i);
            }
        }
        for (int i = 0; i < mapCount; i++) {
            map("Map" + i);
        }
        for (int i = 0; i < outerCount; i++) {
            outer("Outer" + i);
        }
        return text.append("}\n").toString();
    }

    private void enumeration(String name) {
        boolean numbered = random.nextBoolean();
        boolean narrow = random.nextBoolean();
        boolean signed = numbered && random.nextBoolean();
        List<String> constants = new ArrayList<>();
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            // clang before 15 does not write the sign of an enum: readers take small negative constants for one.
            int range = signed ? 4_000 : 400_000_000;
            long size = narrow ? 20 * i + random.nextInt(20) : 400_000_000L * i + random.nextInt(range);
            constants.add((numbered ? "@EnumValue(" + (signed ? -1 - size : size) + "L) " : "") + "C" + i);
        }
        text.append("  enum %s { %s }\n".formatted(name, String.join(", ", constants)));
        enums.add(name);
        if (narrow || !numbered) {
            narrowEnums.add((signed ? "@S8 " : oneOf(List.of("@U8 ", "@Be16 ", "@Be32 "))) + name);
        }
    }

    private void flags(String name) {
        int count = 1 + random.nextInt(8);
        List<String> constants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            constants.add("F" + i);
        }
        text.append("  enum %s { %s }\n".formatted(name, String.join(", ", constants)));
        flagSets.add(oneOf(List.of("@U8 ", "@U16 ", "", "@U64 ")) + "Set<" + name + ">");
    }

    /** Random annotations for the layout of a struct, if it differs from the default. */
    private String layoutAnnotation() {
        return switch (random.nextInt(8)) {
            case 0 -> "@Packed";
            case 1 -> "@Align(" + (1 << random.nextInt(7)) + ")";
            case 2 -> "@Pad(" + (1 + random.nextInt(20)) + ")";
            default -> "";
        };
    }

    private void union(String name) {
        text.append("  @Union sealed interface ").append(name).append(" {\n");
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String parts = String.join(", ", components(false, 1 + random.nextInt(3)));
            text.append("  record %2$sMember%1$d(%3$s) implements %2$s {}\n".formatted(i, name, parts));
        }
        text.append("  }\n");
        unions.add(name);
    }

    private void map(String name) {
        boolean inner = random.nextBoolean();
        String type = oneOf(List.of("HASH", "LRU_HASH", "ARRAY"));
        boolean array = type.equals("ARRAY");
        List<String> parts = components(false, array ? 1 + random.nextInt(4) : random.nextInt(5));
        String key = array ? oneOf(INDEXES) : type(true);
        parts.add(random.nextInt(parts.size() + 1), "@Key " + key + " theKey");
        record(
                (inner ? "@InnerMap(type = MapType." : "@BpfMap(type = MapType.") + type + ", maxEntries = "
                        + (1 + random.nextInt(1000)) + (array ? ", flags = MapFlag.MMAPABLE)" : ")"),
                name,
                parts);
        if (inner) {
            inners.add(name);
        }
    }

    private void outer(String name) {
        if (inners.isEmpty()) {
            return;
        }
        boolean array = random.nextInt(3) == 0;
        List<String> parts = array ? List.of(oneOf(INDEXES) + " id") : components(true, 1 + random.nextInt(4));
        record(
                "@OuterMap(inner = " + oneOf(inners) + ".class, type = MapType."
                        + (array ? "ARRAY_OF_MAPS" : "HASH_OF_MAPS") + ", maxEntries = " + (1 + random.nextInt(100))
                        + ")",
                name,
                parts);
    }

    private void record(String annotation, String name, List<String> parts) {
        text.append("  ").append(annotation).append(" record ").append(name);
        text.append('(').append(String.join(", ", parts)).append(") {}\n");
    }

    private List<String> components(boolean key, int count) {
        Set<String> names = new LinkedHashSet<>();
        while (names.size() < count) {
            names.add(random.nextInt(3) == 0 ? oneOf(NAMES) : "part" + random.nextInt(100));
        }
        List<String> parts = new ArrayList<>();
        boolean alone = count == 1;
        names.forEach(name -> parts.add((alone ? type(key) : componentType(key)) + " " + name));
        if (parts.size() > 1 && !unions.isEmpty() && random.nextInt(4) == 0) {
            parts.add(
                    random.nextInt(parts.size()),
                    (random.nextBoolean() ? "@Anonymous " : "") + "Untagged<" + oneOf(unions) + "> untagged");
        }
        return parts;
    }

    /** Returns a type, sometimes with an annotation that moves it or makes it a bit-field. */
    private String componentType(boolean key) {
        return switch (random.nextInt(12)) {
            case 0 -> "@Pad(" + (1 + random.nextInt(9)) + ") " + type(key);
            case 1 -> "@Align(" + (1 << random.nextInt(5)) + ") " + type(key);
            case 2, 3 -> oneOf(BIT_FIELDS);
            default -> type(key);
        };
    }

    private String type(boolean key) {
        if (!key && random.nextInt(6) == 0) {
            return array();
        }
        return switch (random.nextInt(12)) {
            case 0 -> "@Size(" + (1 + random.nextInt(40)) + ") ByteString";
            case 1 -> "@Size(" + (2 + random.nextInt(20)) + ") String";
            case 2 -> oneOf(flagSets);
            default -> element(key);
        };
    }

    private String array() {
        return switch (random.nextInt(5)) {
            case 0 ->
                "@Size({" + (1 + random.nextInt(4)) + ", " + (2 + random.nextInt(9)) + "}) "
                        + oneOf(List.of("String", "ByteString")) + "[]";
            case 1, 2 -> "@Size(" + (1 + random.nextInt(9)) + ") " + element(false) + "[]";
            default ->
                "@Size({" + (1 + random.nextInt(4)) + ", " + (1 + random.nextInt(4)) + "}) " + element(false) + "[][]";
        };
    }

    private String element(boolean key) {
        List<String> known = key ? keyStructs : structs;
        return switch (random.nextInt(11)) {
            case 0 -> "boolean";
            case 1 -> "Inet4Address";
            case 2 -> oneOf(enums);
            case 3 -> narrowEnums.isEmpty() ? "boolean" : oneOf(narrowEnums);
            case 4 -> known.isEmpty() ? "byte" : oneOf(known);
            case 5 -> unions.isEmpty() ? "boolean" : "Untagged<" + oneOf(unions) + ">";
            case 6, 7 -> oneOf(OTHERS);
            default -> oneOf(INTEGERS);
        };
    }

    /** Each type of Java with each annotation of at most its width. */
    private static List<String> integers() {
        List<String> integers = new ArrayList<>();
        List<String> types = List.of("byte", "short", "int", "long");
        for (int type = 0; type < types.size(); type++) {
            integers.add(types.get(type));
            for (int width = Byte.SIZE; width <= Byte.SIZE << type; width *= 2) {
                for (String kind : width == Byte.SIZE ? List.of("U", "S") : List.of("U", "S", "Be")) {
                    integers.add("@" + kind + width + " " + types.get(type));
                }
            }
        }
        return integers;
    }

    private String oneOf(List<String> candidates) {
        return candidates.get(random.nextInt(candidates.size()));
    }
}
