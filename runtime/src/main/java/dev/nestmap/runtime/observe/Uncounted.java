/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

/**
 * Additions of programs that are in no inner map of an outer map. With what drains pass, each addition through a generated helper is counted
 * once.
 *
 * @param map name of the outer map in C
 * @param refused additions that inner maps have refused: a map was full, there was no memory for an entry, or the index was too large for an
 *     array. {@code Displaced.refused()} says which displaced maps may lack them
 * @param unknownKey additions with a key that had no inner map. This is no error: programs may see keys for which you want no map
 */
public record Uncounted(String map, long refused, long unknownKey) {}
