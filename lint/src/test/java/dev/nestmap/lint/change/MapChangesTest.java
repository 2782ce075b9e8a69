/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import static dev.nestmap.lint.change.ChangedSchemas.COUNT;
import static dev.nestmap.lint.change.ChangedSchemas.REJECTED;
import static dev.nestmap.lint.change.ChangedSchemas.changes;
import static dev.nestmap.lint.change.ChangedSchemas.nest;
import static dev.nestmap.lint.change.ChangedSchemas.plain;
import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.inner;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.plain;
import static dev.nestmap.schema.Samples.schema;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.PinOutcome;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each change of a map is reported with what it breaks. */
class MapChangesTest {
    @Test
    void reportsMaxEntriesThatTheKernelLetsDiffer() {
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
    void reportsMaxEntriesThatAreLeftToTheLoad() {
        Schema fixed = schema(List.of(), plain(MapKind.HASH, 8, 0));
        Schema open = schema(List.of(), plain(MapKind.HASH, 0, 0));
        assertThat(changes(fixed, open))
                .containsExactly("COMPATIBLE changing max_entries of `m` from 8 to sizedAtLoad: a pinned `m`"
                        + " keeps its size, and a load with another size fails");
        assertThat(changes(open, fixed))
                .containsExactly(
                        "BREAKS_MAPS changing max_entries of `m` from sizedAtLoad to 8: the new version will reject a"
                                + " pinned `m` of another size" + PinOutcome.REMEDY);
        assertThat(changes(nestOfArrays(0, 8), nestOfArrays(0, 0)))
                .containsExactly("COMPATIBLE changing max_entries of `flow_map` from 8 to sizedAtLoad: a pinned"
                        + " `tenant` keeps its size, and a load with another size fails");
        assertThat(changes(nestOfArrays(0, 0), nestOfArrays(0, 8)))
                .containsExactly(
                        "BREAKS_MAPS changing max_entries of `flow_map` from sizedAtLoad to 8: the new version will reject"
                                + " a pinned `tenant` of another size" + PinOutcome.REMEDY);
        String differs = "the kernel accepts inner maps of another size, and existing inner maps keep theirs";
        assertThat(changes(nest(COUNT, 8), nest(COUNT, 0)))
                .containsExactly("COMPATIBLE changing max_entries of `flow_map` from 8 to sizedAtLoad: " + differs);
        assertThat(changes(nest(COUNT, 0), nest(COUNT, 8)))
                .containsExactly("COMPATIBLE changing max_entries of `flow_map` from sizedAtLoad to 8: " + differs);
        MapDef events = plain("m", MapKind.PERF_EVENT_ARRAY, 8, null, COUNT);
        assertThat(changes(events, events.withMaxEntries(0)))
                .containsExactly(
                        "COMPATIBLE changing max_entries of `m` from 8 to sizedAtLoad: a pinned `m` keeps its size, and a"
                                + " load with another size fails");
    }

    @Test
    void reportsChangedKindsAndFlags() {
        assertThat(changes(plain(MapKind.HASH, 8, 0), plain(MapKind.LRU_HASH, 8, 0)))
                .containsExactly(
                        "BREAKS_MAPS changing the type of `m` from BPF_MAP_TYPE_HASH to BPF_MAP_TYPE_LRU_HASH: the new"
                                + " version will reject a pinned `m`" + PinOutcome.REMEDY);
        assertThat(changes(plain(MapKind.HASH, 8, 0), plain(MapKind.HASH, 8, 1)))
                .containsExactly(
                        "BREAKS_MAPS changing map_flags of `m` from 0 to BPF_F_NO_PREALLOC: the new version will reject a pinned"
                                + " `m`" + PinOutcome.REMEDY);
        assertThat(changes(plain(MapKind.HASH, 8, 0), plain(MapKind.HASH, 8, MapFlags.RDONLY)))
                .containsExactly(
                        "COMPATIBLE changing map_flags of `m` from 0 to BPF_F_RDONLY: a pinned `m` keeps its old value");
    }

    @Test
    void anIndexCanChangeItsType() {
        MapDef before = plain("m", MapKind.ARRAY, 4, Scalar.U32, Scalar.U64);
        MapDef after = plain("m", MapKind.ARRAY, 4, Scalar.S32, Scalar.U64);
        assertThat(changes(before, after)).singleElement().asString().startsWith("COMPATIBLE ");
    }

    /** The kernel does not know the record size of a ring buffer, so it opens with any record. */
    @Test
    void recordsOfARingAreMisread() {
        MapDef before = plain("m", MapKind.RINGBUF, 4096, null, Scalar.U64);
        MapDef after = plain("m", MapKind.RINGBUF, 4096, null, Scalar.U32);
        MapDef bare = plain("m", MapKind.RINGBUF, 4096, null, null);
        String misread = "the new version will misread the entries of a pinned `m`" + PinOutcome.REMEDY;
        assertThat(changes(before, after))
                .containsExactly(
                        "BREAKS_MAPS changing the size of the value of `m` from 8 (__u64) to 4 (__u32): " + misread);
        assertThat(changes(before, bare))
                .singleElement()
                .asString()
                .startsWith("BREAKS_MAPS changing the value of `m` from __u64 to none: " + misread);
    }

    @Test
    void comparesInnerDefinitionsByName() {
        Schema before =
                schema(List.of(), hash("a_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64), outer("tenant", "a_map"));
        Schema after =
                schema(List.of(), hash("b_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64), outer("tenant", "b_map"));
        assertThat(changes(before, after))
                .containsExactly(
                        "COMPATIBLE replacing `a_map` with `b_map` (or renaming it): the new version opens and reads a"
                                + " pinned `tenant` as before");
    }

    @Test
    void comparesInnerDefinitionsOfOtherHeaders() {
        Schema before = schema(List.of(), hash("a_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64));
        Schema after = schema(List.of(), hash("a_map", MapRole.INNER, 8, Scalar.U32, Scalar.U32));
        assertThat(changes(before, after))
                .containsExactly(
                        "BREAKS_MAPS changing the size of the value of `a_map` from 8 (__u64) to 4 (__u32) changes"
                                + " value_size of `a_map` from 8 to 4: the new version will reject a pinned outer map of `a_map`"
                                + PinOutcome.REMEDY);
        assertThat(changes(before, schema(List.of()))).isEmpty();
    }

    private static Schema nestOfArrays(long flags, long maxEntries) {
        MapDef inner = inner("flow_map", MapKind.ARRAY, maxEntries, flags, Scalar.U32, Scalar.U64);
        return schema(List.of(), inner, outer("tenant", "flow_map"));
    }
}
