/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One map definition.
 *
 * @param name name in C: of the variable, or for an inner map the struct tag of its definition
 * @param role its role in the object
 * @param kind the kernel's map type
 * @param maxEntries {@code max_entries}; 0 if it is set at load time, and for types that have none
 * @param flags {@code map_flags}, see {@link MapFlags}
 * @param extra {@code map_extra}: what it means depends on the type; 0 if the kernel chooses, and for types that have none
 * @param numaNode the NUMA node of its memory, if the flags contain {@link MapFlags#NUMA_NODE}; else 0
 * @param key type of the keys; null if the map has none, and for a PERF_EVENT_ARRAY that is a stream
 * @param value type of the values. For a stream, the type of its records, which the kernel does not know ({@link #isStream}). Null for an
 *     outer map, whose values are maps, and for a map without values
 * @param definition name of the definition that this one refers to: for an outer map, the definition of its inner maps; for a declared
 *     inner map, the definition that it instantiates; for a resized definition, the original. Null for all others
 * @param slots of a map of an object: its initial content
 * @param pinnedByName whether the definition declares a pin with the map's name ({@code __uint(pinning, LIBBPF_PIN_BY_NAME)})
 * @param orHash whether an RHASH may be a HASH on a kernel without RHASH. Only records say so, and not objects
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
        @Nullable String definition,
        List<InitialSlot> slots,
        boolean pinnedByName,
        boolean orHash) {
    /** The largest size of a ring buffer: the largest power of two in 32 bits. */
    public static final long MAX_RING_SIZE = 1L << 31;

    /** The end of the names of inner map definitions. */
    private static final String DEFINITION_SUFFIX = "_map";

    /** Copies the list. */
    public MapDef {
        slots = List.copyOf(slots);
    }

    /** A definition without {@code map_extra}, {@code numa_node} and initial content that declares no pin, as most are. */
    public MapDef(
            String name,
            MapRole role,
            MapKind kind,
            long maxEntries,
            long flags,
            @Nullable CType key,
            @Nullable CType value,
            @Nullable String definition) {
        this(name, role, kind, maxEntries, flags, 0, 0, key, value, definition, List.of(), false, false);
    }

    /** The beginning of the names that are derived from the map's name: for an inner map, its name without {@code _map}. */
    public String baseName() {
        boolean isSuffixed =
                role == MapRole.INNER && name.endsWith(DEFINITION_SUFFIX) && name.length() > DEFINITION_SUFFIX.length();
        return isSuffixed ? name.substring(0, name.length() - DEFINITION_SUFFIX.length()) : name;
    }

    /** An inner map of this definition that has a name of its own. */
    public MapDef declaredInner(String ownName) {
        return variant(ownName, maxEntries).withRole(MapRole.INSTANCE);
    }

    /** A further definition of inner maps with this name, which differs from this one only in size. */
    public MapDef variant(String newName, long otherMaxEntries) {
        return new MapDef(newName, role, kind, otherMaxEntries, flags, key, value, name)
                .withExtra(extra)
                .withNumaNode(numaNode)
                .orHashIf(orHash);
    }

    /** This definition, with or without the permission to be a HASH on a kernel without RHASH. */
    public MapDef orHashIf(boolean allowed) {
        return with(copy -> copy.orHash = allowed);
    }

    /** The definition for a kernel without RHASH: with the type HASH if it may have it. The flags of an RHASH contain NO_PREALLOC. */
    public MapDef withoutRhash() {
        return kind == MapKind.RHASH && orHash ? asHash() : this;
    }

    /** This RHASH as a HASH. */
    public MapDef asHash() {
        return with(copy -> {
            copy.kind = MapKind.HASH;
            copy.extra = 0;
        });
    }

    /** This definition with another {@code map_extra}. */
    public MapDef withExtra(long other) {
        return with(copy -> copy.extra = other);
    }

    /** This definition with another {@code numa_node}. */
    public MapDef withNumaNode(int node) {
        return with(copy -> copy.numaNode = node);
    }

    /** This definition with another key. */
    public MapDef withKey(CType other) {
        return with(copy -> copy.key = other);
    }

    /** This definition with another {@code max_entries}. */
    public MapDef withMaxEntries(long entries) {
        return with(copy -> copy.maxEntries = entries);
    }

    /**
     * Returns the definition with the size of the map on a machine with pages of this size: libbpf rounds the size of a ring buffer up to
     * whole pages, in a power of two ({@code adjust_ringbuf_sz} in libbpf.c, libbpf 1.1). It leaves a size above {@link #MAX_RING_SIZE} to
     * the kernel, which rejects it. A negative size also stays as it is.
     */
    public MapDef withPages(long pageSize) {
        if (!kind.isRing() || maxEntries <= 0 || maxEntries > MAX_RING_SIZE) {
            return this;
        }
        long pages = (maxEntries + pageSize - 1) / pageSize;
        return withMaxEntries(pageSize * (pages == 1 ? 1 : Long.highestOneBit(pages - 1) << 1));
    }

    /** This definition in another role. */
    public MapDef withRole(MapRole other) {
        return with(copy -> copy.role = other);
    }

    /** This definition with the name of another {@link #definition}. */
    public MapDef withDefinition(@Nullable String other) {
        return with(copy -> copy.definition = other);
    }

    /** Whether {@code max_entries} is set at load time. */
    public boolean isSizedAtLoad() {
        return maxEntries == 0 && kind.isSized();
    }

    /** This definition with other initial content. */
    public MapDef withSlots(List<InitialSlot> other) {
        return with(copy -> copy.slots = other);
    }

    /** This definition with a pin that has the map's name, or without one. */
    public MapDef pinnedByNameIf(boolean pinned) {
        return with(copy -> copy.pinnedByName = pinned);
    }

    /** This definition with the attributes of another one where this one leaves them out. */
    public MapDef completedFrom(MapDef other) {
        return with(copy -> {
            copy.maxEntries = maxEntries == 0 ? other.maxEntries : maxEntries;
            copy.flags = flags == kind.requiredFlags() ? other.flags : flags;
            copy.extra = extra == 0 ? other.extra : extra;
            copy.numaNode = isOnNode() ? numaNode : other.numaNode;
            copy.pinnedByName = other.pinnedByName;
        });
    }

    private MapDef with(Consumer<Copy> change) {
        Copy copy = new Copy();
        change.accept(copy);
        return new MapDef(
                name,
                copy.role,
                copy.kind,
                copy.maxEntries,
                copy.flags,
                copy.extra,
                copy.numaNode,
                copy.key,
                value,
                copy.definition,
                copy.slots,
                copy.pinnedByName,
                copy.orHash);
    }

    /** The components while some of them change. */
    private final class Copy {
        private MapRole role = MapDef.this.role;
        private MapKind kind = MapDef.this.kind;
        private long maxEntries = MapDef.this.maxEntries;
        private long flags = MapDef.this.flags;
        private long extra = MapDef.this.extra;
        private int numaNode = MapDef.this.numaNode;
        private @Nullable CType key = MapDef.this.key;
        private @Nullable String definition = MapDef.this.definition;
        private List<InitialSlot> slots = MapDef.this.slots;
        private boolean pinnedByName = MapDef.this.pinnedByName;
        private boolean orHash = MapDef.this.orHash;
    }

    /** Whether the map is a stream of records, whose type the kernel does not know: a ring buffer, or perf events. */
    public boolean isStream() {
        return kind.isRing() || isPerfStream();
    }

    /** The {@code key_size} for the kernel, in bytes; 0 if there are no keys. */
    public int keySize() {
        return isPerfStream() ? Integer.BYTES : sizeOf(key);
    }

    /** The {@code value_size} for the kernel, in bytes; 0 if there are no values. */
    public int valueSize() {
        return kind.isMapOfMaps() || isPerfStream() ? Integer.BYTES : kind.isRing() ? 0 : sizeOf(value);
    }

    /** Whether the map is a stream of perf events. For the kernel its entries are the file descriptors of the buffers of each CPU. */
    public boolean isPerfStream() {
        return kind.isPerfStream(key != null);
    }

    /** The structs, unions and enums that its keys and values consist of, with and without tags, each after the types that it contains. */
    public Set<NamedType> types() {
        Set<NamedType> types = new LinkedHashSet<>();
        if (key != null) {
            collect(key, types);
        }
        if (value != null) {
            collect(value, types);
        }
        return types;
    }

    private static void collect(CType type, Set<NamedType> types) {
        type.parts().forEach(part -> collect(part, types));
        if (type instanceof NamedType named) {
            types.add(named);
        }
    }

    private static int sizeOf(@Nullable CType type) {
        return type == null ? 0 : Math.toIntExact(type.size());
    }

    /** Whether programs may only read it. */
    public boolean isReadOnlyToPrograms() {
        return ((flags | kind.impliedFlags()) & MapFlags.RDONLY_PROG) != 0;
    }

    /** Whether its memory is on one NUMA node. */
    public boolean isOnNode() {
        return (flags & MapFlags.NUMA_NODE) != 0;
    }
}
