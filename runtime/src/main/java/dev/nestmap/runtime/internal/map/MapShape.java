/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.ManagedField;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel is told of a map when it is created.
 *
 * @param name name of the map; the kernel keeps its first 15 characters
 * @param kind the kernel's map type
 * @param keySize bytes of a key, 0 where there are none
 * @param valueSize bytes of a value; 4 for a map of maps
 * @param maxEntries {@code max_entries}
 * @param flags {@code map_flags}
 * @param extra {@code map_extra}
 * @param numaNode {@code numa_node}, which counts where the flags say so; the kernel does not tell it of a map that is there
 * @param managed the fields of its values that the kernel manages, which it knows by BTF; null where they are not known
 */
public record MapShape(
        String name,
        MapKind kind,
        int keySize,
        int valueSize,
        long maxEntries,
        long flags,
        long extra,
        int numaNode,
        @Nullable List<ManagedField> managed) {
    private static final long U32_MAX = (1L << Integer.SIZE) - 1;

    /**
     * Checks {@code max_entries}, and copies the list.
     *
     * @throws IllegalArgumentException when it is no number of 32 bits
     */
    public MapShape {
        if (maxEntries < 0 || maxEntries > U32_MAX) {
            throw new IllegalArgumentException(
                    "map " + name + ": max_entries is " + maxEntries + ", the kernel takes 0 to " + U32_MAX);
        }
        managed = managed == null ? null : List.copyOf(managed);
    }

    /**
     * Checks a size that was said by a user.
     *
     * @throws IllegalArgumentException when the kernel takes no such {@code max_entries} of any map
     */
    public static void requireMaxEntries(String map, long entries) {
        if (entries < 1 || entries > U32_MAX) {
            throw new IllegalArgumentException(
                    "max_entries of " + map + " is " + entries + ", the kernel takes 1 to " + U32_MAX);
        }
    }

    /** Of a map without fields that the kernel manages. */
    public MapShape(
            String name,
            MapKind kind,
            int keySize,
            int valueSize,
            long maxEntries,
            long flags,
            long extra,
            int numaNode) {
        this(name, kind, keySize, valueSize, maxEntries, flags, extra, numaNode, List.of());
    }

    /** Of a map without {@code map_extra} and {@code numa_node}, as most are. */
    public MapShape(String name, MapKind kind, int keySize, int valueSize, long maxEntries, long flags) {
        this(name, kind, keySize, valueSize, maxEntries, flags, 0, 0);
    }

    /** The shape that a definition declares. */
    public static MapShape of(MapDef map) {
        return new MapShape(
                map.name(),
                map.kind(),
                map.keySize(),
                map.valueSize(),
                map.maxEntries(),
                map.flags(),
                map.extra(),
                map.numaNode(),
                ManagedField.of(map.value()));
    }

    /**
     * How many bytes the kernel reads and writes for a value: those of every possible CPU, each rounded up to 8, where each has
     * its own ({@code bpf_map_value_size}).
     *
     * @param possibleCpus tells how many there are; asked only where it matters
     */
    public int valueRoom(IntSupplier possibleCpus) {
        return kind.isPerCpu() ? Math.multiplyExact(Alignment.align(valueSize), possibleCpus.getAsInt()) : valueSize;
    }

    /** Its name for people: the prototype of a pinned outer map has one for {@link LayoutFingerprint}s alone. */
    public String title() {
        return LayoutFingerprint.isOne(name) ? "prototype of the inner maps" : name;
    }

    /** Whether there is a lock in the values, as far as is known. */
    public boolean hasLock() {
        return managed != null && ManagedField.hasLock(managed);
    }

    /** Whether its record leaves it to the load how many entries it holds, and nobody has said it yet. */
    public boolean isSizeOpen() {
        return maxEntries == 0 && !kind.isStorage();
    }

    /**
     * The same, for a map that is to be made.
     *
     * @throws BpfException when nobody has said its size
     */
    public MapShape requireSize() {
        if (isSizeOpen()) {
            throw BpfException.of("creation")
                    .map(name)
                    .because(
                            "its record leaves maxEntries open, and nobody said it: say it in load(new Sizes()...), whose Sizes has a"
                                    + " method for each such map; inMemory and create take them too")
                    .build();
        }
        return this;
    }

    /** The same with other flags. */
    public MapShape flagged(long other) {
        return new MapShape(name, kind, keySize, valueSize, maxEntries, other, extra, numaNode, managed);
    }

    /** The same under another name. */
    public MapShape named(String other) {
        return new MapShape(other, kind, keySize, valueSize, maxEntries, flags, extra, numaNode, managed);
    }

    /** The same with another {@code max_entries}. */
    public MapShape sized(long entries) {
        return new MapShape(name, kind, keySize, valueSize, entries, flags, extra, numaNode, managed);
    }

    /** The same with another {@code map_extra}. */
    public MapShape with(long otherExtra) {
        return new MapShape(name, kind, keySize, valueSize, maxEntries, flags, otherExtra, numaNode, managed);
    }
}
