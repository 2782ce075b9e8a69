/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.EnumType;
import java.util.List;

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

    /** The field of a map whose {@link Was} has the earlier names of its pin, in the same directory. */
    String PIN = "pin";

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

    /** What a version says for other versions. It changes neither the bytes nor what they mean. */
    sealed interface Word extends FieldMeaning permits Was, Removed, Omittable, Pin, FormerObject {}

    /**
     * A component, or a constant of an enum, that had another name, or no unit, in an earlier version.
     *
     * @param owner also an enum, whose constant is the field
     * @param names its earlier names; may be empty
     * @param perSecond the number of its units per second in an earlier version that had a number in its place; 0 if unknown
     */
    record Was(String owner, String field, List<String> names, long perSecond) implements Word {
        /** Copies the list. */
        public Was {
            names = List.copyOf(names);
        }

        @Override
        public Was of(String otherOwner) {
            return new Was(otherOwner, field, names, perSecond);
        }
    }

    /** A component of an earlier version that this one gives up. If the owner is a map, it was in its key or value. */
    record Removed(String owner, String field) implements Word {
        @Override
        public Removed of(String otherOwner) {
            return new Removed(otherOwner, field);
        }
    }

    /** A component that an earlier version, which lacks it, may leave out. */
    record Omittable(String owner, String field) implements Word {
        @Override
        public Omittable of(String otherOwner) {
            return new Omittable(otherOwner, field);
        }
    }

    /**
     * An earlier name of the object that declares a pinned map.
     *
     * @param owner the map
     * @param field the name
     */
    record FormerObject(String owner, String field) implements Word {
        @Override
        public FormerObject of(String otherOwner) {
            return new FormerObject(otherOwner, field);
        }
    }

    /**
     * The path of a map's pin, below the directory that is set at load.
     *
     * @param owner the map
     * @param field the path
     */
    record Pin(String owner, String field) implements Word {
        @Override
        public Pin of(String otherOwner) {
            return new Pin(otherOwner, field);
        }
    }
}
