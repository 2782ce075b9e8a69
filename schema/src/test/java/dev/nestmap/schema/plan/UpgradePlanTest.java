/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.plan;

import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.inner;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.plain;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RandomSchemas;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan.Outcome;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an upgrade does with each map. {@link EntryPlanTest} has what it does with keys and values. */
class UpgradePlanTest {
    private static final StructType COUNT = struct("count", "__u64 hits;");
    private static final StructType MORE = struct("count", "__u64 hits; __u64 misses;");

    @Test
    void mapsOfOneVersionAreNewOrGone() {
        Schema one = schema(List.of(), hash("a", MapRole.PLAIN, 8, Scalar.U32, Scalar.U64));
        Schema two = schema(
                List.of(),
                hash("a", MapRole.PLAIN, 8, Scalar.U32, Scalar.U64),
                hash("b", MapRole.PLAIN, 8, Scalar.U32, Scalar.U64));

        assertThat(UpgradePlan.of(one, two).maps())
                .extracting(MapPlan::outcome)
                .containsExactly(Outcome.UNCHANGED, Outcome.NEW);
        assertThat(UpgradePlan.of(one, two).back().maps())
                .extracting(MapPlan::summary)
                .containsExactly(
                        "a is unchanged",
                        "b is no longer declared: if it is pinned, it keeps its entries until its pin is removed");
    }

    /** Programs count in the old inner maps until the upgrade is complete, so only settings are copied. */
    @Test
    void countsAreDrainedAndSettingsCopied() {
        MapPlan counts = plan(nest(MapKind.HASH, 0, COUNT), nest(MapKind.HASH, 0, MORE));
        MapPlan settings =
                plan(nest(MapKind.HASH, MapFlags.RDONLY_PROG, COUNT), nest(MapKind.HASH, MapFlags.RDONLY_PROG, MORE));
        MapPlan opened = plan(nest(MapKind.HASH, 0, COUNT), nest(MapKind.HASH, MapFlags.RDONLY_PROG, MORE));

        assertThat(counts.outcome()).isEqualTo(Outcome.DRAINED);
        assertThat(counts.summary()).contains("the drains then pass the old entries in the new layout");
        assertThat(settings.outcome()).isEqualTo(Outcome.COPIED);
        assertThat(opened.outcome()).isEqualTo(Outcome.DRAINED);
    }

    /** The table of the page: which entries of inner maps become new ones if a component is added. */
    @ParameterizedTest
    @EnumSource
    void thePageSaysWhichEntriesConvert(MapKind kind) throws IOException {
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "reference", "map-types.md")).stream()
                .map(line -> line.split(" \\| "))
                .filter(cells -> cells.length == 3 && cells[0].matches("\\| .*`" + kind + "`.*"))
                .map(cells -> cells[1].split("[,; ]", -1)[0])
                .toList();

        if (!kind.canBeInner()) {
            assertThat(rows).isEmpty();
            return;
        }
        assertThat(plan(nest(kind, 0, COUNT), nest(kind, 0, MORE)).outcome())
                .isEqualTo(rows.equals(List.of("converts")) ? Outcome.DRAINED : Outcome.WAITS);
        assertThat(rows).containsAnyOf("converts", "waits").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            QUEUE            | a read takes an element out
            STACK            | a read takes an element out
            BLOOM_FILTER     | does not list the elements
            RINGBUF          | events that nobody has read stay
            USER_RINGBUF     | events that nobody has read stay
            PERF_EVENT_ARRAY | events that nobody has read stay
            SK_STORAGE       | belong to the kernel
            SOCKMAP          | belong to the kernel
            STACK_TRACE      | belong to the kernel
            """)
    void nobodyCanCopyTheEntriesOfOthers(MapKind kind, String reason) {
        MapDef before = plain("m", kind, 8, null, COUNT);
        MapPlan plan = plan(schema(List.of(COUNT), before), schema(List.of(MORE), plain("m", kind, 8, null, MORE)));

        assertThat(plan.outcome()).isEqualTo(Outcome.WAITS);
        assertThat(plan.problems()).singleElement().asString().contains(reason);
        assertThat(plan(schema(List.of(COUNT), before), schema(List.of(COUNT), before))
                        .outcome())
                .isEqualTo(Outcome.UNCHANGED);
    }

    @ParameterizedTest
    @CsvSource({
        "HASH, LRU_HASH, true", "LRU_HASH, HASH, true", "HASH, RHASH, true", "PERCPU_HASH, LRU_PERCPU_HASH, true",
        "HASH, PERCPU_HASH, false", "HASH, ARRAY, false", "ARRAY, PERCPU_ARRAY, false", "LPM_TRIE, HASH, false"
    })
    void aTableMayEvict(MapKind before, MapKind after, boolean converts) {
        assertThat(plan(nest(before, 0, COUNT), nest(after, 0, COUNT)).outcome())
                .isEqualTo(converts ? Outcome.DRAINED : Outcome.WAITS);
    }

    @Test
    void sizesAndFlagsNeedANewMap() {
        assertThat(planOfPlain(8, 0, 16, 0).notes()).containsExactly("max_entries of m was 8 and is 16");
        assertThat(planOfPlain(8, 0, 8, 1).notes()).containsExactly("map_flags of m were 0 and are BPF_F_NO_PREALLOC");
        assertThat(planOfPlain(8, 0, 0, 0).outcome())
                .as("the load sets the size")
                .isEqualTo(Outcome.UNCHANGED);
        assertThat(planOfPlain(0, 0, 8, 0).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(planOfPlain(8, MapFlags.WRONLY, 16, 0).problems())
                .singleElement()
                .asString()
                .contains("BPF_F_WRONLY");
        assertThat(planOfPlain(8, 0, 8, MapFlags.RDONLY).problems())
                .singleElement()
                .asString()
                .contains("BPF_F_RDONLY");
    }

    /** What programs count in the old map after a copy would be lost. */
    @Test
    void aPlainMapIsCopiedIfProgramsOnlyReadIt() {
        MapPlan counted = planOfPlain(8, 0, 16, 0);
        MapPlan settings = planOfPlain(8, MapFlags.RDONLY_PROG, 16, MapFlags.RDONLY_PROG);

        assertThat(counted.outcome()).isEqualTo(Outcome.WAITS);
        assertThat(counted.problems())
                .singleElement()
                .asString()
                .startsWith("programs may write to m, and a copy would lose what they count")
                .contains("flags = MapFlag.RDONLY_PROG", "in an outer map, which drains convert");
        assertThat(settings.outcome()).isEqualTo(Outcome.COPIED);
        assertThat(settings.summary()).endsWith("because programs only read them");
        assertThat(planOfPlain(8, 0, 8, MapFlags.RDONLY_PROG).outcome())
                .as("the old programs may have counted")
                .isEqualTo(Outcome.WAITS);
        assertThat(planOfPlain(8, 0, 8, 0).outcome()).isEqualTo(Outcome.UNCHANGED);
    }

    private static MapPlan planOfPlain(long size, long flags, long newSize, long newFlags) {
        return plan(schema(List.of(), table(size, flags)), schema(List.of(), table(newSize, newFlags)));
    }

    private static MapDef table(long size, long flags) {
        return new MapDef("m", MapRole.PLAIN, MapKind.HASH, size, flags, Scalar.U32, Scalar.U64, null);
    }

    /** The kernel accepts hash tables of another size in the same outer map, and arrays only with a flag. */
    @Test
    void anOuterMapKeepsInnerMapsOfAnotherSize() {
        assertThat(plan(nest(MapKind.HASH, 0, COUNT, 8), nest(MapKind.HASH, 0, COUNT, 9))
                        .outcome())
                .isEqualTo(Outcome.UNCHANGED);
        assertThat(plan(nest(MapKind.ARRAY, 0, COUNT, 8), nest(MapKind.ARRAY, 0, COUNT, 9))
                        .outcome())
                .isEqualTo(Outcome.DRAINED);
        assertThat(plan(
                                nest(MapKind.ARRAY, MapFlags.INNER_MAP, COUNT, 8),
                                nest(MapKind.ARRAY, MapFlags.INNER_MAP, COUNT, 9))
                        .outcome())
                .isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void aShorterArrayHasNoPlaceForItsLastEntries() {
        MapDef before = plain("m", MapKind.ARRAY, 8, Scalar.U32, Scalar.U64);

        assertThat(plan(schema(List.of(), before), schema(List.of(), before.withMaxEntries(4)))
                        .problems())
                .singleElement()
                .asString()
                .contains("shrinks from 8 to 4");
        assertThat(plan(schema(List.of(), before), schema(List.of(), before.withMaxEntries(16)))
                        .problems())
                .singleElement()
                .asString()
                .startsWith("programs may write to m");
    }

    @Test
    void theKeysOfAnOuterMapStay() {
        MapDef content = hash("flow_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64);
        Schema before = schema(List.of(), content, outer("tenant", "flow_map"));
        Schema wider = schema(List.of(), content, outer("tenant", "flow_map").withKey(Scalar.U64));
        Schema named = before.withMeanings(List.of(new FieldMeaning.Component("map tenant", "key", "id")));
        Schema renamed = before.withMeanings(List.of(new FieldMeaning.Component("map tenant", "key", "number")));

        assertThat(plan(before, wider).problems()).singleElement().asString().contains("with keys __u64");
        assertThat(plan(named, renamed).outcome()).as("a name").isEqualTo(Outcome.DRAINED);
        assertThat(plan(named, renamed).changes())
                .singleElement()
                .asString()
                .startsWith("the key of tenant was called id and is called number; old inner maps keep their keys");
        assertThat(plan(before, schema(List.of(), table(8, 0)))).isNotNull();
    }

    /** Defect N02 of the first bill: the new map is empty, and the old counts are nowhere. */
    @Test
    void anotherPinIsNamed() {
        Schema map = new Schema("com.acme.Bill", "bill", List.of(), List.of(), List.of(table(8, 0)));
        Schema before = map.withMeanings(List.of(new FieldMeaning.Pin("map m", "customer")));
        Schema after = map.withMeanings(List.of(new FieldMeaning.Pin("map m", "customers")));

        assertThat(plan(before, after).problems())
                .singleElement()
                .asString()
                .startsWith("its pin was customer and is customers");
        assertThat(plan(before, map).problems())
                .singleElement()
                .asString()
                .startsWith("its pin was customer and it has none");
        FieldMeaning was = new FieldMeaning.Was("map m", FieldMeaning.PIN, List.of("customer"), 0);
        Schema renamed = after.withMeanings(List.of(after.meanings().get(0), was));
        assertThat(plan(before, renamed).isCompatible()).isTrue();
        assertThat(plan(renamed, before).isCompatible()).as("back").isTrue();
        assertThat(plan(renamed, after).changes())
                .singleElement()
                .asString()
                .contains("pinned at customer stays there", "keep was = \"customer\"");
        Schema elsewhere = map.withMeanings(List.of(new FieldMeaning.Pin("map m", "acme/customers"), was));
        assertThat(plan(before, elsewhere).outcome()).as("in another directory").isEqualTo(Outcome.WAITS);
        assertThat(plan(before, before).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(plan(map, before).outcome()).isEqualTo(Outcome.UNCHANGED);
    }

    /** A load refuses the pins of another object, unless it is called so in one of the two texts. */
    @Test
    void anEarlierNameOfTheObjectIsNotForgotten() {
        Schema map = schema(List.of(), hash("m", MapRole.PLAIN, 8, Scalar.U32, Scalar.U64));
        FieldMeaning pin = new FieldMeaning.Pin("map m", "customer");
        FieldMeaning former = new FieldMeaning.FormerObject("map m", "billing");
        Schema with = map.withMeanings(List.of(pin, former));

        assertThat(plan(with, with).isCompatible()).isTrue();
        assertThat(plan(map.withMeanings(List.of(pin)), with).isCompatible()).isTrue();
        assertThat(plan(with, map.withMeanings(List.of(pin))).changes())
                .singleElement()
                .asString()
                .contains("object was called billing", "keep was = \"billing\" at @BpfObject");
        assertThat(plan(map.withMeanings(List.of(former)), map).isCompatible())
                .as("without a pin")
                .isTrue();
    }

    /** The name of a definition has no meaning. */
    @Test
    void innerMapsMayHaveAnotherName() {
        Schema before = schema(List.of(), hash("a_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64), outer("t", "a_map"));
        Schema after = schema(List.of(), hash("b_map", MapRole.INNER, 8, Scalar.U32, Scalar.U64), outer("t", "b_map"));

        assertThat(plan(before, after).outcome()).isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void aMapWithoutATypeIsNotCompared() {
        CType size = new OpaqueType(16, 1, "value " + OpaqueType.BY_SIZE);
        Schema bySize = schema(List.of(), plain("m", MapKind.HASH, 8, Scalar.U32, size));

        assertThat(plan(bySize, bySize).changes())
                .containsExactly("its definition has a size and no type, so nobody can compare its entries");
    }

    /** A load compares what it would misread, and its object pins the map, so that Nestmap converts nothing. */
    @Test
    void aMapThatItsObjectPinsIsUsedOrRefused() {
        StructType renamed = struct("count", "__u64 packets;");
        StructType signed = struct("count", "__s64 hits;");
        FieldMeaning word = new FieldMeaning.Was("struct count", "packets", List.of("hits"), 0);

        assertThat(plan(byName(COUNT), byName(COUNT)).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(plan(byName(COUNT), byName(renamed).withMeanings(List.of(word)))
                        .outcome())
                .as("the same bytes")
                .isEqualTo(Outcome.UNCHANGED);
        assertThat(plan(byName(COUNT), byName(renamed)).problems())
                .anyMatch(problem -> problem.contains("@Was(\"hits\")"));
        assertThat(plan(byName(COUNT), byName(signed)).problems()).anyMatch(problem -> problem.contains("by its name"));
        Schema unpinned = schema(List.of(COUNT), byName(COUNT).maps().get(0).pinnedByNameIf(false));
        assertThat(plan(unpinned, byName(COUNT)).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(plan(byName(COUNT), unpinned).problems())
                .singleElement()
                .asString()
                .contains("no longer pins m");
    }

    /** Defect: such a map was compared by its C types, so that seconds became milliseconds. */
    @Test
    void theUnitsOfAMapThatItsObjectPinsAreCompared() {
        FieldMeaning seconds = new FieldMeaning.Time("struct count", "hits", false, 1);
        FieldMeaning millis = new FieldMeaning.Time("struct count", "hits", false, 1_000);
        Schema before = byName(COUNT).withMeanings(List.of(seconds));

        assertThat(plan(before, before).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(plan(before, byName(COUNT).withMeanings(List.of(millis))).outcome())
                .as("a finer unit")
                .isEqualTo(Outcome.WAITS);
        assertThat(plan(before, byName(COUNT)).outcome()).as("no unit").isEqualTo(Outcome.WAITS);
        StructType swapped = struct("pair", "__u64 b; __u64 a;");
        assertThat(plan(byName(struct("pair", "__u64 a; __u64 b;")), byName(swapped))
                        .outcome())
                .as("swapped components")
                .isEqualTo(Outcome.WAITS);
    }

    private static Schema byName(StructType value) {
        return schema(
                List.of(value), plain("m", MapKind.HASH, 8, Scalar.U32, value).pinnedByNameIf(true));
    }

    @Test
    void anySchemasCanBePlanned() {
        List<Schema> schemas = LongStream.rangeClosed(1, 100)
                .mapToObj(seed -> new RandomSchemas(seed).next())
                .filter(schema -> schema.maps().stream()
                        .allMatch(map -> map.definition() == null
                                || schema.map(map.definition()).isPresent()))
                .toList();
        assertThat(schemas).hasSizeGreaterThan(20);
        for (Schema before : schemas) {
            for (Schema after : schemas) {
                UpgradePlan plan = UpgradePlan.of(before, after);
                assertThat(plan.maps())
                        .allSatisfy(map -> assertThat(map.summary()).isNotEmpty());
                if (before.equals(after)) {
                    assertThat(plan.maps()).allMatch(map -> map.outcome() == Outcome.UNCHANGED);
                }
            }
        }
    }

    private static Schema nest(MapKind kind, long flags, StructType value) {
        return nest(kind, flags, value, 8);
    }

    private static Schema nest(MapKind kind, long flags, StructType value, long entries) {
        return schema(
                List.of(value),
                inner("flow_map", kind, entries, flags, Scalar.U32, value),
                outer("tenant", "flow_map"));
    }

    private static MapPlan plan(Schema before, Schema after) {
        return UpgradePlan.of(before, after).maps().get(0);
    }
}
