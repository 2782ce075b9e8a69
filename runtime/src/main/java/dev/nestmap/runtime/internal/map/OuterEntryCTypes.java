/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.schema.type.CType;
import org.jspecify.annotations.Nullable;

/**
 * The types that a program declares for a map of maps.
 *
 * @param name the map's full name in C
 * @param key the type of its keys
 * @param inner the types of the entries of its inner maps; null if the program does not declare them
 */
public record OuterEntryCTypes(
        String name, CType key, @Nullable EntryCTypes inner) {}
