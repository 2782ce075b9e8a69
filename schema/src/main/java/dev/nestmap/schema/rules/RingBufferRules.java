/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.rules.ViolationLocation.Part;
import java.util.Optional;

/**
 * Checks the size of ring buffers and of their records ({@code ringbuf_map_alloc} and {@code __bpf_ringbuf_reserve} in
 * kernel/bpf/ringbuf.c).
 */
final class RingBufferRules {
    /** {@code BPF_RINGBUF_HDR_SZ}: size of the header before each record. Each record begins at a multiple of it. */
    private static final long HEAD = 8;

    private static final long MAX_SIZE = 1L << 31;

    private RingBufferRules() {}

    /** The kernel requires whole pages, in a power of two. */
    static Optional<RuleViolation> size(MapDef map) {
        return !hasSize(map) || isValid(map.maxEntries())
                ? Optional.empty()
                : KernelRules.finding(
                        Rule.RING_BUFFER_SIZE_INVALID,
                        map,
                        Part.MAX_ENTRIES,
                        map.maxEntries(),
                        nearest(map.maxEntries()));
    }

    /** Checks that each record fits into the ring buffer, which the kernel does not check. */
    static Optional<RuleViolation> record(MapDef map) {
        if (!hasSize(map) || !isValid(map.maxEntries())) {
            return Optional.empty();
        }
        long record = map.value() == null ? 0 : (map.value().size() + HEAD + HEAD - 1) / HEAD * HEAD;
        // Programs never fill the last byte, so that a full ring differs from an empty one.
        long room = map.kind() == MapKind.RINGBUF ? map.maxEntries() - HEAD : map.maxEntries();
        return record > room
                ? KernelRules.finding(Rule.RECORD_LARGER_THAN_RING_BUFFER, map, Part.VALUE, record, room)
                : Optional.empty();
    }

    private static boolean hasSize(MapDef map) {
        return map.kind().isRing() && map.maxEntries() != 0;
    }

    private static boolean isValid(long size) {
        return size >= MapKind.PAGE_SIZE && Long.bitCount(size) == 1;
    }

    private static long nearest(long size) {
        long rounded = size >= MAX_SIZE ? MAX_SIZE : Long.highestOneBit(Math.max(size - 1, 1)) << 1;
        return Math.max(MapKind.PAGE_SIZE, rounded);
    }
}
