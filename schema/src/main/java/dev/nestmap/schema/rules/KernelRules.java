/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SizeRange;
import dev.nestmap.schema.rules.ViolationLocation.Part;
import dev.nestmap.schema.type.CType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the maps of a schema that the kernel would reject, whether they come from records or from C (the 3xx rules). {@link RecordRules}
 * has the rules about records.
 *
 * <p>A {@code max_entries} of 0 is accepted, because it means a size that is set at load. The processor itself reports a 0 in the source
 * ({@link Rule#MAX_ENTRIES_NOT_POSITIVE}) and a missing size ({@link Rule#MAX_ENTRIES_MISSING}).
 */
public final class KernelRules {
    /** The {@code value_size} that the kernel requires of an outer map. */
    private static final long INNER_MAP_VALUE_SIZE = 4;

    /** An LRU hash with a list for each CPU allocates memory for each CPU, so it can't be on one NUMA node. */
    private static final long LISTS_AND_NODE = MapFlags.NO_COMMON_LRU | MapFlags.NUMA_NODE;

    /** {@code CONFIG_NODES_SHIFT} is at most 10 on every architecture (arch/x86/Kconfig and others, Linux 6.18). */
    private static final int MAX_NUMA_NODES = 1 << 10;

    /** Pairs of flags that the kernel refuses together ({@code bpf_map_flags_access_ok}, {@code bpf_get_file_flag}). */
    private static final List<Long> EXCLUSIVE = List.of(MapFlags.FD_ACCESS, MapFlags.PROG_ACCESS, LISTS_AND_NODE);

    private KernelRules() {}

    /** The rules that a schema breaks, map by map in order of declaration. */
    public static List<RuleViolation> check(Schema schema) {
        return schema.maps().stream().flatMap(map -> check(map).stream()).toList();
    }

    static List<RuleViolation> check(MapDef map) {
        List<RuleViolation> findings = new ArrayList<>();
        Stream.of(
                        maxEntries(map),
                        flags(map),
                        flagsTogether(map),
                        extra(map),
                        numaNode(map),
                        RingBufferRules.size(map),
                        ArenaAddressRule.address(map),
                        keySize(map),
                        entrySize(map),
                        valueSize(map),
                        exactValueSize(map))
                .flatMap(Optional::stream)
                .forEach(findings::add);
        findings.addAll(SlotRules.check(map));
        findings.addAll(ManagedFieldRules.check(map));
        return findings;
    }

    private static Optional<RuleViolation> maxEntries(MapDef map) {
        MapKind kind = map.kind();
        if (!kind.isSized() && map.maxEntries() != 0) {
            return finding(Rule.MAX_ENTRIES_OF_STORAGE, map, Part.MAX_ENTRIES, map.maxEntries(), kind.cName());
        }
        if (map.maxEntries() < 0) {
            return finding(Rule.MAX_ENTRIES_NOT_POSITIVE, map, Part.MAX_ENTRIES, map.maxEntries(), kind.cName());
        }
        MapKind smaller = map.withoutRhash().kind(); // a HASH may have fewer entries than an RHASH
        if (map.maxEntries() > smaller.maxEntries()) {
            return finding(
                    Rule.MAX_ENTRIES_TOO_LARGE,
                    map,
                    Part.MAX_ENTRIES,
                    map.maxEntries(),
                    smaller.maxEntries(),
                    smaller.cName());
        }
        return Optional.empty();
    }

    private static Optional<RuleViolation> flags(MapDef map) {
        long allowed = map.kind().flags();
        long refused = map.flags() & ~allowed;
        if (refused == 0) {
            return Optional.empty();
        }
        Part part = refused == MapFlags.NUMA_NODE ? Part.NUMA_NODE : Part.FLAGS;
        return finding(
                Rule.FLAG_NOT_SUPPORTED,
                map,
                part,
                MapFlags.expression(refused),
                map.kind().cName(),
                MapFlags.expression(allowed),
                part == Part.NUMA_NODE ? "numaNode" : MapFlags.expression(refused));
    }

    private static Optional<RuleViolation> flagsTogether(MapDef map) {
        return EXCLUSIVE.stream()
                .filter(pair -> (map.flags() & pair) == pair)
                .filter(pair -> pair != LISTS_AND_NODE || map.kind() == MapKind.LRU_HASH)
                .findFirst()
                .flatMap(pair -> finding(Rule.FLAGS_CONFLICT, map, Part.FLAGS, MapFlags.expression(pair)));
    }

    private static Optional<RuleViolation> extra(MapDef map) {
        // The map_extra of a hash that is resized is a number of entries; a size that is not known yet is 0.
        boolean isLimited = map.kind().isResized() && map.maxEntries() > 0;
        long most = isLimited
                ? Math.min(map.kind().maxExtra(), map.maxEntries())
                : map.kind().maxExtra();
        if (Long.compareUnsigned(map.extra(), most) <= 0) {
            return Optional.empty();
        }
        return finding(
                Rule.EXTRA_TOO_LARGE,
                map,
                Part.EXTRA,
                Long.toUnsignedString(map.extra()),
                map.kind().cName(),
                most,
                most == 0 ? "" : ", or use a number up to " + most);
    }

    /** Not every machine has the other nodes ({@code map_create} in kernel/bpf/syscall.c, Linux 6.18). */
    private static Optional<RuleViolation> numaNode(MapDef map) {
        return map.numaNode() < MAX_NUMA_NODES
                ? Optional.empty()
                : finding(Rule.NUMA_NODE_TOO_LARGE, map, Part.NUMA_NODE, map.numaNode());
    }

    /** Loaders leave out the key of a stream. {@link Rule#EMPTY_STRUCT} reports a struct without fields at its declaration. */
    private static Optional<RuleViolation> keySize(MapDef map) {
        MapKind kind = map.kind();
        CType key = map.key();
        if (key == null || map.isStream() || isEmpty(key) || kind.keySizes().contains(key.size())) {
            return Optional.empty();
        }
        if (kind.keyRule().isNumber()) {
            return finding(Rule.ARRAY_KEY_NOT_AN_INDEX, map, Part.KEY, key.spelling(), kind.cName());
        }
        String size = CountText.of(key.size(), "byte");
        return finding(Rule.KEY_SIZE_NOT_SUPPORTED, map, Part.KEY, size, kind.cName(), kind.keySizes());
    }

    private static Optional<RuleViolation> entrySize(MapDef map) {
        long keySize = map.key() == null ? 0 : map.key().size();
        long valueSize = valueSizeOf(map);
        long limit = map.kind().maxEntrySize();
        if (keySize <= limit && valueSize <= limit - keySize) {
            return Optional.empty();
        }
        Part larger = map.value() == null || keySize > valueSize ? Part.KEY : Part.VALUE;
        return finding(
                Rule.ENTRY_TOO_LARGE,
                map,
                larger,
                Long.toUnsignedString(keySize + valueSize),
                map.kind().cName(),
                limit);
    }

    private static Optional<RuleViolation> valueSize(MapDef map) {
        long limit = map.kind().maxValueSize();
        if (valueSizeOf(map) <= limit) {
            return Optional.empty();
        }
        return finding(
                Rule.VALUE_TOO_LARGE,
                map,
                Part.VALUE,
                valueSizeOf(map),
                map.kind().cName(),
                limit);
    }

    /** Whether a struct has no fields. */
    private static boolean isEmpty(CType type) {
        return type.size() == 0;
    }

    private static Optional<RuleViolation> exactValueSize(MapDef map) {
        SizeRange sizes = map.kind().valueSizes(map.flags());
        if (map.value() == null
                || map.isStream()
                || map.kind().isMapOfMaps()
                || isEmpty(map.value())
                || sizes.contains(map.value().size())) {
            return Optional.empty();
        }
        String size = CountText.of(map.value().size(), "byte");
        return finding(
                Rule.VALUE_SIZE_NOT_SUPPORTED, map, Part.VALUE, size, map.kind().cName(), sizes);
    }

    private static long valueSizeOf(MapDef map) {
        if (map.kind().isMapOfMaps()) {
            return INNER_MAP_VALUE_SIZE;
        }
        return map.value() == null ? 0 : map.value().size();
    }

    static Optional<RuleViolation> finding(Rule rule, MapDef map, Part part, Object... further) {
        return Optional.of(RuleViolation.of(rule, map, part, further));
    }
}
