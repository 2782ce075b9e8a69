/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Alignment;
import org.jspecify.annotations.Nullable;

/**
 * The memory layout of a query, which looks up one entry. For an entry of an inner map, it begins with the key of the outer map. Then
 * follow 8 bytes for the answer, the key of the entry, and its value. Each part begins at a multiple of 8. {@code queries.h} declares the
 * same layout.
 *
 * @param map the shape of the queried map: an outer map, or the map with the entries
 * @param inner the shape of the inner maps; null if the map is not an outer map
 * @param answerAt offset of the answer, and of the inner map's id during the lookup
 * @param keyAt offset of the entry's key
 * @param valueAt offset of the entry's value
 * @param valueBytes size of the value in bytes; for a per-CPU map, of the values of all CPUs together
 * @param size size of a query
 */
public record QueryLayout(
        MapShape map, @Nullable MapShape inner, int answerAt, int keyAt, int valueAt, int valueBytes, int size) {
    /** The answer if there is an entry. */
    public static final int FOUND = 1;

    /** The answer if the outer map has no inner map at the key. */
    public static final int NO_INNER_MAP = 2;

    /** The answer if the map has no entry with the key. */
    public static final int NO_ENTRY = 3;

    /** The most queries that one system call answers: 0.2 ms in inner maps. Larger numbers save nothing. */
    public static final int MOST_QUERIES = 512;

    /** Size of the header in front of the queries, in memory that Java shares with programs. */
    public static final int HEADER_SIZE = 16;

    /** The most memory for queries with their header, unless one of them needs more. */
    public static final int MOST_BYTES = 1 << 17;

    /** The layout for the entries of a map. */
    public static QueryLayout of(RawMap map) {
        return of(map.shape(), null, map.valueBytes());
    }

    /** The layout for the entries of the inner maps of an outer map, whose values have so many bytes. */
    public static QueryLayout of(MapShape outer, @Nullable MapShape inner, int valueBytes) {
        int answerAt = inner == null ? 0 : Alignment.align(outer.keySize());
        int keyAt = answerAt + Long.BYTES;
        int valueAt = Alignment.align(keyAt + (inner == null ? outer : inner).keySize());
        int size = Alignment.align(Math.addExact(valueAt, valueBytes));
        return new QueryLayout(outer, inner, answerAt, keyAt, valueAt, valueBytes, size);
    }

    /** The shape of the map with the entries. */
    public MapShape entries() {
        return inner == null ? map : inner;
    }

    /** Size of the entry's key in bytes. */
    public int keySize() {
        return entries().keySize();
    }

    /** The most queries of one {@link RawMap#lookupAll}, at least 1. */
    public int capacity() {
        return Math.max(1, Math.min(MOST_QUERIES, (MOST_BYTES - HEADER_SIZE) / size));
    }

    /** Size of a query for all entries of an inner map: the key of the outer map and the answer. */
    public int copyQuerySize() {
        return keyAt;
    }

    /** The distance from an entry's key to its value, in a query and in a copied entry, which begins with the key. */
    public int keyToValue() {
        return valueAt - keyAt;
    }

    /** Size of a copied entry. */
    public int entrySize() {
        return size - keyAt;
    }
}
