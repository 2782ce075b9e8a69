/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import org.jspecify.annotations.Nullable;

/**
 * One map definition.
 *
 * @param name C name: of the variable, or the struct tag of an inner map's definition
 * @param role the part it plays
 * @param kind the kernel's map type
 * @param maxEntries {@code max_entries}; 0 where it is left to load time
 * @param flags {@code map_flags}
 * @param key type of the keys, null where there are none
 * @param value type of the values, null for an outer map, whose values are maps, and where there are none
 * @param inner for an outer map the name of the inner map's definition, else null
 */
public record MapDef(
        String name,
        MapRole role,
        MapKind kind,
        long maxEntries,
        long flags,
        @Nullable CType key,
        @Nullable CType value,
        @Nullable String inner) {}
