/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.plain;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.tenantFlows;
import static dev.nestmap.schema.compare.ComparedSchemas.messages;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RandomSchemas;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A comparison finds each difference between maps and variables. {@link TypeComparisonTest} covers types. */
class SchemaComparisonTest {
    @Test
    void equalSchemasDoNotDiffer() {
        for (long seed = 1; seed <= 300; seed++) {
            Schema schema = new RandomSchemas(seed).next();
            boolean whole = schema.maps().stream()
                    .allMatch(map -> map.definition() == null
                            || schema.map(map.definition()).isPresent());
            if (whole) {
                assertThat(SchemaComparison.compare(schema, schema))
                        .as("seed %d", seed)
                        .isEmpty();
            }
        }
        assertThat(messages(tenantFlows(), tenantFlows())).isEmpty();
    }

    @Test
    void comparesGlobalVariables() {
        StructType config = struct("config", "__u32 rate; __be32 vip;");
        StructType moved = struct("config", "__be32 vip; __u32 rate;");
        Schema declared =
                globals(new GlobalDef("config", ".rodata", config), new GlobalDef("hits", ".bss", Scalar.U64));

        assertThat(messages(declared, globals(new GlobalDef("config", ".rodata", config))))
                .containsExactly("variable hits: __u64 in the records, missing in the object");
        assertThat(messages(declared, globals(new GlobalDef("hits", ".bss", Scalar.U64))))
                .containsExactly("variable config: const volatile struct config in the records, missing in the object");
        assertThat(messages(
                        declared,
                        globals(
                                new GlobalDef("other", ".rodata", Scalar.U8),
                                new GlobalDef("config", ".rodata", moved),
                                new GlobalDef("hits", ".data", Scalar.U32))))
                .containsExactly(
                        "variable hits, type: size 8 (__u64) in the records, 4 (__u32) in the object",
                        "variable config, type struct config, field rate: offset 0 in the records, 4 in the object",
                        "variable config, type struct config, field vip: offset 4 in the records, 0 in the object",
                        "variable hits: section .bss in the records, .data in the object");
    }

    @Test
    void reportsAMissingMapFirst() {
        Schema declared = schema(
                List.of(),
                hash("kept", MapRole.PLAIN, 16, Scalar.U32, Scalar.U64),
                hash("gone", MapRole.PLAIN, 16, Scalar.U32, Scalar.U64));
        Schema actual = schema(
                List.of(),
                hash("kept", MapRole.PLAIN, 17, Scalar.U32, Scalar.S64),
                hash("more", MapRole.PLAIN, 16, Scalar.U32, Scalar.U64));
        assertThat(messages(declared, actual))
                .containsExactly(
                        "map gone: BPF_MAP_TYPE_HASH in the records, missing in the object",
                        "map kept, value: unsigned (__u64) in the records, signed (__s64) in the object",
                        "map kept: max_entries 16 in the records, 17 in the object");
    }

    @Test
    void comparesMapExtraAndNumaNode() {
        MapDef declared = filter(5, 1);
        assertThat(messages(declared, filter(5, 1))).isEmpty();
        assertThat(messages(declared, filter(3, 0)))
                .containsExactly(
                        "map m: map_extra 0x5 in the records, 0x3 in the object",
                        "map m: numa_node 1 in the records, 0 in the object");
    }

    @Test
    void comparesKindFlagsAndPresence() {
        MapDef array = new MapDef("m", MapRole.PLAIN, MapKind.ARRAY, 4, 0x400, Scalar.U32, Scalar.U64, null);
        MapDef queue = plain("m", MapKind.QUEUE, 4, null, Scalar.U64);
        assertThat(messages(array, queue))
                .containsExactly(
                        "map m: BPF_MAP_TYPE_ARRAY in the records, BPF_MAP_TYPE_QUEUE in the object",
                        "map m, key: __u32 in the records, none in the object",
                        "map m: map_flags BPF_F_MMAPABLE in the records, 0 in the object");
    }

    @Test
    void maxEntriesMayBeLeftToLoadTime() {
        Schema open = schema(List.of(), hash("m", MapRole.PLAIN, 0, Scalar.U32, Scalar.U64));
        Schema fixed = schema(List.of(), hash("m", MapRole.PLAIN, 8, Scalar.U32, Scalar.U64));
        assertThat(messages(open, fixed)).isEmpty();
        assertThat(messages(fixed, open)).isEmpty();
    }

    @Test
    void innerMapsAreComparedByDefinitionNotByName() {
        Schema declared = nest(hash("flow_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64));
        assertThat(messages(declared, nest(hash("tenant.inner", MapRole.INNER, 8, Scalar.U32, Scalar.U64))))
                .isEmpty();
        assertThat(messages(declared, nest(hash("x", MapRole.INNER, 9, Scalar.U64, Scalar.U64))))
                .containsExactly(
                        "map tenant, inner flow_map, key: size 4 (__u32) in the records, 8 (__u64) in the object",
                        "map tenant, inner flow_map: max_entries 8 in the records, 9 in the object");
        Schema without = schema(List.of(), outer("tenant", MapKind.HASH_OF_MAPS, 64, Scalar.U32, null));
        assertThat(messages(declared, without))
                .containsExactly("map tenant, inner flow_map: a definition in the records, none in the object");
    }

    @Test
    void keysOfArraysAreIndexes() {
        MapDef declared = plain("m", MapKind.ARRAY, 4, Scalar.S32, Scalar.U64);
        MapDef actual = plain("m", MapKind.ARRAY, 4, Scalar.U32, Scalar.U64);
        assertThat(messages(declared, actual)).isEmpty();
    }

    @Test
    void fileDescriptorsMayHaveEitherSignAndOneSize() {
        for (MapKind kind : List.of(MapKind.CGROUP_ARRAY, MapKind.XSKMAP)) {
            assertThat(messages(valuesOf(kind, Scalar.U32), valuesOf(kind, Scalar.S32)))
                    .isEmpty();
        }
        assertThat(messages(valuesOf(MapKind.SOCKMAP, Scalar.U64), valuesOf(MapKind.SOCKMAP, Scalar.S32)))
                .containsExactly("map m, value: size 8 (__u64) in the records, 4 (__s32) in the object");
    }

    /** A {@code char} is signed on BPF. Arrays of them are texts. */
    @Test
    void aSingleCharIsASignedByte() {
        assertThat(messages(valuesOf(MapKind.ARRAY, Scalar.S8), valuesOf(MapKind.ARRAY, Scalar.CHAR)))
                .isEmpty();
        assertThat(messages(valuesOf(MapKind.ARRAY, Scalar.U8), valuesOf(MapKind.ARRAY, Scalar.CHAR)))
                .hasSize(1);
        assertThat(messages(
                        valuesOf(MapKind.ARRAY, new ArrayType(Scalar.S8, 4)),
                        valuesOf(MapKind.ARRAY, new ArrayType(Scalar.CHAR, 4))))
                .hasSize(1);
    }

    private static Schema valuesOf(MapKind kind, CType value) {
        return schema(List.of(), plain("m", kind, 4, Scalar.U32, value));
    }

    @Test
    void comparesTypesOutsideOfMapsIfTheObjectHasThem() {
        StructType declared = struct("shared", "__u32 a;");
        assertThat(messages(schema(List.of(declared)), schema(List.of()))).isEmpty();
        assertThat(SchemaComparison.compare(schema(List.of(declared)), schema(List.of(struct("shared", "__s32 a;")))))
                .containsExactly(new Difference(
                        new DifferenceLocation(null, null, null, declared, "a", "struct shared, field a"),
                        Aspect.SIGNEDNESS,
                        "unsigned (__u32)",
                        "signed (__s32)"));
    }

    private static Schema globals(GlobalDef... globals) {
        return new Schema("", "sample", List.of(), List.of(), List.of(), List.of(globals));
    }

    private static MapDef filter(long extra, int node) {
        return new MapDef("m", MapRole.PLAIN, MapKind.BLOOM_FILTER, 4, MapFlags.NUMA_NODE, null, Scalar.U64, null)
                .withExtra(extra)
                .withNumaNode(node);
    }

    private static Schema nest(MapDef inner) {
        return schema(List.of(), inner, outer("tenant", inner.name()));
    }
}
