/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.MapKind.BatchCommand;
import dev.nestmap.schema.MapKind.KeyRule;
import dev.nestmap.schema.MapKind.ValueRule;
import dev.nestmap.schema.type.ManagedFieldKind;
import java.util.EnumSet;
import java.util.Set;

/** Builds one row of the table in {@link MapKind}. The getters there describe the columns. */
final class MapKindRow {
    private static final long UNLIMITED = Long.MAX_VALUE;

    /** The largest number in a {@code __u32}, the type of sizes and flags in {@code union bpf_attr}. */
    private static final long U32_MAX = 0xffff_ffffL;

    final KeyRule keyRule;
    final ValueRule valueRule;
    SizeRange keySizes;
    SizeRange valueSizes;
    SizeRange valueSizesWithBuildId;
    long maxEntrySize = UNLIMITED;
    long maxValueSize = UNLIMITED;
    long maxEntries = U32_MAX;
    long flags;
    long requiredFlags;
    long impliedFlags;
    long maxExtra;
    final Set<BatchCommand> batches = EnumSet.noneOf(BatchCommand.class);
    final Set<ManagedFieldKind> managedFields = EnumSet.noneOf(ManagedFieldKind.class);
    boolean fixedLength;
    boolean copyable;
    boolean inMemory;
    boolean resized;
    boolean supported = true;

    private MapKindRow(KeyRule keyRule, ValueRule valueRule) {
        this.keyRule = keyRule;
        this.valueRule = valueRule;
        this.keySizes = switch (keyRule) {
            case ANY, PREFIX -> SizeRange.atLeast(1);
            case INDEX, NUMBER, OWNER -> SizeRange.exactly(Integer.BYTES);
            case CGROUP -> SizeRange.multiplesOf(Long.BYTES, 2 * Long.BYTES);
            case NONE -> SizeRange.exactly(0);
        };
        this.valueSizes = switch (valueRule) {
            case RECORDS, MEMORY -> SizeRange.exactly(0);
            default -> SizeRange.atLeast(1);
        };
        this.valueSizesWithBuildId = valueSizes;
    }

    /** A row with the defaults: any size, 1 to 2^32 - 1 entries, no flags, no {@code map_extra}, and no abilities. */
    static MapKindRow row(KeyRule keyRule, ValueRule valueRule) {
        return new MapKindRow(keyRule, valueRule);
    }

    /** The row of a local storage. */
    static MapKindRow storage() {
        MapKindRow row = row(KeyRule.OWNER, ValueRule.BYTES)
                .maxValueSize(65_407)
                .flags(MapFlags.CLONE)
                .requires(MapFlags.NO_PREALLOC)
                .fields(ManagedFieldKind.LOCK, ManagedFieldKind.KPTR);
        row.maxEntries = 0;
        return row;
    }

    /** The row of a deprecated storage of control groups, which no record can declare. */
    static MapKindRow cgroupStorage(ValueRule valueRule) {
        MapKindRow row =
                row(KeyRule.CGROUP, valueRule).flags(MapFlags.NUMA_NODE | MapFlags.FD_ACCESS | MapFlags.PROG_ACCESS);
        row.maxEntries = 0;
        row.supported = false;
        return row;
    }

    /** The row of a type that no record can declare. Nestmap does not know what the kernel accepts. */
    static MapKindRow unsupported(KeyRule keyRule, ValueRule valueRule) {
        MapKindRow row = row(keyRule, valueRule).flags(U32_MAX).maxExtra(UNLIMITED);
        row.supported = false;
        return row;
    }

    MapKindRow keySizes(SizeRange sizes) {
        keySizes = sizes;
        return this;
    }

    MapKindRow valueSizes(SizeRange sizes) {
        return valueSizes(sizes, sizes);
    }

    MapKindRow valueSizes(SizeRange sizes, SizeRange withBuildId) {
        valueSizes = sizes;
        valueSizesWithBuildId = withBuildId;
        return this;
    }

    MapKindRow maxEntrySize(long size) {
        maxEntrySize = size;
        return this;
    }

    MapKindRow maxValueSize(long size) {
        maxValueSize = size;
        return this;
    }

    MapKindRow maxEntries(long entries) {
        maxEntries = entries;
        return this;
    }

    MapKindRow flags(long allowed) {
        flags |= allowed;
        return this;
    }

    MapKindRow requires(long required) {
        requiredFlags = required;
        return flags(required);
    }

    MapKindRow implies(long implied) {
        impliedFlags = implied;
        return this;
    }

    MapKindRow maxExtra(long extra) {
        maxExtra = extra;
        return this;
    }

    /** {@code map_extra} is an address. {@code ArenaAddressRule} checks it. */
    MapKindRow anyExtra() {
        return maxExtra(-1);
    }

    MapKindRow batches(BatchCommand... commands) {
        batches.addAll(Set.of(commands));
        return this;
    }

    MapKindRow allBatches() {
        return batches(BatchCommand.values());
    }

    MapKindRow fields(ManagedFieldKind... fields) {
        managedFields.addAll(Set.of(fields));
        return this;
    }

    MapKindRow allFields() {
        return fields(ManagedFieldKind.values());
    }

    MapKindRow fixedLength() {
        fixedLength = true;
        return this;
    }

    MapKindRow copyable() {
        copyable = true;
        return this;
    }

    MapKindRow resized() {
        resized = true;
        return this;
    }

    MapKindRow inMemory() {
        inMemory = true;
        return this;
    }
}
