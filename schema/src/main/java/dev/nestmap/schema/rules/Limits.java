/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the kernel takes for a map, by map type: sizes and flags. Another type is another row.
 *
 * <p>Measured on Linux 6.18 by creating maps at and just above each limit ({@code KernelLimitsTest} does it again). Where
 * the kernel computes them, for 64 bits and pages of 4 KiB:
 *
 * <ul>
 *   <li>{@code htab_map_alloc_check} (kernel/bpf/hashtab.c): {@code key_size + value_size >= KMALLOC_MAX_SIZE -
 *       sizeof(struct htab_elem)}, which is 4 MiB - 48, is E2BIG. The value of a map of maps has 4 bytes.
 *   <li>{@code htab_map_alloc}: {@code max_entries}, rounded up to a power of two, of more than {@code U32_MAX /
 *       sizeof(struct bucket)}, which is 2^28 - 1, is E2BIG. So 2^27 is the most.
 *   <li>The same of {@code sock_hash_alloc} (net/core/sock_map.c), as EINVAL; {@code stack_map_alloc} (kernel/bpf/stackmap.c, E2BIG)
 *       and {@code dev_map_init_map} (kernel/bpf/devmap.c, EINVAL) take up to 2^31, which can still be rounded up.
 *   <li>{@code array_map_alloc_check} (kernel/bpf/arraymap.c): {@code value_size > INT_MAX} is E2BIG. Of {@code
 *       max_entries} an array takes what its type holds, as far as there is memory (else ENOMEM).
 *   <li>{@code bpf_local_storage_map_alloc_check} (kernel/bpf/bpf_local_storage.c): a value of more than {@code U16_MAX -
 *       sizeof(struct bpf_local_storage_elem)}, which has 128 bytes, is E2BIG; {@code max_entries} other than 0 is EINVAL.
 * </ul>
 *
 * <p>Which flags a type takes is in the {@code ..._CREATE_FLAG_MASK} of its source file and in its {@code map_alloc_check};
 * {@code KernelFlagsTest} of the runtime tries each flag on each type.
 *
 * @param minEntries the least {@code max_entries}
 * @param maxEntries the greatest {@code max_entries}
 * @param maxEntrySize the greatest sum of key and value, in bytes
 * @param maxValueSize the greatest value, in bytes
 * @param flags every flag that it takes, see {@link MapFlags}
 * @param maxExtra the greatest {@code map_extra}, as an unsigned number
 */
public record Limits(
        long minEntries, long maxEntries, long maxEntrySize, long maxValueSize, long flags, long maxExtra) {
    private static final long NONE = Long.MAX_VALUE;
    private static final long U32_MAX = 0xffff_ffffL;

    private static final List<MapKind> FD_ARRAYS = List.of(
            MapKind.ARRAY_OF_MAPS,
            MapKind.PROG_ARRAY,
            MapKind.CGROUP_ARRAY,
            MapKind.DEVMAP,
            MapKind.SOCKMAP,
            MapKind.XSKMAP);

    /** With pages of 4 KiB. */
    private static final long KMALLOC_MAX_SIZE = 4L << 20;

    private static final long NODE = MapFlags.NUMA_NODE;
    private static final long DESCRIPTOR = MapFlags.OF_DESCRIPTOR;
    private static final long PROGRAMS = MapFlags.RDONLY_PROG | MapFlags.WRONLY_PROG;
    private static final long COMMON = NODE | DESCRIPTOR | PROGRAMS;

    private static final Limits HASH =
            new Limits(1, 1L << 27, (4L << 20) - 48 - 1, NONE, COMMON | MapFlags.ZERO_SEED, 0);
    private static final Limits PERCPU_HASH = new Limits(1, 1L << 27, HASH.maxEntrySize, 32768, HASH.flags & ~NODE, 0);
    private static final Limits ARRAY = new Limits(1, U32_MAX, NONE, Integer.MAX_VALUE, COMMON, 0);
    private static final Limits QUEUE = new Limits(1, U32_MAX, NONE, KMALLOC_MAX_SIZE, COMMON, 0);
    private static final Limits STORAGE = new Limits(0, 0, NONE, 65_407, MapFlags.NO_PREALLOC | MapFlags.CLONE, 0);

    /** Of a type whose limits are not known here: what the kernel's own types for the sizes hold. */
    private static final Limits UNKNOWN = new Limits(0, U32_MAX, NONE, U32_MAX, U32_MAX, NONE);

    private static final Map<MapKind, Limits> ROWS = rows();

    private static Map<MapKind, Limits> rows() {
        Map<MapKind, Limits> rows = new EnumMap<>(MapKind.class);
        rows.put(MapKind.HASH, HASH.with(MapFlags.NO_PREALLOC));
        rows.put(MapKind.LRU_HASH, HASH.with(MapFlags.NO_COMMON_LRU));
        rows.put(MapKind.PERCPU_HASH, PERCPU_HASH.with(MapFlags.NO_PREALLOC));
        rows.put(MapKind.LRU_PERCPU_HASH, PERCPU_HASH.with(MapFlags.NO_COMMON_LRU));
        rows.put(MapKind.HASH_OF_MAPS, HASH.with(MapFlags.NO_PREALLOC));
        rows.put(MapKind.ARRAY, ARRAY.with(MapFlags.MMAPABLE | MapFlags.INNER_MAP));
        rows.put(MapKind.PERCPU_ARRAY, new Limits(1, U32_MAX, NONE, 32768, DESCRIPTOR | PROGRAMS, 0));
        rows.put(MapKind.REUSEPORT_SOCKARRAY, ARRAY);
        rows.put(MapKind.LPM_TRIE, flags(COMMON | MapFlags.NO_PREALLOC));
        rows.put(MapKind.QUEUE, QUEUE);
        rows.put(MapKind.STACK, QUEUE);
        rows.put(MapKind.BLOOM_FILTER, new Limits(1, U32_MAX, NONE, KMALLOC_MAX_SIZE, COMMON | MapFlags.ZERO_SEED, 15));
        rows.put(MapKind.RINGBUF, flags(NODE));
        rows.put(MapKind.USER_RINGBUF, flags(NODE));
        rows.put(
                MapKind.STACK_TRACE,
                flags(NODE | DESCRIPTOR | MapFlags.STACK_BUILD_ID).upTo(1L << 31));
        for (MapKind kind : FD_ARRAYS) {
            rows.put(kind, flags(NODE | DESCRIPTOR));
        }
        rows.put(MapKind.DEVMAP_HASH, flags(NODE | DESCRIPTOR).upTo(1L << 31));
        rows.put(MapKind.SOCKHASH, flags(NODE | DESCRIPTOR).upTo(HASH.maxEntries));
        rows.put(MapKind.PERF_EVENT_ARRAY, flags(NODE | DESCRIPTOR | MapFlags.PRESERVE_ELEMS));
        rows.put(MapKind.CPUMAP, flags(NODE));
        for (MapKind kind : MapKind.storages()) {
            rows.put(kind, STORAGE);
        }
        rows.put(MapKind.ARENA, new Limits(1, ArenaRules.MOST_PAGES, NONE, 0, MapFlags.MMAPABLE, NONE));
        return rows;
    }

    private static Limits flags(long flags) {
        return new Limits(1, U32_MAX, NONE, U32_MAX, flags, 0);
    }

    private Limits upTo(long most) {
        return new Limits(minEntries, most, maxEntrySize, maxValueSize, flags, maxExtra);
    }

    private Limits with(long more) {
        return new Limits(minEntries, maxEntries, maxEntrySize, maxValueSize, flags | more, maxExtra);
    }

    /** Those of a type; of one that is not known here what the kernel's own types for the sizes hold. */
    public static Limits of(MapKind kind) {
        return ROWS.getOrDefault(kind, UNKNOWN);
    }
}
