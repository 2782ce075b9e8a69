/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/** What part a map definition plays in an object. */
public enum MapRole {
    /** A definition that outer maps name as the kind of map they hold; there is no such map before one is made. */
    INNER,
    /** A map of such a definition that has a name: it is in slots of outer maps from the start. */
    INSTANCE,
    /** A map of maps. */
    OUTER,
    /** A map that stands by itself. */
    PLAIN,
    /** One of the maps in which programs note what they miss in an outer map, see {@link RequestMaps}. In BTF it is a plain one. */
    REQUESTS
}
