/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.support;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map type with the smallest attributes that the kernel accepts. To add a type, add a row to {@link #ALL}.
 *
 * @param kind the type
 * @param flags flags beyond those that the type requires
 * @param maxEntries {@code max_entries}
 * @param keySize bytes of a key
 * @param valueSize bytes of a value
 * @param value the first bytes of the value to write
 */
record ProbedMap(MapKind kind, long flags, long maxEntries, int keySize, int valueSize, int value) {
    /** A number that is not a file descriptor of this process. */
    private static final int NO_DESCRIPTOR = 1_000_000;

    /** Index of the loopback interface, or a queue of length one. */
    private static final int ONE = 1;

    static final List<ProbedMap> ALL = List.of(
            plain(MapKind.HASH, 8),
            plain(MapKind.RHASH, 8),
            plain(MapKind.LRU_HASH, 8),
            plain(MapKind.PERCPU_HASH, 8),
            plain(MapKind.LRU_PERCPU_HASH, 8),
            plain(MapKind.ARRAY, 4),
            flagged(MapKind.ARRAY, MapFlags.MMAPABLE),
            flagged(MapKind.ARRAY, MapFlags.INNER_MAP),
            plain(MapKind.PERCPU_ARRAY, 4),
            plain(MapKind.LPM_TRIE, 8),
            plain(MapKind.QUEUE, 0),
            plain(MapKind.STACK, 0),
            plain(MapKind.BLOOM_FILTER, 0),
            new ProbedMap(MapKind.RINGBUF, 0, 4096, 0, 0, 0),
            new ProbedMap(MapKind.USER_RINGBUF, 0, 4096, 0, 0, 0),
            new ProbedMap(MapKind.PERF_EVENT_ARRAY, 0, 4, 4, 4, NO_DESCRIPTOR),
            new ProbedMap(MapKind.STACK_TRACE, 0, 4, 4, 16, 0),
            new ProbedMap(MapKind.CGROUP_ARRAY, 0, 4, 4, 4, NO_DESCRIPTOR),
            new ProbedMap(MapKind.DEVMAP, 0, 4, 4, 4, ONE),
            new ProbedMap(MapKind.DEVMAP_HASH, 0, 4, 4, 4, ONE),
            new ProbedMap(MapKind.CPUMAP, 0, 4, 4, 4, ONE),
            new ProbedMap(MapKind.XSKMAP, 0, 4, 4, 4, NO_DESCRIPTOR),
            new ProbedMap(MapKind.SOCKMAP, 0, 4, 4, 8, NO_DESCRIPTOR),
            new ProbedMap(MapKind.SOCKHASH, 0, 4, 8, 8, NO_DESCRIPTOR),
            new ProbedMap(MapKind.REUSEPORT_SOCKARRAY, 0, 4, 4, 8, NO_DESCRIPTOR),
            new ProbedMap(MapKind.PROG_ARRAY, 0, 4, 4, 4, NO_DESCRIPTOR),
            storage(MapKind.SK_STORAGE),
            storage(MapKind.INODE_STORAGE),
            storage(MapKind.TASK_STORAGE),
            storage(MapKind.CGRP_STORAGE),
            new ProbedMap(MapKind.ARENA, 0, 4, 0, 0, 0));

    private static ProbedMap plain(MapKind kind, int keySize) {
        return new ProbedMap(kind, 0, 4, keySize, Long.BYTES, 42);
    }

    private static ProbedMap storage(MapKind kind) {
        return new ProbedMap(kind, 0, 0, Integer.BYTES, Long.BYTES, 42);
    }

    private static ProbedMap flagged(MapKind kind, long flags) {
        return new ProbedMap(kind, flags, 4, Integer.BYTES, Long.BYTES, 42);
    }

    String title() {
        return kind + (flags == 0 ? "" : " with " + MapFlags.expression(flags));
    }

    boolean isMappable() {
        return (flags & MapFlags.MMAPABLE) != 0;
    }

    MapDef definition(long entries) {
        return new MapDef(
                "subject",
                MapRole.PLAIN,
                kind,
                entries,
                flags | kind.requiredFlags(),
                keySize == Integer.BYTES ? Scalar.S32 : type(keySize, "key"),
                type(valueSize, "value"),
                null);
    }

    /** Writes the key: the first index (also the first CPU), a prefix of no bits, or the file descriptor that owns the storage. */
    void writeKey(OffHeapBlock to, int at) {
        if (keySize > 0) {
            to.bytes().putInt(at, kind.isStorage() ? NO_DESCRIPTOR : 0);
        }
    }

    void writeValue(OffHeapBlock to, int at) {
        if (valueSize > 0) {
            to.bytes().putInt(at, value);
        }
    }

    private static @Nullable OpaqueType type(int size, String what) {
        return size == 0 ? null : new OpaqueType(size, size % Long.BYTES == 0 ? Long.BYTES : Integer.BYTES, what);
    }
}
