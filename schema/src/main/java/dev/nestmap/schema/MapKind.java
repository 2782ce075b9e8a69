/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.annotations.InnerType;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The kernel's map types ({@code enum bpf_map_type} in {@code linux/bpf.h}), and what Nestmap knows of each. */
public enum MapKind {
    HASH(1, KeyRule.ANY),
    ARRAY(2, KeyRule.INDEX),
    PROG_ARRAY(3, KeyRule.INDEX),
    PERF_EVENT_ARRAY(4, KeyRule.INDEX),
    PERCPU_HASH(5, KeyRule.ANY),
    PERCPU_ARRAY(6, KeyRule.INDEX),
    STACK_TRACE(7, KeyRule.INDEX),
    CGROUP_ARRAY(8, KeyRule.INDEX),
    LRU_HASH(9, KeyRule.ANY),
    LRU_PERCPU_HASH(10, KeyRule.ANY),
    LPM_TRIE(11, KeyRule.PREFIX),
    ARRAY_OF_MAPS(12, KeyRule.INDEX),
    HASH_OF_MAPS(13, KeyRule.ANY),
    DEVMAP(14, KeyRule.INDEX),
    SOCKMAP(15, KeyRule.INDEX),
    CPUMAP(16, KeyRule.INDEX),
    XSKMAP(17, KeyRule.INDEX),
    SOCKHASH(18, KeyRule.ANY),
    CGROUP_STORAGE(19, KeyRule.ANY),
    REUSEPORT_SOCKARRAY(20, KeyRule.INDEX),
    PERCPU_CGROUP_STORAGE(21, KeyRule.ANY),
    QUEUE(22, KeyRule.NONE),
    STACK(23, KeyRule.NONE),
    SK_STORAGE(24, KeyRule.OWNER),
    DEVMAP_HASH(25, KeyRule.INDEX),
    STRUCT_OPS(26, KeyRule.INDEX),
    RINGBUF(27, KeyRule.NONE),
    INODE_STORAGE(28, KeyRule.OWNER),
    TASK_STORAGE(29, KeyRule.OWNER),
    BLOOM_FILTER(30, KeyRule.NONE),
    USER_RINGBUF(31, KeyRule.NONE),
    CGRP_STORAGE(32, KeyRule.OWNER),
    ARENA(33, KeyRule.NONE);

    /** What a map's entries are found by. */
    public enum KeyRule {
        /** A key of any type. */
        ANY,
        /** A number of 4 bytes: an index from 0, or of a DEVMAP_HASH any. */
        INDEX,
        /** A prefix: 4 bytes with the number of bits that count, and the bits. */
        PREFIX,
        /**
         * What an entry belongs to and ends with: a socket, file, task or control group. Programs have a pointer to it, user space a
         * file descriptor, which is a key of 4 bytes.
         */
        OWNER,
        /** Nothing: there is no key. */
        NONE
    }

    private final int number;
    private final KeyRule keyRule;

    MapKind(int number, KeyRule keyRule) {
        this.number = number;
        this.keyRule = keyRule;
    }

    /** The map type that an annotation names. */
    public static MapKind of(OuterType type) {
        return valueOf(type.name());
    }

    /** The map type that an annotation names. */
    public static MapKind of(InnerType type) {
        return valueOf(type.name());
    }

    /** The map type that an annotation names. */
    public static MapKind of(MapType type) {
        return valueOf(type.name());
    }

    /** The map type of this number, if this version of Nestmap knows it. */
    public static Optional<MapKind> ofNumber(long number) {
        return Arrays.stream(values()).filter(kind -> kind.number == number).findFirst();
    }

    /** The kernel's number for it. */
    public int number() {
        return number;
    }

    /** The kernel's name for it: {@code BPF_MAP_TYPE_HASH}. */
    public String cName() {
        return "BPF_MAP_TYPE_" + name();
    }

    /** What entries are found by. */
    public KeyRule keyRule() {
        return keyRule;
    }

    /** The flags that the kernel creates no such map without (EINVAL), see {@link MapFlags}. */
    public long requiredFlags() {
        return switch (this) {
            case LPM_TRIE, SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> MapFlags.NO_PREALLOC;
            case ARENA -> MapFlags.MMAPABLE;
            default -> 0;
        };
    }

    /**
     * The flags that such maps have whether or not they were asked for: a look-up in a map of devices gives programs a pointer into the
     * kernel's own entry ({@code dev_map_init_map} in kernel/bpf/devmap.c).
     */
    public long impliedFlags() {
        return this == DEVMAP || this == DEVMAP_HASH ? MapFlags.RDONLY_PROG : 0;
    }

    /** Whether each CPU has a value of its own. */
    public boolean isPerCpu() {
        return switch (this) {
            case PERCPU_HASH, LRU_PERCPU_HASH, PERCPU_ARRAY, PERCPU_CGROUP_STORAGE -> true;
            default -> false;
        };
    }

    /** Whether it is a hash of values: the types whose entries can be taken out by key, and all at once. */
    public boolean isHash() {
        return switch (this) {
            case HASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH -> true;
            default -> false;
        };
    }

    /**
     * Whether inner maps must have the {@code max_entries} of their definition. Of ARRAYs ({@code array_map_meta_equal}) and
     * XSKMAPs ({@code xskmap_map_meta_equal}) the kernel demands it. Of a PERCPU_ARRAY it doesn't before Linux 7.1, but
     * programs check an index against the definition's length, so they would read past the end of a shorter map.
     *
     * @param flags the definition's {@code map_flags}
     */
    public boolean fixesLength(long flags) {
        return switch (this) {
            case ARRAY -> (flags & MapFlags.INNER_MAP) == 0;
            case PERCPU_ARRAY, XSKMAP -> true;
            default -> false;
        };
    }

    /** Whether its entries are parts of sockets, files, tasks or control groups: {@code max_entries} is 0. */
    public boolean isStorage() {
        return keyRule == KeyRule.OWNER;
    }

    /** Whether there are entries in it. An ARENA is memory. */
    public boolean hasEntries() {
        return this != ARENA;
    }

    /** The types whose entries are parts of something else. */
    public static Set<MapKind> storages() {
        return Arrays.stream(values())
                .filter(MapKind::isStorage)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(MapKind.class)));
    }

    /** Whether it is a stream of records, which the kernel does not know as values: {@code value_size} is 0. */
    public boolean isRing() {
        return this == RINGBUF || this == USER_RINGBUF;
    }

    /**
     * Whether a map is a stream of perf events, which the kernel does not know as values. With a key, its records are slots that are
     * filled by hand.
     */
    public boolean isPerfStream(boolean hasKey) {
        return this == PERF_EVENT_ARRAY && !hasKey;
    }

    /**
     * Whether all that is in such a map can be read, and put into another one: entries that are bytes and nothing else. Not so
     * where an entry is read by taking it out, where it is a file or a device, and where the kernel keeps more than it shows.
     */
    public boolean isCopyable() {
        return switch (this) {
            case HASH, LRU_HASH, ARRAY, PERCPU_HASH, LRU_PERCPU_HASH, PERCPU_ARRAY, LPM_TRIE -> true;
            default -> false;
        };
    }

    /** Whether entries of a map of this type can be migrated to a map of another type: to the same type, or to or from LRU. */
    public boolean isMigratableTo(MapKind other) {
        return isCopyable() && withoutLru() == other.withoutLru();
    }

    private MapKind withoutLru() {
        return switch (this) {
            case LRU_HASH -> HASH;
            case LRU_PERCPU_HASH -> PERCPU_HASH;
            default -> this;
        };
    }

    /** Whether it gives up entries for others when it is full. */
    public boolean isLru() {
        return this == LRU_HASH || this == LRU_PERCPU_HASH;
    }

    /** How many bytes a value has that is a file descriptor when it is written: 0 where values are something else. */
    public int descriptorSize() {
        return switch (this) {
            case CGROUP_ARRAY, PERF_EVENT_ARRAY, PROG_ARRAY, XSKMAP -> Integer.BYTES;
            // Of 8 bytes, so that a socket's cookie can be read.
            case SOCKMAP, SOCKHASH, REUSEPORT_SOCKARRAY -> Long.BYTES;
            default -> 0;
        };
    }

    /** Whether the values are programs. */
    public boolean holdsPrograms() {
        return this == PROG_ARRAY;
    }

    /** Whether the values are maps. */
    public boolean isMapOfMaps() {
        return this == ARRAY_OF_MAPS || this == HASH_OF_MAPS;
    }
}
