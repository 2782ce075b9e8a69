/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Alignment;

/**
 * How a request for an entry of one map lies in memory: 8 bytes for the answer, the key, and the value. Each part begins at a multiple of 8.
 * {@code requests.h} declares the same.
 *
 * @param keyAt offset of the key
 * @param keySize size of the key in bytes
 * @param valueAt offset of the value
 * @param valueBytes size of the value in bytes; for a per-CPU map of the values of all CPUs together
 * @param requestSize size of a request
 */
public record LookupLayout(int keyAt, int keySize, int valueAt, int valueBytes, int requestSize) {
    /** The answer if there is an entry. */
    public static final int FOUND = NestReader.FOUND;

    /** The answer if there is no entry. */
    public static final int NO_ENTRY = NestReader.NO_ENTRY;

    /** The largest number of requests of one {@link RawMap#lookupAll}: 0.05 ms. Larger numbers save nothing. */
    public static final int MOST_REQUESTS = 512;

    /** The most memory for requests, unless one of them needs more. */
    private static final int MOST_BYTES = 1 << 17;

    /** The layout for a map. */
    public static LookupLayout of(RawMap map) {
        int keyAt = Long.BYTES;
        int valueAt = keyAt + Alignment.align(map.shape().keySize());
        int requestSize = Alignment.align(Math.addExact(valueAt, map.valueBytes()));
        return new LookupLayout(keyAt, map.shape().keySize(), valueAt, map.valueBytes(), requestSize);
    }

    /** The largest number of requests of one {@link RawMap#lookupAll}, at least 1. */
    public int capacity() {
        return Math.max(1, Math.min(MOST_REQUESTS, MOST_BYTES / requestSize));
    }
}
