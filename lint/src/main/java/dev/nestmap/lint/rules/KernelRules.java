/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import dev.nestmap.lint.rules.RuleViolation.Part;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SizeRange;
import dev.nestmap.schema.type.CType;
import java.util.List;

/**
 * Finds the maps of a schema that the kernel would reject, whether they come from records or from C (the 3xx rules). {@link RecordRules}
 * has the rules about records.
 *
 * <p>A {@code max_entries} of 0 is accepted, because it means a size that is set at load. The processor itself reports a 0 in the source
 * ({@link Rule#MAX_ENTRIES_NOT_POSITIVE}) and a missing size ({@link Rule#MAX_ENTRIES_MISSING}).
 */
public final class KernelRules extends MapRules {
    /** The {@code value_size} that the kernel requires of an outer map. */
    private static final long INNER_MAP_VALUE_SIZE = 4;

    /** An LRU hash with a list for each CPU allocates memory for each CPU, so it can't be on one NUMA node. */
    private static final long LISTS_AND_NODE = MapFlags.NO_COMMON_LRU | MapFlags.NUMA_NODE;

    /** {@code CONFIG_NODES_SHIFT} is at most 10 on every architecture (arch/x86/Kconfig and others, Linux 6.18). */
    private static final int MAX_NUMA_NODES = 1 << 10;

    /** Pairs of flags that the kernel refuses together ({@code bpf_map_flags_access_ok}, {@code bpf_get_file_flag}). */
    private static final List<Long> EXCLUSIVE = List.of(MapFlags.FD_ACCESS, MapFlags.PROG_ACCESS, LISTS_AND_NODE);

    /** Programs keep only the lower 32 bits of a pointer to an arena. */
    private static final long ARENA_REACH = 1L << 32;

    private KernelRules(MapDef map) {
        super(map);
    }

    /** The rules that a schema breaks, map by map in order of declaration. */
    public static List<RuleViolation> check(Schema schema) {
        return schema.maps().stream().flatMap(map -> check(map).stream()).toList();
    }

    /** The rules that one map breaks. */
    public static List<RuleViolation> check(MapDef map) {
        return new KernelRules(map).check();
    }

    /** Whether a rule is about fields that the kernel manages. It finds them by the BTF of the map. */
    public static boolean isOfManagedFields(Rule rule) {
        return ManagedFieldRules.RULES.contains(rule);
    }

    private List<RuleViolation> check() {
        maxEntries();
        flags();
        extra();
        numaNode();
        ringSize();
        // The kernel requires the address of a page, and an arena that crosses no multiple of 4 GiB (arena_map_alloc in
        // kernel/bpf/arena.c).
        long start = map.extra() & -ARENA_REACH;
        arenaAddress(start, "the arena crosses no multiple of 4 GiB (ERANGE)", "from " + hex(start) + " to ");
        keySize();
        entrySize();
        valueSize();
        findings.addAll(ManagedFieldRules.check(map));
        return findings;
    }

    private void maxEntries() {
        MapKind smaller = map.withoutRhash().kind(); // a HASH may have fewer entries than an RHASH
        long entries = map.maxEntries();
        if (!kind.isSized() && entries != 0) {
            find(Rule.MAX_ENTRIES_OF_STORAGE, Part.MAX_ENTRIES, entries, kind.cName());
        } else if (entries < 0) {
            find(Rule.MAX_ENTRIES_NOT_POSITIVE, Part.MAX_ENTRIES, entries, kind.cName());
        } else if (entries > smaller.maxEntries()) {
            find(Rule.MAX_ENTRIES_TOO_LARGE, Part.MAX_ENTRIES, entries, smaller.maxEntries(), smaller.cName());
        }
    }

    private void flags() {
        long refused = map.flags() & ~kind.flags();
        if (refused != 0) {
            boolean isNode = refused == MapFlags.NUMA_NODE;
            String text = MapFlags.expression(refused);
            String allowed = MapFlags.expression(kind.flags());
            String remove = isNode ? "numaNode" : text;
            find(Rule.FLAG_NOT_SUPPORTED, isNode ? Part.NUMA_NODE : Part.FLAGS, text, kind.cName(), allowed, remove);
        }
        EXCLUSIVE.stream()
                .filter(pair -> (map.flags() & pair) == pair)
                .filter(pair -> pair != LISTS_AND_NODE || kind == MapKind.LRU_HASH)
                .findFirst()
                .ifPresent(pair -> find(Rule.FLAGS_CONFLICT, Part.FLAGS, MapFlags.expression(pair)));
    }

    private void extra() {
        // The map_extra of a hash that is resized is a number of entries; a size that is not known yet is 0.
        boolean isLimited = kind.isResized() && map.maxEntries() > 0;
        long most = isLimited ? Math.min(kind.maxExtra(), map.maxEntries()) : kind.maxExtra();
        if (Long.compareUnsigned(map.extra(), most) > 0) {
            String smaller = most == 0 ? "" : ", or use a number up to " + most;
            String extra = Long.toUnsignedString(map.extra());
            find(Rule.EXTRA_TOO_LARGE, Part.EXTRA, extra, kind.cName(), most, smaller);
        }
    }

    /** Not every machine has the other nodes ({@code map_create} in kernel/bpf/syscall.c, Linux 6.18). */
    private void numaNode() {
        if (map.numaNode() < 0 || map.numaNode() >= MAX_NUMA_NODES) {
            find(Rule.NUMA_NODE_TOO_LARGE, Part.NUMA_NODE, map.numaNode());
        }
    }

    private void ringSize() {
        if (isSizedRing() && !hasRingSize()) {
            long size = map.maxEntries();
            long possible = Math.max(1, Math.min(size, MapDef.MAX_RING_SIZE));
            MapDef nearest = map.withMaxEntries(possible).withPages(MapKind.PAGE_SIZE);
            find(Rule.RING_BUFFER_SIZE_INVALID, Part.MAX_ENTRIES, size, nearest.maxEntries());
        }
    }

    /** Loaders leave out the key of a stream. {@link Rule#EMPTY_STRUCT} reports a struct without fields at its declaration. */
    private void keySize() {
        CType key = map.key();
        if (key == null || map.isStream() || key.size() == 0 || kind.keySizes().contains(key.size())) {
            return;
        }
        if (kind.keyRule().isNumber()) {
            find(Rule.ARRAY_KEY_NOT_AN_INDEX, Part.KEY, key.spelling(), kind.cName());
        } else {
            String size = CountText.of(key.size(), "byte");
            find(Rule.SIZE_NOT_SUPPORTED, Part.KEY, "key", size, kind.cName(), kind.keySizes());
        }
    }

    private void entrySize() {
        long keySize = map.key() == null ? 0 : map.key().size();
        long valueSize = valueSizeOf();
        long limit = kind.maxEntrySize();
        if (keySize > limit || valueSize > limit - keySize) {
            Part larger = map.value() == null || keySize > valueSize ? Part.KEY : Part.VALUE;
            find(Rule.ENTRY_TOO_LARGE, larger, Long.toUnsignedString(keySize + valueSize), kind.cName(), limit);
        }
    }

    private void valueSize() {
        long size = valueSizeOf();
        if (size > kind.maxValueSize()) {
            find(Rule.VALUE_TOO_LARGE, Part.VALUE, size, kind.cName(), kind.maxValueSize());
        }
        SizeRange sizes = kind.valueSizes(map.flags());
        boolean hasBytes = map.value() != null && !map.isStream() && !kind.isMapOfMaps() && size != 0;
        if (hasBytes && !sizes.contains(size)) {
            String text = CountText.of(size, "byte");
            find(Rule.SIZE_NOT_SUPPORTED, Part.VALUE, "value", text, kind.cName(), sizes);
        }
    }

    private long valueSizeOf() {
        if (kind.isMapOfMaps()) {
            return INNER_MAP_VALUE_SIZE;
        }
        return map.value() == null ? 0 : map.value().size();
    }
}
