/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.PerfRecordSize;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Why the kernel rejects an operation on a map, with advice: the rows of {@code map-errors.txt}. */
public final class MapErrors {
    private static final ErrorTable TABLE = new ErrorTable("map-errors.txt");

    /** What the programs of a program array have in common. */
    public static final String SAME_SECTION = TABLE.text("SAME_SECTION");

    private static final String ANY = "*";

    /** The words for several types of maps. */
    private static final Map<String, Predicate<MapKind>> GROUPS = Map.of(
            ANY,
            kind -> true,
            "INDEXED",
            kind -> kind.keyRule() == MapKind.KeyRule.INDEX,
            "DESCRIPTORS",
            kind -> kind.descriptorSize() > 0,
            "OUTERS",
            MapKind::isMapOfMaps,
            "RINGS",
            MapKind::isRing,
            "STORAGES",
            MapKind::isStorage,
            "LRUS",
            MapKind::isLru,
            "PERCPU",
            MapKind::isPerCpu);

    private static final List<Row> ROWS = TABLE.rows().stream().map(Row::of).toList();

    private MapErrors() {}

    /** The first row that matches. */
    static Optional<Row> find(MapOperation operation, MapShape map, int errno) {
        return ROWS.stream()
                .filter(row ->
                        row.operations.contains(operation) && row.kinds.contains(map.kind()) && row.error.has(errno))
                .findFirst();
    }

    /** The sizes and flags with which the kernel creates a map of this type. */
    private static String needs(MapShape map) {
        MapKind kind = map.kind();
        String keys = kind.keyRule() == MapKind.KeyRule.NONE ? "no keys" : "keys of " + kind.keySizes();
        String required =
                kind.requiredFlags() == 0 ? "" : "the flag " + MapFlags.expression(kind.requiredFlags()) + ", ";
        return "a map of type {kind} needs " + keys + ", values of " + kind.valueSizes(map.flags())
                + ", max_entries of 1 or more, " + required + "no flags but "
                + MapFlags.expression(kind.flags());
    }

    private static String requested(MapShape map) {
        return "(requested: key_size " + map.keySize() + ", value_size " + map.valueSize()
                + ", max_entries {max}, map_flags " + MapFlags.expression(map.flags()) + ")";
    }

    /** A row, with the operations and the types of maps that it is for. */
    record Row(Set<MapOperation> operations, Set<MapKind> kinds, ErrorTable.Row error) {
        static Row of(ErrorTable.Row row) {
            String operations = row.when().get(0);
            List<String> kinds = List.of(row.when().get(1).split(",", -1));
            return new Row(
                    operations.equals(ANY)
                            ? EnumSet.allOf(MapOperation.class)
                            : Stream.of(operations.split(",", -1))
                                    .map(MapOperation::valueOf)
                                    .collect(Collectors.toSet()),
                    MapKind.where(kind -> kinds.stream().anyMatch(word -> is(word, kind))),
                    row);
        }

        private static boolean is(String word, MapKind kind) {
            Predicate<MapKind> group = GROUPS.get(word);
            return group == null ? MapKind.valueOf(word) == kind : group.test(kind);
        }

        /** Null for the usual reason of the errno. */
        @Nullable
        Reason reason() {
            return error.reason();
        }

        /** The explanation for a map. */
        String explain(MapShape map) {
            return error.explanation()
                    .replace("{needs}", needs(map))
                    .replace("{requested}", requested(map))
                    .replace("{maxValue}", Long.toString(map.kind().maxValueSize()))
                    .replace("{max}", Long.toString(map.maxEntries()))
                    .replace("{last}", Long.toString(map.maxEntries() - 1))
                    .replace("{longestEvent}", Integer.toString(PerfRecordSize.LONGEST_EVENT))
                    .replace("{kind}", map.kind().name());
        }
    }
}
