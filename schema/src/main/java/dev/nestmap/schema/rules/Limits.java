/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapKind;
import java.util.Map;

/**
 * The sizes from which on the kernel refuses a map, by map type. Another type is another row.
 *
 * <p>Measured on Linux 6.18 by creating maps at and just above each limit ({@code KernelLimitsTest} does it again). Where
 * the kernel computes them, for 64 bits and pages of 4 KiB:
 *
 * <ul>
 *   <li>{@code htab_map_alloc_check} (kernel/bpf/hashtab.c): {@code key_size + value_size >= KMALLOC_MAX_SIZE -
 *       sizeof(struct htab_elem)}, which is 4 MiB - 48, is E2BIG. The value of a map of maps has 4 bytes.
 *   <li>{@code htab_map_alloc}: {@code max_entries}, rounded up to a power of two, of more than {@code U32_MAX /
 *       sizeof(struct bucket)}, which is 2^28 - 1, is E2BIG. So 2^27 is the most.
 *   <li>{@code array_map_alloc_check} (kernel/bpf/arraymap.c): {@code value_size > INT_MAX} is E2BIG. Of {@code
 *       max_entries} an array takes what its type holds, as far as there is memory (else ENOMEM).
 * </ul>
 *
 * @param minEntries the least {@code max_entries}
 * @param maxEntries the greatest {@code max_entries}
 * @param maxEntrySize the greatest sum of key and value, in bytes
 * @param maxValueSize the greatest value, in bytes
 */
record Limits(long minEntries, long maxEntries, long maxEntrySize, long maxValueSize) {
    private static final long NONE = Long.MAX_VALUE;
    private static final long U32_MAX = 0xffff_ffffL;

    /** Of a type whose limits are not known here: what the kernel's own types for the sizes hold. */
    private static final Limits UNKNOWN = new Limits(0, U32_MAX, NONE, U32_MAX);

    private static final Limits HASH = new Limits(1, 1L << 27, (4L << 20) - 48 - 1, NONE);
    private static final Limits ARRAY = new Limits(1, U32_MAX, NONE, Integer.MAX_VALUE);

    private static final Map<MapKind, Limits> ROWS = Map.of(
            MapKind.HASH, HASH,
            MapKind.LRU_HASH, HASH,
            MapKind.HASH_OF_MAPS, HASH,
            MapKind.ARRAY, ARRAY,
            MapKind.ARRAY_OF_MAPS, ARRAY);

    static Limits of(MapKind kind) {
        return ROWS.getOrDefault(kind, UNKNOWN);
    }
}
