/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.imported;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.records.ImportedRecords;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What import writes compiles, and equals the object map by map and field by field, except for what it names. */
class ImportTest {
    private static final List<String> OBJECTS = List.of(
            "anonymous_types",
            "foreign_balancer",
            "foreign_limiter",
            "kernel_selftests",
            "managed",
            "packed_types",
            "slotted",
            "stages",
            "union_types");

    /** The maps that import leaves out of records that bind to an object. */
    private static final Map<String, Set<String>> LEFT_OUT =
            Map.of("foreign_limiter", Set.of("units", "extras"), "managed", Set.of("later"));

    @TempDir
    private static Path folder;

    private static RoundTrip trip = new RoundTrip(Path.of(""));

    @BeforeAll
    static void importAndCompile() {
        trip = new RoundTrip(folder);
        for (String object : OBJECTS) {
            trip.addBoth(object, BpfObjects.of(object));
        }
        trip.compile();
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void recordsBindToTheObject(String object) {
        String binding = RoundTrip.binding(object);
        Schema declared = trip.declared(binding);
        Schema actual = trip.actual(object);

        assertThat(SchemaComparison.compare(declared, actual)).isEmpty();
        assertThat(leftOut(trip.records(binding))).isEqualTo(LEFT_OUT.getOrDefault(object, Set.of()));
        assertThat(names(declared)).isEqualTo(without(names(actual), leftOut(trip.records(binding))));
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void theHeaderMakesTheSameMaps(String object) {
        Schema actual = trip.actual(object);
        ImportedRecords records = trip.records(object);
        Set<String> named = records.remarks().stream()
                .map(remark -> remark.place().substring("map ".length()))
                .collect(Collectors.toSet());

        Schema again = trip.recompiled(object);

        Schema maps = new Schema("", "", List.of(), List.of(), actual.maps());
        List<Difference> differences = SchemaComparison.compare(maps, again);
        assertThat(differences)
                .filteredOn(difference ->
                        !named.contains(String.valueOf(difference.where().map())))
                .isEmpty();
        Set<String> made = names(again);
        // The generated header counts what a stream loses, and what inner maps refuse.
        made.removeIf(map -> !names(actual).contains(map) && (map.endsWith("_lost") || map.endsWith("_uncounted")));
        assertThat(made).isEqualTo(without(names(actual), leftOut(records)));
    }

    /** So that `m = &spill` compiles, which has to be the same struct as the inner maps. */
    @Test
    void aMapThatSharesADefinitionSharesItAgain() {
        Schema again = trip.recompiled("slotted");

        Map.of("spill", "flow_map", "silver_one", "limit_map", "gold", "limit_map")
                .forEach((map, definition) -> assertThat(
                                again.map(map).orElseThrow().definition())
                        .as(map)
                        .isEqualTo(definition));
        assertThat(trip.records(RoundTrip.binding("slotted")).source())
                .contains("instances = \"spill\"", "instances = {\"silver_one\", \"gold\"}");
    }

    private static Set<String> leftOut(ImportedRecords records) {
        return records.remarks().stream()
                .filter(remark -> remark.severity() == Severity.ERROR)
                .map(remark -> remark.place().substring("map ".length()))
                .collect(Collectors.toSet());
    }

    private static Set<String> names(Schema schema) {
        return schema.maps().stream()
                .filter(map -> map.role() != MapRole.INNER)
                .map(MapDef::name)
                .collect(Collectors.toSet());
    }

    private static Set<String> without(Set<String> names, Set<String> others) {
        return names.stream().filter(name -> !others.contains(name)).collect(Collectors.toSet());
    }
}
