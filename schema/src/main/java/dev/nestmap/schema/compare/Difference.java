/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import java.util.Locale;

/**
 * One difference between a declared and an actual schema, found by {@link SchemaComparison}.
 *
 * @param where its place
 * @param aspect what differs
 * @param declared the declared schema's value
 * @param actual the actual schema's value
 */
public record Difference(DifferenceLocation where, Aspect aspect, String declared, String actual) {
    /** Stands for a {@code max_entries} that is set at load time. */
    public static final String AT_LOAD = "sizedAtLoad";

    /** Stands for what one side lacks. */
    public static final String MISSING = "missing";

    /** The differing aspect. The constants are ordered from the most to the least informative. */
    public enum Aspect {
        /** The map is missing. */
        MAP("%s in the records, missing in the object"),
        /** The global variable is missing. */
        GLOBAL("%s in the records, missing in the object"),
        /** The program is missing. */
        PROGRAM("declared by @BpfProgram, %2$s"),
        /** The ELF section of a program. */
        PROGRAM_SECTION("%s in @BpfProgram, %s in the object"),
        /** The map type. */
        KIND("%s in the records, %s in the object"),
        /** Whether there is a key, a value or a definition of the inner maps. */
        PRESENCE("%s in the records, %s in the object"),
        /** A field that only the declared struct has. */
        MISSING_FIELD("%s in the records, missing in the object"),
        /** A field that only the actual struct has. */
        EXTRA_FIELD("missing in the records, %2$s in the object; add a component for it if the record is @External"),
        /** A field at the same place and with the same size has another name. */
        FIELD_NAME(
                "%s in the records, %s in the object, at the same place and with the same size. If both are the same field, use the same name"),
        /** A struct, union, array or pointer on one side, and a type of another form on the other. */
        FORM("%s in the records, %s in the object"),
        /** Another type of the same form: {@code bool} and {@code __u8}, or pointers to two types. */
        TYPE("%s in the records, %s in the object"),
        /** Whether programs access the type at the offsets of the records. */
        RELOCATED("%s in the records, %s in the object"),
        /** The size in bytes. */
        SIZE("size %s in the records, %s in the object"),
        /** The number of elements of an array. */
        LENGTH("length %s in the records, %s in the object"),
        /** The width of a bit-field. */
        BITS("width in bits %s in the records, %s in the object"),
        /** The offset in the struct: bytes, and bits for a bit-field. */
        OFFSET("offset %s in the records, %s in the object"),
        /** Big-endian, or the machine's byte order. */
        BYTE_ORDER("%s in the records, %s in the object"),
        /** Signed or unsigned. */
        SIGNEDNESS("%s in the records, %s in the object"),
        /** A constant of an enum, and its value. */
        CONSTANT("%s in the records, %s in the object"),
        /** {@code max_entries}. */
        MAX_ENTRIES("max_entries %s in the records, %s in the object"),
        /** {@code map_flags}. */
        FLAGS("map_flags %s in the records, %s in the object"),
        /** {@code map_extra}. */
        MAP_EXTRA("map_extra %s in the records, %s in the object"),
        /** {@code numa_node}. */
        NUMA_NODE("numa_node %s in the records, %s in the object"),
        /** The ELF section of a global variable. */
        SECTION("section %s in the records, %s in the object"),
        /** The tag of a struct, union or enum, or the name of the definition of inner maps. */
        TAG("called %s in the records, %s in the object");

        private final String format;

        Aspect(String format) {
            this.format = format;
        }

        /** Whether a program differs, and not a map, a variable or a type. */
        public boolean isOfProgram() {
            return this == PROGRAM || this == PROGRAM_SECTION;
        }
    }

    /** Place and difference in one line: {@code map a, value struct b, field c: offset 8 in the records, 12 in the object}. */
    public String message() {
        return where.text() + ": " + String.format(Locale.ROOT, aspect.format, declared, actual);
    }

    /**
     * The same difference with both sides exchanged. Its location is unchanged, and keeps the names of this difference's declared schema.
     */
    Difference reversed() {
        Aspect other = switch (aspect) {
            case MISSING_FIELD -> Aspect.EXTRA_FIELD;
            case EXTRA_FIELD -> Aspect.MISSING_FIELD;
            default -> aspect;
        };
        return new Difference(where, other, actual, declared);
    }
}
