/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import static dev.nestmap.lint.change.ChangedSchemas.COUNT;
import static dev.nestmap.lint.change.ChangedSchemas.REJECTED;
import static dev.nestmap.lint.change.ChangedSchemas.byName;
import static dev.nestmap.lint.change.ChangedSchemas.changes;
import static dev.nestmap.lint.change.ChangedSchemas.changesAsDeclared;
import static dev.nestmap.lint.change.ChangedSchemas.nest;
import static dev.nestmap.lint.change.ChangedSchemas.plain;
import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.tenantFlows;
import static dev.nestmap.schema.Samples.withValue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.lint.change.SchemaChange.Effect;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.RandomSchemas;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.MapLayout;
import dev.nestmap.schema.compare.PinOutcome;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Each change of a schema is reported once, with what it breaks. Other test classes cover changes of types, maps and variables. */
class SchemaChangeFinderTest {
    @Test
    void equalSchemasHaveNoChanges() {
        assertThat(SchemaChangeFinder.between(tenantFlows(), tenantFlows())).isEmpty();
    }

    @Test
    void reportsRemovedMaps() {
        Schema one = schema(List.of(), plain(MapKind.HASH, 8, 0));
        Schema two = schema(List.of(), plain(MapKind.HASH, 8, 0), hash("n", MapRole.PLAIN, 8, Scalar.U32, Scalar.U8));
        assertThat(changes(one, two)).isEmpty();
        assertThat(changes(two, one))
                .containsExactly(
                        "BREAKS_MAPS removing the map `n`: a pinned one stays, with its entries, until its pin is removed");
    }

    @Test
    void aStructOfSeveralMapsIsOneChangeForAll() {
        StructType larger = struct("count", "__u64 hits; __u64 last;");
        StructType widest = struct("count", "__u64 hits; __u32 last; __u64 more;");
        assertThat(changes(inMaps(COUNT), inMaps(widest)))
                .containsExactly(
                        "BREAKS_MAPS adding `more` to `count` changes key_size of `first` from 16 to 24, value_size of"
                                + " `second` from 16 to 24 and value_size of `flow_map` from 16 to 24: the new version will"
                                + " reject a pinned `first`, `second` or `tenant`" + PinOutcome.REMEDY);
        assertThat(changes(inMaps(COUNT), inMaps(larger)))
                .containsExactly(
                        "BREAKS_MAPS changing the size of `last` of `count` from 4 (__u32) to 8 (__u64): the new"
                                + " version will reject a pinned `tenant`, and the new version will reject a pinned `first` or"
                                + " `second`, or misread its entries if it runs without CAP_SYS_ADMIN"
                                + PinOutcome.REMEDY);
    }

    /** What no longer compiles is for the compilers of C and Java. */
    @Test
    void reportsOnlyWhatReachesPinnedMaps() {
        Schema before = new Schema("com.acme.TenantFlows", "sample", List.of(), List.of(COUNT), List.of())
                .withPrograms(List.of(new ProgramDef("count", "xdp")));

        assertThat(changes(before, new Schema("com.acme.Flows", "sample", List.of(), List.of(), List.of())))
                .isEmpty();
    }

    @Test
    void anotherUnitOfTimeIsMisread() {
        Schema flows = tenantFlows();
        Schema nanos =
                flows.withMeanings(List.of(new FieldMeaning.Time("struct flow", "packets", false, 1_000_000_000)));
        Schema millis = flows.withMeanings(List.of(new FieldMeaning.Time("struct flow", "packets", false, 1_000)));
        Schema instant = flows.withMeanings(List.of(new FieldMeaning.Time("struct flow", "packets", true, 1_000)));
        assertThat(changes(nanos, millis))
                .containsExactly(
                        "BREAKS_MAPS changing how records read `packets` of `flow` from Duration (1000000000 per second) to"
                                + " Duration (1000 per second): "
                                + REJECTED);
        assertThat(changes(millis, instant))
                .containsExactly(
                        "BREAKS_MAPS changing how records read `packets` of `flow` from Duration (1000 per second) to Instant"
                                + " (1000 per second): " + REJECTED);
        assertThat(changes(flows, millis))
                .containsExactly(
                        "BREAKS_MAPS changing how records read `packets` of `flow` from a number to Duration (1000 per second): "
                                + REJECTED);
        Schema seconds =
                withValue(Scalar.U64).withMeanings(List.of(new FieldMeaning.Time("map counts", "value", false, 1)));
        assertThat(changes(
                        seconds,
                        withValue(Scalar.U64)
                                .withMeanings(List.of(new FieldMeaning.Time("map counts", "value", false, 1_000)))))
                .singleElement()
                .asString()
                .startsWith("BREAKS_MAPS changing how records read the value of `counts` from Duration (1 per second)")
                .contains("a pinned `counts`");
    }

    @Test
    void reportsRequestedPins() {
        MapDef map = plain(MapKind.HASH, 8, 0);
        Schema unpinned = schema(List.of(), map);
        Schema pinned = schema(List.of(), map.pinnedByNameIf(true));

        assertThat(changesAsDeclared(unpinned, pinned))
                .containsExactly(
                        "COMPATIBLE adding the pin by name to `m`: a load pins the map by its name, and uses a map"
                                + " that is already pinned there");
        assertThat(changesAsDeclared(pinned, unpinned))
                .containsExactly(
                        "BREAKS_MAPS removing the pin by name from `m`: each load creates a new map; a pinned one"
                                + " stays, with its entries, until its pin is removed");
    }

    /** A map with a text beside its pin is never misread. */
    @Test
    void eachChangeOfAMapWithATextIsRejected() {
        for (String changed : List.of(
                "__u64 packets; __u32 last;",
                "__u32 last; __u64 hits;",
                "__u64 hits; __u32 last; __u16 cpu;",
                "__u64 hits; __s32 last;")) {
            assertThat(changesAsDeclared(withValue(COUNT), withValue(struct("count", changed))))
                    .isNotEmpty()
                    .allMatch(change ->
                            change.endsWith("the new version will reject a pinned `counts`" + PinOutcome.REMEDY));
        }
        assertThat(changesAsDeclared(
                        withValue(enumOf("e", "A = 0, B = 1")), withValue(enumOf("e", "A = 0, B = 1, C = 2"))))
                .containsExactly(
                        "BREAKS_MAPS adding the constant `C` to `e`: the new version will reject a pinned `counts`"
                                + PinOutcome.REMEDY);
    }

    @Test
    void theOrderOfTypesMakesNoDifference() {
        Schema before = tenantFlows();
        List<NamedType> types = new ArrayList<>(before.types());
        types.add(0, types.remove(1));
        Schema after = new Schema(before.origin(), before.header(), before.includes(), types, before.maps());
        assertThat(changes(before, after)).isEmpty();
    }

    @Test
    void reportsTheWorstChangeFirst() {
        StructType changed = struct("count", "__u64 packets; __s32 last;");
        assertThat(SchemaChangeFinder.between(byName(withValue(COUNT)), byName(withValue(changed))))
                .extracting(SchemaChange::effect)
                .containsExactly(Effect.BREAKS_MAPS, Effect.COMPATIBLE);
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
            boolean sameLayout = MapLayout.of(before, before.maps().get(1))
                    .equals(MapLayout.of(after, after.maps().get(1)));
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
                List<String> changes = changes(before, after);
                assertThat(before.equals(after) ? changes : List.of())
                        .as("%s to %s", before, after)
                        .isEmpty();
            }
        }
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
