/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import java.util.Locale;

/**
 * One thing of a declared schema that is not so in an actual one, found by {@link SchemaComparison}.
 *
 * @param where its place
 * @param aspect what differs
 * @param declared what the declared schema says
 * @param actual what the actual schema says
 */
public record Difference(DifferenceLocation where, Aspect aspect, String declared, String actual) {
    /** What is said of a {@code max_entries} that the records leave to the load. */
    static final String AT_LOAD = "AT_LOAD";

    /** What differs, the most telling first. */
    public enum Aspect {
        /** The map is missing. */
        MAP("%s in the records, missing in the object"),
        /** The map type. */
        KIND("%s in the records, %s in the object"),
        /** Whether there is a key, a value or a definition of the inner maps. */
        PRESENCE("%s in the records, %s in the object"),
        /** A field that only the declared struct has. */
        MISSING_FIELD("%s in the records, missing in the object"),
        /** A field that only the actual struct has. */
        EXTRA_FIELD("missing in the records, %2$s in the object; add a component for it if the record is @External"),
        /** The field of the same place and size has another name. */
        FIELD_NAME(
                "%s in the records, %s in the object at the same place and of the same size; use one name if it is the same"
                        + " thing"),
        /** A type that can't be compared by its parts: a struct and a number, {@code bool} and {@code __u8}. */
        TYPE("%s in the records, %s in the object"),
        /** Whether programs have the offsets that the records have. */
        RELOCATED("%s in the records, %s in the object"),
        /** How many bytes. */
        SIZE("size %s in the records, %s in the object"),
        /** How many elements. */
        LENGTH("length %s in the records, %s in the object"),
        /** How many bits a bit-field has. */
        BITS("width in bits %s in the records, %s in the object"),
        /** The place in the struct, in bytes and, of bit-fields, bits. */
        OFFSET("offset %s in the records, %s in the object"),
        /** Big-endian, or the machine's own. */
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
        /** What is in a slot from the start. */
        SLOT("%s in the records, %s in the object"),
        /** The tag of a struct, union or enum, or the name of the definition of inner maps. */
        TAG("called %s in the records, %s in the object"),
        /** Another type of the same bytes. Only where versions are compared. */
        SPELLING("%s in the records, %s in the object"),
        /** The alignment of a type that has the same places. Only where versions are compared. */
        ALIGNMENT("alignment %s in the records, %s in the object");

        private final String format;

        Aspect(String format) {
            this.format = format;
        }
    }

    /** The whole in one line: {@code map a, value struct b, field c: offset 8 in the records, 12 in the object}. */
    public String message() {
        return where.text() + ": " + String.format(Locale.ROOT, aspect.format, declared, actual);
    }

    /** The same as what is not so of the actual schema in the declared one. Its place keeps the declared schema's names. */
    Difference reversed() {
        Aspect other = switch (aspect) {
            case MISSING_FIELD -> Aspect.EXTRA_FIELD;
            case EXTRA_FIELD -> Aspect.MISSING_FIELD;
            default -> aspect;
        };
        return new Difference(where, other, actual, declared);
    }
}
