/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.EnumType;

/**
 * The meaning of a field that its C type does not express and a record declares: a number is a time or a constant of an enum, a value that is no struct
 * has a name, or the record states the sign of a number. Meanings do not affect the bytes. But two versions of a map whose fields have other meanings
 * read the same bytes in another way.
 */
public sealed interface FieldMeaning {
    /** The beginning of an owner that is a map. */
    String MAP = "map ";

    /** The beginning of an owner that is a global variable. */
    String VARIABLE = "variable ";

    /** The struct, union ({@link Schema#owner}), map or global variable that has the field: {@code struct peer}, {@code map ages}. */
    String owner();

    /** The name of the field; {@code key} or {@code value} for a map, {@code value} for a variable. */
    String field();

    /** The same meaning of a field of another owner. */
    FieldMeaning of(String otherOwner);

    /**
     * A number, or an array of numbers, that records read as {@code Duration} or {@code Instant}.
     *
     * @param isInstant whether it counts from 1970-01-01T00:00:00Z
     * @param perSecond the number of units per second
     */
    record Time(String owner, String field, boolean isInstant, long perSecond) implements FieldMeaning {
        @Override
        public Time of(String otherOwner) {
            return new Time(otherOwner, field, isInstant, perSecond);
        }
    }

    /**
     * A number, or an array of numbers, whose sign a record of an existing object states with an annotation. C may declare the other sign.
     */
    record Sign(String owner, String field) implements FieldMeaning {
        @Override
        public Sign of(String otherOwner) {
            return new Sign(otherOwner, field);
        }
    }

    /** The name of a key or value with one component, which is no struct in C. */
    record Component(String owner, String field, String name) implements FieldMeaning {
        @Override
        public Component of(String otherOwner) {
            return new Component(otherOwner, field, name);
        }
    }

    /**
     * A number, or an array of numbers, that records read as constants of an enum, although its C type is not this enum: the index of an array, for
     * example.
     *
     * @param areBits whether each bit stands for a constant
     */
    record Constants(String owner, String field, EnumType type, boolean areBits) implements FieldMeaning {
        @Override
        public Constants of(String otherOwner) {
            return new Constants(otherOwner, field, type, areBits);
        }
    }
}
