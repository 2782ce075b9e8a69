/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a map definition, which are encoded in the types of its members: {@code __uint(name, n)} is a pointer to an array
 * of n elements, {@code __type(name, T)} a pointer to T, {@code __array(values, T)} an array of pointers to T ({@code bpf_helpers.h};
 * {@code parse_btf_map_def} in libbpf). A number can also be {@code __ulong(name, n)}, an enum with the constant n. libbpf accepts it only
 * for {@code map_extra}, other loaders for every number.
 *
 * <p>Unknown members (of a newer libbpf or of another loader) are ignored. libbpf rejects those that it does not know.
 *
 * @param values number of the type that defines the inner maps; 0 without a definition
 * @param pinnedByName whether the definition declares a pin with the name of the map
 * @param valuesAt bytes from the start of the struct to its slots; -1 without slots
 */
record MapAttributes(
        MapKind kind,
        long maxEntries,
        long flags,
        long extra,
        int numaNode,
        KeyOrValue key,
        KeyOrValue value,
        int values,
        boolean pinnedByName,
        long valuesAt) {
    /** {@code LIBBPF_PIN_BY_NAME} in {@code bpf_helpers.h}. */
    private static final long PIN_BY_NAME = 1;

    /** More members than a definition of any loader has. Many maps can share a definition, so it must not take long to read. */
    private static final int MOST_MEMBERS = 64;

    private static final long PROGRAM_FD_SIZE = 4;

    /**
     * Type and size of the keys or values.
     *
     * @param what {@code "key"} or {@code "value"}
     * @param type number of its type; 0 if the definition has none
     * @param size its size in bytes; 0 if the definition has none
     */
    record KeyOrValue(Btf btf, String map, String what, int type, long size) {
        /** The C type; null if there are no keys or values. */
        @Nullable
        CType read(BtfTypeReader types) {
            CType ctype = unchecked(types);
            if (ctype != null && Long.compareUnsigned(ctype.size(), Integer.MAX_VALUE) > 0) {
                throw btf.malformed("map " + map + " has " + what + "s of " + Long.toUnsignedString(ctype.size())
                        + " bytes, and the kernel accepts at most " + Integer.MAX_VALUE);
            }
            return ctype;
        }

        private @Nullable CType unchecked(BtfTypeReader types) {
            if (type == 0) {
                return size == 0 ? null : new OpaqueType(size, 1, what + " " + OpaqueType.BY_SIZE);
            }
            CType ctype = types.read(type);
            if (ctype instanceof OpaqueType declared && declared.size() == 0) {
                return new OpaqueType(size, 1, declared.what());
            }
            if (size != 0 && size != ctype.size()) {
                throw btf.malformed("map " + map + " has " + what + "s of " + CountText.of(ctype.size(), "byte")
                        + ", but " + what + "_size " + size);
            }
            return ctype;
        }
    }

    static MapAttributes read(Btf btf, String map, BtfType struct) {
        return new Reader(btf, map, struct).read();
    }

    /** Whether a definition has a type, and this version of Nestmap does not know it. */
    static boolean hasUnknownType(Btf btf, String map, BtfType struct) {
        if (struct.kind() != BtfKind.STRUCT) {
            return false;
        }
        long number = new Reader(btf, map, struct).number("type");
        return number != 0 && MapKind.ofNumber(number).isEmpty();
    }

    /** Reads the members of one definition. */
    private static final class Reader {
        private final Btf btf;
        private final String map;
        private final Map<String, Integer> members = new HashMap<>();
        private long valuesAt = -1;

        Reader(Btf btf, String map, BtfType struct) {
            this.btf = btf;
            this.map = map;
            if (struct.memberCount() > MOST_MEMBERS) {
                throw malformed("is defined by a struct with " + struct.memberCount()
                        + " members, which is no definition of a map: libbpf knows 11 members");
            }
            for (BtfType.Member member : struct.members()) {
                members.put(member.name(), member.type());
                if (member.name().equals("values")) {
                    valuesAt = member.bitOffset() / Byte.SIZE;
                }
            }
        }

        MapAttributes read() {
            long number = number("type");
            MapKind kind = MapKind.ofNumber(number).orElseThrow(() -> unknownKind(number));
            if (valuesAt >= 0 && !kind.isMapOfMaps() && !kind.holdsPrograms()) {
                throw malformed(
                        "is a " + kind.cName()
                                + " with __array(values, ...), which libbpf accepts only in maps of maps and program"
                                + " arrays (\"should be map-in-map or prog-array\")",
                        "remove __array(values, ...), or use the type of a map of maps");
            }
            return new MapAttributes(
                    kind,
                    number("max_entries"),
                    number("map_flags"),
                    number("map_extra"),
                    numaNode(),
                    new KeyOrValue(btf, map, "key", type("key"), number("key_size")),
                    new KeyOrValue(btf, map, "value", type("value"), valueSize(kind)),
                    kind.isMapOfMaps() ? values() : 0,
                    number("pinning") == PIN_BY_NAME,
                    valuesAt);
        }

        /** The kernel ignores it without the flag. */
        private int numaNode() {
            long node = (number("map_flags") & MapFlags.NUMA_NODE) == 0 ? 0 : number("numa_node");
            if (node < 0 || node > Integer.MAX_VALUE) {
                throw malformed("has numa_node " + node + ", which is out of range");
            }
            return (int) node;
        }

        private MalformedObjectException unknownKind(long number) {
            return number == 0
                    ? malformed(
                            "has no type",
                            "if the definition is wrapped, or built by a macro that BTF does not show, declare it as a variable of a"
                                    + " struct with __uint(type, ...) in SEC(\".maps\")")
                    : malformed("has the unknown type " + number);
        }

        /** A program array can have initial programs instead of a {@code value_size}. */
        private long valueSize(MapKind kind) {
            long size = number("value_size");
            boolean programs = kind == MapKind.PROG_ARRAY && members.containsKey("values");
            return programs && size == 0 ? PROGRAM_FD_SIZE : size;
        }

        private long number(String member) {
            Integer id = members.get(member);
            if (id == null) {
                return 0;
            }
            BtfType type = btf.resolve(id);
            if (type.kind() == BtfKind.PTR) {
                BtfType array = btf.resolve(type.target());
                if (array.kind() == BtfKind.ARRAY) {
                    return array.elementCount();
                }
            } else if (type.kind() == BtfKind.ENUM || type.kind() == BtfKind.ENUM64) {
                return type.firstValue().orElseThrow(() -> malformed("has no number as " + member));
            }
            throw malformed("has no number as " + member, "use __uint(" + member + ", ...)");
        }

        private int type(String member) {
            Integer id = members.get(member);
            if (id == null) {
                return 0;
            }
            BtfType pointer = btf.resolve(id);
            if (pointer.kind() != BtfKind.PTR || pointer.target() == 0) {
                throw malformed("has no type as " + member, "use __type(" + member + ", ...)");
            }
            return pointer.target();
        }

        private int values() {
            Integer id = members.get("values");
            if (id == null) {
                return 0;
            }
            BtfType array = btf.resolve(id);
            BtfType pointer = array.kind() == BtfKind.ARRAY ? btf.resolve(array.elementType()) : array;
            if (array.kind() != BtfKind.ARRAY || pointer.kind() != BtfKind.PTR) {
                throw malformed("has no map definition as values", "use __array(values, struct ...)");
            }
            return pointer.target();
        }

        private MalformedObjectException malformed(String what) {
            return btf.malformed("map " + map + " " + what);
        }

        private MalformedObjectException malformed(String what, String remedy) {
            return btf.malformed("map " + map + " " + what, remedy);
        }
    }
}
