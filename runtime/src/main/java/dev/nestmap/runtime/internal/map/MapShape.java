/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.ManagedField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a map at its creation.
 *
 * @param name name of the map; the kernel keeps its first 15 characters
 * @param kind the kernel's map type
 * @param keySize size of a key in bytes; 0 for a map without keys
 * @param valueSize size of a value in bytes; 4 for a map of maps
 * @param maxEntries {@code max_entries}
 * @param flags {@code map_flags}
 * @param extra {@code map_extra}
 * @param numaNode {@code numa_node}, used only if the flags contain {@code BPF_F_NUMA_NODE}; 0 for existing maps, because the kernel does
 *     not report it
 * @param managed the kernel-managed fields of the values, such as {@code bpf_spin_lock}; null if they are not known
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
    private static final int BYTES_OF_BUCKET = 16;
    private static final int BYTES_OF_ENTRY = 48;

    /** The number of characters of a name that the kernel keeps. */
    private static final int NAME_LENGTH = 15;

    /**
     * Checks {@code max_entries} and copies the list.
     *
     * @throws IllegalArgumentException if {@code maxEntries} is not an unsigned number of 32 bits
     */
    public MapShape {
        if (maxEntries < 0 || maxEntries > U32_MAX) {
            throw new IllegalArgumentException(
                    "map " + name + ": max_entries is " + maxEntries + ", the kernel accepts 0 to " + U32_MAX);
        }
        managed = managed == null ? null : List.copyOf(managed);
    }

    /**
     * Checks a size that a user gave.
     *
     * @param map the map, for the message
     * @param kind its type
     * @throws IllegalArgumentException if the kernel does not accept this {@code max_entries} for the type
     */
    public static void requireMaxEntries(String map, MapKind kind, long entries) {
        if (entries < 1 || entries > kind.maxEntries()) {
            throw new IllegalArgumentException("max_entries of " + map + " is " + entries + ", the kernel accepts 1 to "
                    + kind.maxEntries() + " for a " + kind.cName());
        }
    }

    /** Whether programs may only read maps of this shape. */
    public boolean isReadOnlyToPrograms() {
        return ((flags | kind.impliedFlags()) & MapFlags.RDONLY_PROG) != 0;
    }

    /** Whether a map of this shape can have an entry with this key: an array has only the indices below {@link #maxEntries}. */
    public boolean canHold(byte[] key) {
        if (kind.keyRule() != MapKind.KeyRule.INDEX) {
            return true;
        }
        int index = ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getInt();
        return Integer.toUnsignedLong(index) < maxEntries;
    }

    /**
     * Estimates the memory of a map. An array has its values. Another map has 16 bytes for each bucket, and for each preallocated entry 48
     * bytes, the key and the value ({@code htab_map_mem_usage} in kernel/bpf/hashtab.c, Linux 6.4 and later).
     *
     * @param valueBytes size of a value, for all CPUs if each has its own
     */
    public long memoryBytes(int valueBytes) {
        long pointer = kind.isPerCpu() ? Long.BYTES : 0;
        long value = Alignment.align(valueBytes) + pointer;
        if (kind.keyRule() == MapKind.KeyRule.INDEX) {
            return maxEntries * value;
        }
        long buckets = Long.highestOneBit(Math.max(1, 2 * maxEntries - 1));
        boolean preallocated = (flags & MapFlags.NO_PREALLOC) == 0;
        return buckets * BYTES_OF_BUCKET
                + (preallocated ? maxEntries * (BYTES_OF_ENTRY + Alignment.align(keySize) + value) : 0);
    }

    /** The shape of a map without {@code map_extra}, {@code numa_node} and fields that the kernel manages. */
    public MapShape(String name, MapKind kind, int keySize, int valueSize, long maxEntries, long flags) {
        this(name, kind, keySize, valueSize, maxEntries, flags, 0, 0, List.of());
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

    /** Returns the definition of a map with this shape, without types. */
    public MapDef definition(String map, MapRole role) {
        return new MapDef(map, role, kind, maxEntries, flags, null, null, null).withExtra(extra);
    }

    /**
     * The number of bytes that the kernel reads or writes for a value ({@code bpf_map_value_size}). For a per-CPU map these are the
     * values of all possible CPUs, each rounded up to a multiple of 8 bytes.
     *
     * @param possibleCpus only called for a per-CPU map
     */
    public int valueBytes(Supplier<PossibleCpus> possibleCpus) {
        return kind.isPerCpu()
                ? Math.multiplyExact(
                        Alignment.align(valueSize), possibleCpus.get().count())
                : valueSize;
    }

    /** Whether the values are known to contain a lock. */
    public boolean hasLock() {
        return managed != null && ManagedField.hasLock(managed);
    }

    /** Whether the record declares {@code sizedAtLoad} and no size was given yet. */
    public boolean isSizeOpen() {
        return maxEntries == 0 && kind.isSized();
    }

    /**
     * Returns this shape, which a map is to be created with.
     *
     * @throws BpfException if no size was given
     */
    public MapShape requireSize() {
        if (isSizeOpen()) {
            throw BpfException.of(Reason.WRONG_USE, "creation")
                    .map(name)
                    .because(ErrorTable.message("SIZE_IS_MISSING"));
        }
        return this;
    }

    /** This shape with other flags. */
    public MapShape withFlags(long other) {
        return new MapShape(name, kind, keySize, valueSize, maxEntries, other, extra, numaNode, managed);
    }

    /** This shape with another name. */
    public MapShape withName(String other) {
        return new MapShape(other, kind, keySize, valueSize, maxEntries, flags, extra, numaNode, managed);
    }

    /** This shape with values of another size. */
    public MapShape withValueSize(int bytes) {
        return new MapShape(name, kind, keySize, bytes, maxEntries, flags, extra, numaNode, managed);
    }

    /** This shape with another {@code max_entries}. */
    public MapShape withMaxEntries(long entries) {
        return new MapShape(name, kind, keySize, valueSize, entries, flags, extra, numaNode, managed);
    }

    /** The part of a name that the kernel keeps. */
    public static String kernelName(String name) {
        return name.substring(0, Math.min(name.length(), NAME_LENGTH));
    }

    /** This shape with another {@code map_extra}. */
    public MapShape withExtra(long otherExtra) {
        return new MapShape(name, kind, keySize, valueSize, maxEntries, flags, otherExtra, numaNode, managed);
    }
}
