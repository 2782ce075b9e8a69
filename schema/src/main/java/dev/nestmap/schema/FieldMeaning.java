/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/**
 * The meaning of a field that its C type does not express and a record declares: a number is a time, or the record states the sign of
 * a number. Tools that show maps use it. Meanings do not affect the layout: two schemas that differ only in them describe the same bytes.
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

    /**
     * A number, or an array of numbers, that records read as {@code Duration} or {@code Instant}.
     *
     * @param isInstant whether it counts from 1970-01-01T00:00:00Z
     * @param perSecond the number of units per second
     */
    record Time(String owner, String field, boolean isInstant, long perSecond) implements FieldMeaning {}

    /**
     * A number, or an array of numbers, whose sign a record of an existing object states with an annotation. C may declare the other sign.
     */
    record Sign(String owner, String field) implements FieldMeaning {}
}
