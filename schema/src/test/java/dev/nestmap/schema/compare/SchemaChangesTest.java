/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import static dev.nestmap.schema.Samples.FLOW;
import static dev.nestmap.schema.Samples.FLOW_KEY;
import static dev.nestmap.schema.Samples.FLOW_STATE;
import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.member;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.tenantFlows;
import static dev.nestmap.schema.Samples.withValue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.annotations.SlotFill;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RandomSchemas;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.compare.SchemaChange.Effect;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SchemaChangesTest {
    private static final String REJECTED =
            "the new version will reject a pinned `tenant`; migrate the pinned map, or pin the new one"
                    + " under another name";
    private static final String MISREAD =
            "the new version will reject a pinned `counts`, or misread its entries if it runs without"
                    + " CAP_SYS_ADMIN; migrate the pinned map, or pin the new one under another name";
    private static final StructType COUNT = struct("count", member("hits", Scalar.U64), member("last", Scalar.U32));

    @Test
    void equalSchemasHaveNone() {
        assertThat(SchemaChanges.between(tenantFlows(), tenantFlows())).isEmpty();
    }

    @Test
    void anAddedFieldMakesTheValueLarger() {
        StructType larger = struct(
                "flow",
                member("packets", Scalar.U64),
                member("drops", Scalar.U64),
                member("bytes", Scalar.U64),
                member("state", FLOW_STATE));
        assertThat(changes(tenantFlows(), tenantFlows(FLOW_KEY, larger)))
                .containsExactly("BREAKS_MAPS adding `drops` to `flow` changes value_size of `flow_map` from 24 to 32: "
                        + REJECTED + "; Java code that constructs the record must pass one more component");
        assertThat(changes(withValue(FLOW), withValue(larger)))
                .containsExactly(
                        "BREAKS_MAPS adding `drops` to `flow` changes value_size of `counts` from 24 to 32: the new"
                                + " version will reject a pinned `counts`; migrate the pinned map, or pin the new one under"
                                + " another name; Java code that constructs the record must pass one more component");
    }

    @Test
    void differencesThatResizeTheSameValueAreOneChange() {
        StructType other = struct("flow", member("octets", Scalar.U32), member("packets", Scalar.U64));
        assertThat(changes(withValue(FLOW), withValue(other)))
                .containsExactly(
                        "BREAKS_MAPS removing `bytes` from `flow`, removing `state` from `flow` and adding `octets` to"
                                + " `flow` change value_size of `counts` from 24 to 16: the new version will reject a pinned"
                                + " `counts`; migrate the pinned map, or pin the new one under another name; C and Java code that"
                                + " uses `bytes` no longer compiles; C and Java code that uses `state` no longer compiles; Java"
                                + " code that constructs the record must pass one more component");
    }

    @Test
    void aFieldInPaddingIsZeroInOldEntriesOfAPlainMap() {
        StructType filled =
                struct("count", member("hits", Scalar.U64), member("last", Scalar.U32), member("cpu", Scalar.U16));
        assertThat(changes(withValue(COUNT), withValue(filled)))
                .containsExactly(
                        "BREAKS_SOURCE adding `cpu` to `count`: Java code that constructs the record must pass one more"
                                + " component; the new field takes the place of padding, so it is 0 in the entries of a pinned"
                                + " `counts`");
        assertThat(changes(withValue(filled), withValue(COUNT)))
                .containsExactly(
                        "BREAKS_SOURCE removing `cpu` from `count`: C and Java code that uses `cpu` no longer compiles;"
                                + " the new version opens and reads a pinned `counts` as before");
        assertThat(changes(withKey(filled), withKey(COUNT)))
                .as("keys that have something there are found no more")
                .containsExactly("BREAKS_MAPS removing `cpu` from `count`: " + MISREAD
                        + "; C and Java code that uses `cpu` no longer compiles");
    }

    @Test
    void sameSizesDoNotMakeAPlainMapTheSame() {
        StructType swapped = struct("count", member("last", Scalar.U32), member("hits", Scalar.U64));
        assertThat(changes(withValue(COUNT), withValue(swapped)))
                .containsExactly(
                        "BREAKS_MAPS changing the offset of `hits` of `count` from 0 to 8: " + MISREAD,
                        "BREAKS_MAPS changing the offset of `last` of `count` from 8 to 0: " + MISREAD);
        assertThat(changes(withValue(Scalar.U64), withValue(Scalar.S64)))
                .containsExactly("BREAKS_MAPS changing the signedness of the value of `counts` from unsigned (__u64) to"
                        + " signed (__s64): " + MISREAD);
        assertThat(changes(withValue(Scalar.U32), withValue(Scalar.BE32)))
                .containsExactly("BREAKS_MAPS changing the byte order of the value of `counts` from the machine's byte"
                        + " order (__u32) to big-endian (__be32): " + MISREAD);
        assertThat(changes(withValue(Scalar.BOOL), withValue(Scalar.U8)))
                .containsExactly(
                        "BREAKS_MAPS changing the type of the value of `counts` from bool to __u8: " + MISREAD);
    }

    @Test
    void anotherNameAtTheSamePlaceMayBeTheSameThing() {
        StructType other = struct("count", member("packets", Scalar.U64), member("last", Scalar.U32));
        String change = "replacing `hits` of `count` with `packets` (or renaming it): ";
        String source = "C and Java code that uses `hits` no longer compiles (only the C code if just @Name changed)";
        assertThat(changes(withValue(COUNT), withValue(other)))
                .containsExactly("BREAKS_SOURCE " + change + source
                        + "; the new version opens a pinned `counts` and reads its `hits` as `packets`");
        assertThat(changes(nest(COUNT, 8), nest(other, 8)))
                .containsExactly("BREAKS_MAPS " + change + REJECTED + "; " + source);
    }

    @Test
    void anotherTag() {
        StructType other = struct("total", member("hits", Scalar.U64), member("last", Scalar.U32));
        assertThat(changes(withValue(COUNT), withValue(other)))
                .containsExactly(
                        "BREAKS_SOURCE replacing `struct count` with `struct total` (or renaming it): C code that uses"
                                + " `struct count` no longer compiles; the new version opens and reads a pinned `counts` as before");
    }

    @Test
    void maxEntriesWhereTheKernelLetsItDiffer() {
        assertThat(changes(nest(COUNT, 8), nest(COUNT, 9)))
                .containsExactly(
                        "COMPATIBLE changing max_entries of `flow_map` from 8 to 9: the kernel accepts inner maps of"
                                + " another size, and existing inner maps keep theirs");
        assertThat(changes(nestOfArrays(0, 8), nestOfArrays(0, 9)))
                .containsExactly("BREAKS_MAPS changing max_entries of `flow_map` from 8 to 9: " + REJECTED);
        assertThat(changes(nestOfArrays(MapFlags.INNER_MAP, 8), nestOfArrays(MapFlags.INNER_MAP, 9)))
                .singleElement()
                .asString()
                .startsWith("COMPATIBLE ");
    }

    /** {@code KernelSizesAtLoadTest} of the runtime checks the same with pinned maps. */
    @Test
    void maxEntriesThatAreLeftToTheLoad() {
        Schema fixed = schema(List.of(), plain(MapKind.HASH, 8, 0));
        Schema open = schema(List.of(), plain(MapKind.HASH, 0, 0));
        String hasToSay = "Java code that loads the object must pass the size: load(new Sizes()...)";
        String says = "Java code that passes the size at load no longer compiles";
        assertThat(changes(fixed, open))
                .containsExactly("BREAKS_SOURCE changing max_entries of `m` from 8 to AT_LOAD: " + hasToSay
                        + "; a pinned `m` keeps its size, and a load with another size fails");
        assertThat(changes(open, fixed))
                .containsExactly(
                        "BREAKS_MAPS changing max_entries of `m` from AT_LOAD to 8: the new version will reject a"
                                + " pinned `m` of another size; migrate the pinned map, or pin the new one under another name; "
                                + says);
        assertThat(changes(nestOfArrays(0, 8), nestOfArrays(0, 0)))
                .containsExactly("BREAKS_SOURCE changing max_entries of `flow_map` from 8 to AT_LOAD: " + hasToSay
                        + "; a pinned `tenant` keeps its size, and a load with another size fails");
        assertThat(changes(nestOfArrays(0, 0), nestOfArrays(0, 8)))
                .containsExactly(
                        "BREAKS_MAPS changing max_entries of `flow_map` from AT_LOAD to 8: the new version will reject"
                                + " a pinned `tenant` of another size; migrate the pinned map, or pin the new one under another"
                                + " name; " + says);
        String differs = "; the kernel accepts inner maps of another size, and existing inner maps keep theirs";
        assertThat(changes(nest(COUNT, 8), nest(COUNT, 0)))
                .containsExactly(
                        "BREAKS_SOURCE changing max_entries of `flow_map` from 8 to AT_LOAD: " + hasToSay + differs);
        assertThat(changes(nest(COUNT, 0), nest(COUNT, 8)))
                .containsExactly(
                        "BREAKS_SOURCE changing max_entries of `flow_map` from AT_LOAD to 8: " + says + differs);
        MapDef events = new MapDef("m", MapRole.PLAIN, MapKind.PERF_EVENT_ARRAY, 8, 0, null, COUNT, null);
        assertThat(changes(schema(List.of(), events), schema(List.of(), events.withMaxEntries(0))))
                .containsExactly(
                        "COMPATIBLE changing max_entries of `m` from 8 to AT_LOAD: a pinned `m` keeps its size, and a"
                                + " load with another size fails");
    }

    @Test
    void kindsAndFlags() {
        assertThat(changes(
                        schema(List.of(), plain(MapKind.HASH, 8, 0)), schema(List.of(), plain(MapKind.LRU_HASH, 8, 0))))
                .containsExactly(
                        "BREAKS_MAPS changing the type of `m` from BPF_MAP_TYPE_HASH to BPF_MAP_TYPE_LRU_HASH: the new"
                                + " version will reject a pinned `m`; migrate the pinned map, or pin the new one under another"
                                + " name; C and Java code that uses it gets other operations");
        assertThat(changes(schema(List.of(), plain(MapKind.HASH, 8, 0)), schema(List.of(), plain(MapKind.HASH, 8, 1))))
                .containsExactly(
                        "BREAKS_MAPS changing map_flags of `m` from 0 to BPF_F_NO_PREALLOC: the new version will reject a pinned"
                                + " `m`; migrate the pinned map, or pin the new one under another name");
        assertThat(changes(
                        schema(List.of(), plain(MapKind.HASH, 8, 0)),
                        schema(List.of(), plain(MapKind.HASH, 8, MapFlags.RDONLY))))
                .containsExactly(
                        "COMPATIBLE changing map_flags of `m` from 0 to BPF_F_RDONLY: a pinned `m` keeps its old value");
    }

    @Test
    void addedAndRemovedMaps() {
        Schema one = schema(List.of(), plain(MapKind.HASH, 8, 0));
        Schema two = schema(List.of(), plain(MapKind.HASH, 8, 0), hash("n", MapRole.PLAIN, 8, Scalar.U32, Scalar.U8));
        assertThat(changes(one, two))
                .containsExactly(
                        "COMPATIBLE adding the map `n`: no existing code uses it; objects compiled from the previous"
                                + " version lack it, so recompile them");
        assertThat(changes(two, one))
                .containsExactly(
                        "BREAKS_MAPS removing the map `n`: C and Java code that uses it no longer compiles; a pinned"
                                + " one stays, with its entries, until its pin is removed");
    }

    @Test
    void constantsOfEnums() {
        EnumType more = enumOf("A", 0, "B", 1, "C", 2);
        EnumType fewer = enumOf("A", 0, "B", 1);
        EnumType other = enumOf("A", 0, "B", 2);
        assertThat(changes(withValue(fewer), withValue(more)))
                .containsExactly(
                        "COMPATIBLE adding the constant `C` to `e`: the new version opens and reads a pinned `counts`"
                                + " as before");
        assertThat(changes(withValue(more), withValue(fewer)))
                .containsExactly("BREAKS_MAPS removing the constant `C` from `e`: " + MISREAD
                        + "; C and Java code that uses `C` no longer compiles");
        assertThat(changes(withValue(fewer), withValue(other)))
                .containsExactly("BREAKS_MAPS changing the constant `B` of `e` from 1 to 2: " + MISREAD);
    }

    @Test
    void wideConstantsAreNotCutOff() {
        EnumType wide = EnumType.of("e", List.of(new EnumType.Constant("A", 1L << 32 | 1)));
        EnumType cut = new EnumType("e", 8, false, List.of(new EnumType.Constant("A", 1)));
        assertThat(changes(withValue(wide), withValue(cut)))
                .containsExactly("BREAKS_MAPS changing the constant `A` of `e` from 4294967297 to 1: " + MISREAD);
    }

    @Test
    void aStructOfSeveralMapsIsOneChangeForAll() {
        StructType larger = struct("count", member("hits", Scalar.U64), member("last", Scalar.U64));
        StructType widest =
                struct("count", member("hits", Scalar.U64), member("last", Scalar.U32), member("more", Scalar.U64));
        assertThat(changes(inMaps(COUNT), inMaps(widest)))
                .containsExactly(
                        "BREAKS_MAPS adding `more` to `count` changes key_size of `first` from 16 to 24, value_size of"
                                + " `second` from 16 to 24 and value_size of `flow_map` from 16 to 24: the new version will"
                                + " reject a pinned `first`, `second` or `tenant`; migrate the pinned map, or pin the new one"
                                + " under another name; Java code that constructs the record must pass one more component");
        assertThat(changes(inMaps(COUNT), inMaps(larger)))
                .containsExactly(
                        "BREAKS_MAPS changing the size of `last` of `count` from 4 (__u32) to 8 (__u64): the new"
                                + " version will reject a pinned `tenant`, and the new version will reject a pinned `first` or"
                                + " `second`, or misread its entries if it runs without CAP_SYS_ADMIN; migrate the pinned map, or"
                                + " pin the new one under another name");
    }

    @Test
    void elementsOfArrays() {
        assertThat(changes(withValue(array(Scalar.U32, 4)), withValue(array(Scalar.U64, 4))))
                .containsExactly(
                        "BREAKS_MAPS changing the size of an element of the value of `counts` from 4 (__u32) to 8"
                                + " (__u64) changes value_size of `counts` from 16 to 32: the new version will reject a pinned"
                                + " `counts`; migrate the pinned map, or pin the new one under another name");
        assertThat(changes(withValue(array(Scalar.U32, 4)), withValue(array(Scalar.U32, 5))))
                .singleElement()
                .asString()
                .startsWith("BREAKS_MAPS changing the length of the value of `counts` from 4 to 5 changes value_size");
    }

    @Test
    void anotherTypeOfTheSameBytes() {
        assertThat(changes(withValue(enumOf("A", 0)), schema(List.of(enumOf("A", 0)), counts(Scalar.U32))))
                .containsExactly(
                        "COMPATIBLE changing the type of `e` from enum e to __u32: the new version opens and reads a"
                                + " pinned `counts` as before");
    }

    @Test
    void anIndexIsAnIndex() {
        MapDef before = new MapDef("m", MapRole.PLAIN, MapKind.ARRAY, 4, 0, Scalar.U32, Scalar.U64, null);
        MapDef after = new MapDef("m", MapRole.PLAIN, MapKind.ARRAY, 4, 0, Scalar.S32, Scalar.U64, null);
        assertThat(changes(schema(List.of(), before), schema(List.of(), after)))
                .singleElement()
                .asString()
                .startsWith("COMPATIBLE ");
    }

    /** The kernel does not know the record size of a ring buffer, so it opens with any record. */
    @Test
    void recordsOfARingAreMisread() {
        MapDef before = new MapDef("m", MapRole.PLAIN, MapKind.RINGBUF, 4096, 0, null, Scalar.U64, null);
        MapDef after = new MapDef("m", MapRole.PLAIN, MapKind.RINGBUF, 4096, 0, null, Scalar.U32, null);
        MapDef bare = new MapDef("m", MapRole.PLAIN, MapKind.RINGBUF, 4096, 0, null, null, null);
        String misread = "the new version will misread the entries of a pinned `m`; migrate the pinned map, or pin the"
                + " new one under another name";
        assertThat(changes(schema(List.of(), before), schema(List.of(), after)))
                .containsExactly(
                        "BREAKS_MAPS changing the size of the value of `m` from 8 (__u64) to 4 (__u32): " + misread);
        assertThat(changes(schema(List.of(), before), schema(List.of(), bare)))
                .singleElement()
                .asString()
                .startsWith("BREAKS_MAPS changing the value of `m` from __u64 to none: " + misread);
    }

    @Test
    void innerDefinitionsByName() {
        Schema before =
                schema(List.of(), hash("a_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64), outer("tenant", "a_map"));
        Schema after =
                schema(List.of(), hash("b_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64), outer("tenant", "b_map"));
        assertThat(changes(before, after))
                .containsExactly(
                        "BREAKS_SOURCE replacing `a_map` with `b_map` (or renaming it): C code that uses `a_map` no"
                                + " longer compiles; the new version opens and reads a pinned `tenant` as before");
    }

    @Test
    void innerDefinitionsOfOtherHeaders() {
        Schema before = schema(List.of(), hash("a_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64));
        Schema after = schema(List.of(), hash("a_map", MapRole.INNER, 8, Scalar.U32, Scalar.U32));
        assertThat(changes(before, after))
                .containsExactly(
                        "BREAKS_MAPS changing the size of the value of `a_map` from 8 (__u64) to 4 (__u32) changes"
                                + " value_size of `a_map` from 8 to 4: the new version will reject a pinned outer map of `a_map`;"
                                + " migrate the pinned map, or pin the new one under another name");
        assertThat(changes(before, schema(List.of())))
                .containsExactly(
                        "BREAKS_SOURCE removing the map `a_map`: C and Java code that uses it no longer compiles");
    }

    @Test
    void slots() {
        MapDef inner = hash("flow_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64);
        MapDef tenant = outer("tenant", "flow_map");
        Schema empty = schema(List.of(), inner, tenant);
        Schema gold =
                schema(List.of(), inner, inner.declaredInner("gold"), slotted(tenant, SlotFill.IN_OBJECT, "gold"));
        Schema late = schema(List.of(), inner, inner.declaredInner("gold"), slotted(tenant, SlotFill.AT_LOAD, "gold"));
        assertThat(changes(empty, gold))
                .containsExactly(
                        "COMPATIBLE changing slot 4 of `tenant` from empty to gold: PinOptions.withSlots decides how"
                                + " the slots of a pinned `tenant` are filled",
                        "COMPATIBLE adding the map `gold`: no existing code uses it; objects compiled from the previous"
                                + " version lack it, so recompile them");
        assertThat(changes(gold, empty))
                .contains("BREAKS_SOURCE removing the map `gold`: C and Java code that uses it no longer compiles")
                .hasSize(2);
        assertThat(changes(gold, late))
                .containsExactly(
                        "COMPATIBLE changing the slot fill of `tenant` from IN_OBJECT to AT_LOAD: PinOptions.withSlots"
                                + " decides how the slots of a pinned `tenant` are filled");
        MapDef wider = hash("flow_map", MapRole.INNER, 8, Scalar.U64, Scalar.U64);
        assertThat(changes(
                        gold,
                        schema(
                                List.of(),
                                wider,
                                wider.declaredInner("gold"),
                                slotted(tenant, SlotFill.IN_OBJECT, "gold"))))
                .singleElement()
                .asString()
                .contains("changes key_size of `flow_map` from 4 to 8: " + REJECTED);
    }

    private static MapDef slotted(MapDef outer, SlotFill fill, String target) {
        return outer.withSlots(new SlotContents(fill, List.of(new SlotContents.Slot(List.of(4L), target))));
    }

    @Test
    void membersOfUnions() {
        Field number = new Field("number", Scalar.U64, 0);
        UnionType one = new UnionType("u", 8, 8, List.of(number));
        UnionType two = new UnionType("u", 8, 8, List.of(number, new Field("half", Scalar.U32, 0)));
        assertThat(changes(withValue(one), withValue(two)))
                .singleElement()
                .asString()
                .startsWith("BREAKS_SOURCE adding `half` to `u`: ")
                .endsWith("the new version opens and reads a pinned `counts` as before");
    }

    @Test
    void typesOfNoMap() {
        assertThat(changes(schema(List.of(COUNT)), schema(List.of())))
                .containsExactly(
                        "BREAKS_SOURCE removing `struct count`: C and Java code that uses it no longer compiles");
        assertThat(changes(schema(List.of()), schema(List.of(COUNT))))
                .containsExactly("COMPATIBLE changing includes, an order, or types that nothing uses: nothing breaks");
    }

    @Test
    void constantsArePassedToLoad() {
        Schema none = globals();
        Schema constants = globals(new GlobalDef("limit", ".rodata", Scalar.U32));
        assertThat(changes(none, constants))
                .containsExactly(
                        "BREAKS_SOURCE adding the constants `limit`: Java code that loads the object must pass them to"
                                + " load");
        assertThat(changes(constants, none))
                .containsExactly("BREAKS_SOURCE removing the variable `limit`: C and Java code that uses it no longer"
                        + " compiles");
        assertThat(changes(constants, globals(new GlobalDef("limit", ".bss", Scalar.U32))))
                .containsExactly("BREAKS_SOURCE changing the section of `limit` from .rodata to .bss: Java code no"
                        + " longer passes it to load");
        assertThat(changes(globals(new GlobalDef("limit", ".data", Scalar.U32)), constants))
                .containsExactly("BREAKS_SOURCE changing the section of `limit` from .data to .rodata: programs can't"
                        + " write it any more, and Java code passes it to load");
        assertThat(changes(constants, globals(new GlobalDef("limit", ".rodata.limits", Scalar.U32))))
                .containsExactly(
                        "COMPATIBLE changing the section of `limit` from .rodata to .rodata.limits: nothing breaks");
    }

    @Test
    void layoutsOfVariablesBreakNoData() {
        StructType larger =
                struct("count", member("hits", Scalar.U64), member("misses", Scalar.U64), member("last", Scalar.U32));
        assertThat(changes(globals(), globals(new GlobalDef("count", ".bss", COUNT))))
                .contains("COMPATIBLE adding the variable `count`: no existing code uses it; objects compiled from the"
                        + " previous version lack it, so recompile them");
        assertThat(changes(
                        globals(new GlobalDef("count", ".bss", COUNT)),
                        globals(new GlobalDef("count", ".bss", larger))))
                .containsExactly("BREAKS_SOURCE adding `misses` to `count`: Java code that constructs the record must"
                        + " pass one more component");
        assertThat(changes(
                        globals(new GlobalDef("hits", ".bss", Scalar.U32)),
                        globals(new GlobalDef("hits", ".bss", Scalar.U64))))
                .containsExactly("COMPATIBLE changing the size of `hits` from 4 (__u32) to 8 (__u64): nothing breaks");
    }

    @Test
    void aStructOfAMapAndAVariableBreaksTheMap() {
        StructType swapped = struct("count", member("last", Scalar.U32), member("hits", Scalar.U64));
        Schema before = withGlobals(withValue(COUNT), new GlobalDef("total", ".bss", COUNT));
        Schema after = withGlobals(withValue(swapped), new GlobalDef("total", ".bss", swapped));

        assertThat(changes(before, after))
                .containsExactly(
                        "BREAKS_MAPS changing the offset of `hits` of `count` from 0 to 8: " + MISREAD,
                        "BREAKS_MAPS changing the offset of `last` of `count` from 8 to 0: " + MISREAD);
    }

    @Test
    void anotherOriginIsAnotherClass() {
        Schema after = new Schema("com.acme.Flows", "sample", List.of(), List.of(), List.of());
        Schema before = new Schema("com.acme.TenantFlows", "sample", List.of(), List.of(), List.of());
        assertThat(changes(before, after))
                .containsExactly(
                        "BREAKS_SOURCE renaming com.acme.TenantFlows to com.acme.Flows: Java code that uses it or its"
                                + " generated class no longer compiles");
    }

    @Test
    void theOrderOfTypesIsInTheFingerprint() {
        Schema before = tenantFlows();
        List<NamedType> types = new ArrayList<>(before.types());
        types.add(0, types.remove(1));
        Schema after = new Schema(before.origin(), before.header(), before.includes(), types, before.maps());
        assertThat(changes(before, after)).containsExactly("BREAKS_MAPS changing the order of types: " + REJECTED);
    }

    @Test
    void theWorstComesFirst() {
        StructType changed = struct("count", member("packets", Scalar.U64), member("last", Scalar.S32));
        assertThat(SchemaChanges.between(withValue(COUNT), withValue(changed)))
                .extracting(SchemaChange::effect)
                .containsExactly(Effect.BREAKS_MAPS, Effect.BREAKS_SOURCE);
    }

    /** Every change is reported, and the predicted outcome for pinned outer maps agrees with their fingerprint. */
    @Test
    void reportsEveryChange() {
        int rejected = 0;
        for (long seed = 1; seed <= 5_000; seed++) {
            Schema before = nest(RandomSchemas.structOfScalars(new Random(seed / 2 * 2)), 8);
            Schema after = nest(RandomSchemas.structOfScalars(new Random(seed)), 8);
            List<String> changes = changes(before, after);
            assertThat(changes.isEmpty())
                    .as("seed %d: %s to %s: %s", seed, before.types(), after.types(), changes)
                    .isEqualTo(before.equals(after));
            boolean sameLayout = OuterMapLayout.of(before, before.maps().get(1))
                    .equals(OuterMapLayout.of(after, after.maps().get(1)));
            assertThat(changes.stream().anyMatch(change -> change.contains(REJECTED)))
                    .as("seed %d: %s", seed, changes)
                    .isEqualTo(!sameLayout);
            rejected += sameLayout ? 0 : 1;
        }
        assertThat(rejected).isBetween(1, 4_999);
    }

    @Test
    void anySchemasCanBeCompared() {
        List<Schema> schemas = LongStream.rangeClosed(1, 100)
                .mapToObj(seed -> new RandomSchemas(seed).next())
                .filter(schema -> schema.maps().stream()
                        .allMatch(map -> map.definition() == null
                                || schema.map(map.definition()).isPresent()))
                .toList();
        assertThat(schemas).hasSizeGreaterThan(20);
        for (Schema before : schemas) {
            for (Schema after : schemas) {
                assertThat(changes(before, after).isEmpty())
                        .as("%s to %s", before, after)
                        .isEqualTo(before.equals(after));
            }
        }
    }

    private static List<String> changes(Schema before, Schema after) {
        return SchemaChanges.between(before, after).stream()
                .map(change -> change.effect() + " " + change.message())
                .toList();
    }

    private static Schema globals(GlobalDef... globals) {
        List<NamedType> types = Arrays.stream(globals)
                .map(GlobalDef::type)
                .filter(NamedType.class::isInstance)
                .map(NamedType.class::cast)
                .toList();
        return withGlobals(schema(types), globals);
    }

    private static Schema withGlobals(Schema schema, GlobalDef... globals) {
        return new Schema(
                schema.origin(), schema.header(), schema.includes(), schema.types(), schema.maps(), List.of(globals));
    }

    private static StructType struct(String name, StructType.Member... members) {
        return StructType.of(name, Arrays.asList(members));
    }

    private static ArrayType array(CType element, int count) {
        return new ArrayType(element, count);
    }

    private static EnumType enumOf(Object... namesAndValues) {
        List<EnumType.Constant> constants = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            constants.add(new EnumType.Constant((String) namesAndValues[i], (Integer) namesAndValues[i + 1]));
        }
        return EnumType.of("e", constants);
    }

    private static MapDef plain(MapKind kind, long maxEntries, long flags) {
        return new MapDef("m", MapRole.PLAIN, kind, maxEntries, flags, Scalar.U32, Scalar.U64, null);
    }

    private static MapDef counts(CType value) {
        return hash("counts", MapRole.PLAIN, 16, Scalar.U32, value);
    }

    private static Schema withKey(StructType key) {
        return schema(List.of(key), hash("counts", MapRole.PLAIN, 16, key, Scalar.U64));
    }

    private static Schema nest(StructType value, long maxEntries) {
        return schema(
                List.of(value),
                hash("flow_map", MapRole.INNER, maxEntries, Scalar.U32, value),
                outer("tenant", "flow_map"));
    }

    private static Schema nestOfArrays(long flags, long maxEntries) {
        MapDef inner =
                new MapDef("flow_map", MapRole.INNER, MapKind.ARRAY, maxEntries, flags, Scalar.U32, Scalar.U64, null);
        return schema(List.of(), inner, outer("tenant", "flow_map"));
    }

    private static Schema inMaps(StructType type) {
        return schema(
                List.of(type),
                hash("first", MapRole.PLAIN, 1, type, Scalar.U32),
                hash("second", MapRole.PLAIN, 1, Scalar.U32, type),
                hash("flow_map", MapRole.INNER, 1, Scalar.U32, type),
                outer("tenant", "flow_map"));
    }
}
