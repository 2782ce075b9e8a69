/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Alignment;

/**
 * How a request for an entry of an inner map lies in memory: the key of the outer map, 8 bytes for the answer, the key of the inner map,
 * and the value. Each part begins at a multiple of 8. {@code requests.h} declares the same.
 *
 * @param outerKeySize size of the outer map's key in bytes
 * @param answerAt offset of the answer, one of the constants in {@link NestReader}, and of the inner map's id while it is looked up
 * @param innerKeyAt offset of the key of the inner map
 * @param innerKeySize size of the key of the inner map in bytes
 * @param valueAt offset of the value
 * @param valueBytes size of the value in bytes; for a per-CPU map of the values of all CPUs together
 * @param requestSize size of a request
 */
public record NestLayout(
        int outerKeySize,
        int answerAt,
        int innerKeyAt,
        int innerKeySize,
        int valueAt,
        int valueBytes,
        int requestSize) {
    /** The layout for an outer map and its inner maps, whose values have so many bytes. */
    public static NestLayout of(MapShape outer, MapShape inner, int valueBytes) {
        int answerAt = Alignment.align(outer.keySize());
        int innerKeyAt = answerAt + Long.BYTES;
        int valueAt = Alignment.align(innerKeyAt + inner.keySize());
        int requestSize = Alignment.align(Math.addExact(valueAt, valueBytes));
        return new NestLayout(outer.keySize(), answerAt, innerKeyAt, inner.keySize(), valueAt, valueBytes, requestSize);
    }

    /** Size of a request for all entries of an inner map: the key of the outer map and the answer. */
    public int copyRequestSize() {
        return innerKeyAt;
    }

    /** Offset of the value in a copied entry, which begins with the key. */
    public int entryValueAt() {
        return valueAt - innerKeyAt;
    }

    /** Size of a copied entry. */
    public int entrySize() {
        return requestSize - innerKeyAt;
    }
}
