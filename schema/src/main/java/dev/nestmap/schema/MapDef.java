/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.CType;
import org.jspecify.annotations.Nullable;

/**
 * One map definition.
 *
 * @param name C name: of the variable, or the struct tag of an inner map's definition
 * @param role the part it plays
 * @param kind the kernel's map type
 * @param maxEntries {@code max_entries}; 0 where it is left to load time, and of types that have none
 * @param flags {@code map_flags}, see {@link MapFlags}
 * @param extra {@code map_extra}: of a BLOOM_FILTER the number of hash functions, of an ARENA its address; 0 where the
 *     kernel chooses and of all other types
 * @param numaNode the node whose memory it is made of, where the flags have {@link MapFlags#NUMA_NODE}; else 0
 * @param key type of the keys, null where there are none, also of a PERF_EVENT_ARRAY that is a stream
 * @param value type of the values, of a stream that of its records, of which the kernel is not told ({@link #isStream}); null for an outer
 *     map, whose values are maps, and where there are none
 * @param inner for an outer map the name of the inner map's definition, for an instance that of its own; for the definition of an
 *     inner map that differs from another one in {@code max_entries} alone the name of that one; else null
 * @param slots what is in it from the start
 */
public record MapDef(
        String name,
        MapRole role,
        MapKind kind,
        long maxEntries,
        long flags,
        long extra,
        int numaNode,
        @Nullable CType key,
        @Nullable CType value,
        @Nullable String inner,
        SlotContents slots) {

    /** A definition of a map whose slots are empty at the start, as most are. */
    public MapDef(
            String name,
            MapRole role,
            MapKind kind,
            long maxEntries,
            long flags,
            long extra,
            int numaNode,
            @Nullable CType key,
            @Nullable CType value,
            @Nullable String inner) {
        this(name, role, kind, maxEntries, flags, extra, numaNode, key, value, inner, SlotContents.NONE);
    }

    /** A definition without {@code map_extra} and {@code numa_node}, as most are. */
    public MapDef(
            String name,
            MapRole role,
            MapKind kind,
            long maxEntries,
            long flags,
            @Nullable CType key,
            @Nullable CType value,
            @Nullable String inner) {
        this(name, role, kind, maxEntries, flags, 0, 0, key, value, inner);
    }

    /** The map of this name that an inner map's definition makes. */
    public MapDef instance(String instance) {
        return new MapDef(
                instance,
                MapRole.INSTANCE,
                kind,
                maxEntries,
                flags,
                extra,
                numaNode,
                key,
                value,
                name,
                SlotContents.NONE);
    }

    /** A definition of the same inner maps of another size. */
    public MapDef resized(String definition, long otherMaxEntries) {
        return new MapDef(
                definition, role, kind, otherMaxEntries, flags, extra, numaNode, key, value, name, SlotContents.NONE);
    }

    /** The same of this size. */
    public MapDef sized(long entries) {
        return new MapDef(name, role, kind, entries, flags, extra, numaNode, key, value, inner, slots);
    }

    /** Whether it is said at load time how many entries it holds. */
    public boolean isSizedAtLoad() {
        return maxEntries == 0 && !kind.isStorage();
    }

    /** The same with these slots. */
    public MapDef withSlots(SlotContents other) {
        return new MapDef(name, role, kind, maxEntries, flags, extra, numaNode, key, value, inner, other);
    }

    /**
     * Whether the value is a record of a stream, of which the kernel is not told: a ring buffer's, or a perf event.
     */
    public boolean isStream() {
        return kind.isRing() || isPerfStream();
    }

    /** How many bytes a key has for the kernel, 0 where there are none. */
    public int keySize() {
        return isPerfStream() ? Integer.BYTES : sizeOf(key);
    }

    /** How many bytes a value has for the kernel, 0 where there are none. */
    public int valueSize() {
        return kind.isMapOfMaps() || isPerfStream() ? Integer.BYTES : kind.isRing() ? 0 : sizeOf(value);
    }

    /** Whether the value is a perf event. For the kernel the entries are descriptors, those of the CPUs' buffers. */
    public boolean isPerfStream() {
        return kind.isPerfStream(key != null);
    }

    private static int sizeOf(@Nullable CType type) {
        return type == null ? 0 : Math.toIntExact(type.size());
    }

    /** Whether programs only read it. */
    public boolean isReadOnlyToPrograms() {
        return ((flags | kind.impliedFlags()) & MapFlags.RDONLY_PROG) != 0;
    }

    /** Whether its memory is to be of one node. */
    public boolean isOnNode() {
        return (flags & MapFlags.NUMA_NODE) != 0;
    }
}
