/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/** The role of a map definition in an object. */
public enum MapRole {
    /** The definition of inner maps, which outer maps refer to. It is not a map itself: the inner maps are created later. */
    INNER,
    /** An instance of an {@link #INNER} definition: an inner map with a name of its own, which exists from the start. */
    INSTANCE,
    /** A map of maps. */
    OUTER,
    /** A map that is neither an outer nor an inner map. */
    PLAIN,
    /** The map in which programs count what no inner map of an outer map counts, see {@link UncountedMap}. In BTF it is a plain map. */
    UNCOUNTED,
    /** The map in which programs count the lost events of a stream, see {@link LostEventMap}. In BTF it is a plain map. */
    LOST_EVENTS
}
