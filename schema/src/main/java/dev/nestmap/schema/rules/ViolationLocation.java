/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

/**
 * The place of a rule violation in a schema. The processor maps it to the annotation or component in the source.
 *
 * @param map name of the map in C
 * @param part the part of its definition
 */
public record ViolationLocation(String map, Part part) {
    /** A part of a map's definition. */
    public enum Part {
        /** The definition as a whole. */
        MAP,
        /** The map type. */
        KIND,
        /** {@code max_entries}. */
        MAX_ENTRIES,
        /** {@code map_flags}. */
        FLAGS,
        /** {@code numa_node}. */
        NUMA_NODE,
        /** {@code map_extra}. */
        EXTRA,
        /** The key. */
        KEY,
        /** The value. */
        VALUE,
        /** The definition of the inner maps. */
        INNER,
        /** The declared slots. */
        SLOTS
    }
}
