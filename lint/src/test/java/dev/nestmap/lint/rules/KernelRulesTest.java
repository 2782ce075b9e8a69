/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nestmap.lint.rules.RuleViolation.Part;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps are rejected that the kernel would reject. */
class KernelRulesTest {
    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "ARRAY", "HASH_OF_MAPS", "ARRAY_OF_MAPS"})
    void acceptsOrdinaryMaps(MapKind kind) {
        assertThat(check(kind, 1, Scalar.U32, Scalar.U64)).isEmpty();
        assertThat(check(kind, 4096, Scalar.S32, Scalar.U64)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "HASH, 134217728",
        "LRU_HASH, 134217728",
        "HASH_OF_MAPS, 134217728",
        "ARRAY, 4294967295",
        "ARRAY_OF_MAPS, 4294967295"
    })
    void maxEntriesHasLimits(MapKind kind, long most) {
        assertThat(check(kind, most, Scalar.U32, Scalar.U64)).isEmpty();
        assertFinding(
                check(kind, most + 1, Scalar.U32, Scalar.U64),
                Rule.MAX_ENTRIES_TOO_LARGE,
                Part.MAX_ENTRIES,
                "maxEntries of map m is " + (most + 1) + ": the kernel accepts at most " + most + " for a "
                        + kind.cName());
        assertThat(check(kind, 0, Scalar.U32, Scalar.U64))
                .as("set when the object is loaded")
                .isEmpty();
        assertFinding(
                check(kind, -1, Scalar.U32, Scalar.U64),
                Rule.MAX_ENTRIES_NOT_POSITIVE,
                Part.MAX_ENTRIES,
                "maxEntries of map m is -1: max_entries can't be negative, and the kernel refuses a " + kind.cName());
    }

    @ParameterizedTest
    @EnumSource(names = {"ARRAY", "ARRAY_OF_MAPS", "DEVMAP_HASH"})
    void keysOfArraysHaveFourBytes(MapKind kind) {
        StructType fourBytes = StructType.of("id", List.of(new StructType.Member("id", Scalar.U32)));
        for (CType key : List.of(Scalar.U32, Scalar.BE32, fourBytes, bytes(4), new OpaqueType(4, 1, ""))) {
            assertThat(check(kind, 1, key, Scalar.U64)).as(key.spelling()).isEmpty();
        }
        for (CType key : List.of(Scalar.U16, Scalar.U64, bytes(5), new OpaqueType(8, 1, ""))) {
            assertFinding(
                    check(kind, 1, key, Scalar.U64),
                    Rule.ARRAY_KEY_NOT_AN_INDEX,
                    Part.KEY,
                    "the key of array m is " + key.spelling() + ": the key of a " + kind.cName()
                            + " is a 4-byte index in the machine's byte order");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 260, 261})
    void keysOfTriesHaveALengthAndAPrefix(long size) {
        MapDef map = new MapDef(
                "m", MapRole.PLAIN, MapKind.LPM_TRIE, 1, MapFlags.NO_PREALLOC, bytes(size), Scalar.U64, null);
        assertThat(KernelRules.check(map))
                .extracting(RuleViolation::rule)
                .isEqualTo(size == 5 || size == 260 ? List.of() : List.of(Rule.KEY_SIZE_NOT_SUPPORTED));
    }

    /** Only the kernel's own rules: libbpf 1.4 and newer read addresses above 4 GiB. */
    @ParameterizedTest
    @CsvSource({
        "1, 0x100000000000, true",
        "1048576, 0x100000000000, true",
        "1, 0xfffffffff000, true",
        "2, 0xfffffffff000, false",
        "1, 0x100000000001, false",
        "1048576, 0x1000, false",
    })
    void anArenaCrossesNoMultipleOf4GiB(long pages, String address, boolean valid) {
        MapDef map = new MapDef("m", MapRole.PLAIN, MapKind.ARENA, pages, MapFlags.MMAPABLE, null, null, null)
                .withExtra(Long.decode(address));
        assertThat(KernelRules.check(map))
                .extracting(RuleViolation::rule)
                .isEqualTo(valid ? List.of() : List.of(Rule.ARENA_ADDRESS_INVALID));
    }

    /** In an object file, the size is any number. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, MapDef.MAX_RING_SIZE + 1, 1L << 32, Long.MAX_VALUE})
    void sizesOfRingBuffersHaveALimit(long size) {
        assertThat(check(MapKind.RINGBUF, size, null, null)).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH"})
    void entriesOfHashesHaveALimit(MapKind kind) {
        assertThat(check(kind, 1, Scalar.U32, bytes(4194251))).isEmpty();
        assertFinding(
                check(kind, 1, Scalar.U32, bytes(4194252)),
                Rule.ENTRY_TOO_LARGE,
                Part.VALUE,
                "key and value of map m take 4194256 bytes together: the kernel refuses a " + kind.cName()
                        + " with more than 4194255 bytes for each entry");
        assertFinding(check(kind, 1, bytes(4194255), Scalar.U8), Rule.ENTRY_TOO_LARGE, Part.KEY, "4194256 bytes");
    }

    @Test
    void keysOfHashesOfMapsHaveALimit() {
        assertThat(check(MapKind.HASH_OF_MAPS, 1, bytes(4194251), null)).isEmpty();
        assertFinding(
                check(MapKind.HASH_OF_MAPS, 1, bytes(4194252), null), Rule.ENTRY_TOO_LARGE, Part.KEY, "4194256 bytes");
    }

    @Test
    void valuesOfArraysHaveALimit() {
        assertThat(check(MapKind.ARRAY, 1, Scalar.U32, bytes(0x7fff_ffffL))).isEmpty();
        assertFinding(
                check(MapKind.ARRAY, 1, Scalar.U32, bytes(0x8000_0000L)),
                Rule.VALUE_TOO_LARGE,
                Part.VALUE,
                "the value of map m takes 2147483648 bytes: the kernel refuses a BPF_MAP_TYPE_ARRAY with values of more"
                        + " than 2147483647 bytes");
    }

    @Test
    void sizesWhoseSumExceedsALongAreReported() {
        CType huge = bytes(Long.MAX_VALUE);
        assertFinding(
                check(MapKind.HASH, 1, huge, huge),
                Rule.ENTRY_TOO_LARGE,
                Part.VALUE,
                "take 18446744073709551614 bytes");
    }

    @Test
    void typesWithoutOwnLimitsHaveThoseOfTheirNumbers() {
        assertThat(check(MapKind.TASK_STORAGE, 0, Scalar.S32, Scalar.U64)).isEmpty();
        assertFinding(
                check(MapKind.QUEUE, 1L << 32, null, Scalar.U64),
                Rule.MAX_ENTRIES_TOO_LARGE,
                Part.MAX_ENTRIES,
                "at most 4294967295");
    }

    @Test
    void eachTypeAcceptsOnlyItsFlags() {
        assertThat(withFlags(MapKind.HASH, MapFlags.NO_PREALLOC | MapFlags.NUMA_NODE, 0))
                .isEmpty();
        assertFinding(
                withFlags(MapKind.PERCPU_HASH, MapFlags.NUMA_NODE, 0),
                Rule.FLAG_NOT_SUPPORTED,
                Part.NUMA_NODE,
                "map m is declared with BPF_F_NUMA_NODE: for a BPF_MAP_TYPE_PERCPU_HASH the kernel accepts only the flags"
                        + " BPF_F_NO_PREALLOC | BPF_F_RDONLY");
        assertFinding(
                withFlags(MapKind.QUEUE, MapFlags.NO_PREALLOC, 0),
                Rule.FLAG_NOT_SUPPORTED,
                Part.FLAGS,
                "BPF_F_NO_PREALLOC");
    }

    @Test
    void someFlagsExcludeEachOther() {
        assertFinding(
                withFlags(MapKind.HASH, MapFlags.RDONLY_PROG | MapFlags.WRONLY_PROG, 0),
                Rule.FLAGS_CONFLICT,
                Part.FLAGS,
                "BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG");
        assertFinding(
                withFlags(MapKind.LRU_HASH, MapFlags.NO_COMMON_LRU | MapFlags.NUMA_NODE, 0),
                Rule.FLAGS_CONFLICT,
                Part.FLAGS,
                "BPF_F_NO_COMMON_LRU | BPF_F_NUMA_NODE");
    }

    @Test
    void onlySomeTypesAcceptMapExtra() {
        assertThat(withFlags(MapKind.BLOOM_FILTER, 0, 15)).isEmpty();
        assertFinding(
                withFlags(MapKind.BLOOM_FILTER, 0, 16), Rule.EXTRA_TOO_LARGE, Part.EXTRA, "mapExtra of map m is 16");
        assertFinding(withFlags(MapKind.HASH, 0, -1), Rule.EXTRA_TOO_LARGE, Part.EXTRA, "is 18446744073709551615");
    }

    private static List<RuleViolation> withFlags(MapKind kind, long flags, long extra) {
        CType key = kind.keyRule() == MapKind.KeyRule.NONE ? null : Scalar.U32;
        MapDef map = new MapDef("m", MapRole.PLAIN, kind, 1, flags, key, Scalar.U64, null).withExtra(extra);
        return KernelRules.check(new Schema("", "h", List.of(), List.of(), List.of(map)));
    }

    @Test
    void reportsEveryFindingOfEveryMap() {
        Schema schema = new Schema(
                "",
                "h",
                List.of(),
                List.of(),
                List.of(
                        map("a", MapKind.ARRAY, -1, Scalar.U64, bytes(1L << 31)),
                        map("b", MapKind.HASH, 1, Scalar.U32, Scalar.U64),
                        map("c", MapKind.LRU_HASH, 1L << 30, Scalar.U32, Scalar.U64)));
        assertThat(KernelRules.check(schema))
                .extracting(RuleViolation::rule, RuleViolation::map, RuleViolation::part)
                .containsExactly(
                        tuple(Rule.MAX_ENTRIES_NOT_POSITIVE, "a", Part.MAX_ENTRIES),
                        tuple(Rule.ARRAY_KEY_NOT_AN_INDEX, "a", Part.KEY),
                        tuple(Rule.VALUE_TOO_LARGE, "a", Part.VALUE),
                        tuple(Rule.MAX_ENTRIES_TOO_LARGE, "c", Part.MAX_ENTRIES));
    }

    @Test
    void onlySomeTypesAcceptFieldsThatTheKernelManages() {
        for (CType type : List.of(ManagedFieldType.SPIN_LOCK, ManagedFieldType.TIMER, ManagedFieldType.WORK_QUEUE)) {
            assertThat(check(MapKind.HASH, 1, Scalar.U32, struct(type))).isEmpty();
            assertThat(check(MapKind.ARRAY, 1, Scalar.U32, struct(type))).isEmpty();
            assertThat(check(MapKind.LRU_HASH, 1, Scalar.U32, struct(type)))
                    .hasSize(type == ManagedFieldType.SPIN_LOCK ? 1 : 0);
            assertThat(check(MapKind.PERCPU_HASH, 1, Scalar.U32, struct(type))).hasSize(1);
            assertThat(check(MapKind.QUEUE, 1, null, struct(type))).hasSize(1);
        }
        assertFinding(
                check(MapKind.PERCPU_ARRAY, 1, Scalar.U32, struct(ManagedFieldType.TIMER)),
                Rule.MANAGED_FIELD_NOT_SUPPORTED,
                Part.KIND,
                "the values of map m have a struct bpf_timer: the kernel accepts such a field only in a map"
                        + " of type HASH or ARRAY or LRU_HASH");
        assertFinding(
                check(
                        MapKind.HASH,
                        1,
                        Scalar.U32,
                        new StructType("s", 8, 1, List.of(new Field("a", ManagedFieldType.SPIN_LOCK, 2)))),
                Rule.MANAGED_UNALIGNED,
                Part.VALUE,
                "at offset 2");
    }

    private static StructType struct(CType... types) {
        List<StructType.Member> members = new ArrayList<>();
        for (CType type : types) {
            members.add(new StructType.Member("m" + members.size(), type));
        }
        return StructType.of("s", members);
    }

    private static void assertFinding(List<RuleViolation> findings, Rule rule, Part part, String message) {
        assertThat(findings).hasSize(1);
        RuleViolation finding = findings.get(0);
        assertThat(finding.rule()).isEqualTo(rule);
        assertThat(finding.map()).isEqualTo("m");
        assertThat(finding.part()).isEqualTo(part);
        assertThat(finding.message())
                .startsWith("[" + rule.id() + "] ")
                .contains(message)
                .doesNotContain("%");
    }

    private static List<RuleViolation> check(
            MapKind kind, long maxEntries, @Nullable CType key, @Nullable CType value) {
        return KernelRules.check(
                new Schema("", "h", List.of(), List.of(), List.of(map("m", kind, maxEntries, key, value))));
    }

    private static MapDef map(String name, MapKind kind, long maxEntries, @Nullable CType key, @Nullable CType value) {
        boolean outer = kind.isMapOfMaps();
        return new MapDef(
                name,
                outer ? MapRole.OUTER : MapRole.PLAIN,
                kind,
                maxEntries,
                0,
                key,
                outer ? null : value,
                outer ? "inner" : null);
    }

    private static CType bytes(long count) {
        return new ArrayType(Scalar.U8, count);
    }

    @Test
    void aMapThatMayBeAHashHasItsLimit() {
        MapDef rhash = new MapDef(
                "m",
                MapRole.PLAIN,
                MapKind.RHASH,
                MapKind.HASH.maxEntries() + 1,
                MapKind.RHASH.requiredFlags(),
                Scalar.U32,
                Scalar.U64,
                null);

        assertThat(KernelRules.check(rhash)).isEmpty();
        assertThat(KernelRules.check(rhash.orHashIf(true)))
                .extracting(RuleViolation::rule)
                .containsExactly(Rule.MAX_ENTRIES_TOO_LARGE);
    }
}
