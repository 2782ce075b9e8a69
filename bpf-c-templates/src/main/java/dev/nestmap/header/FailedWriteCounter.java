/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The counting of what the kernel refuses to write: into inner maps, for their outer map, or of the lost events of a stream. */
interface FailedWriteCounter {
    /** The helper that counts and belongs to the map; empty if it belongs to another one. */
    Optional<HelperPrinter.Helper> helper();

    /**
     * A call that counts.
     *
     * @param error the error number, or an expression for it
     */
    String call(String error);

    /** What helpers of this map count; empty if they count nothing. */
    static Optional<FailedWriteCounter> of(Schema schema, MapDef map) {
        return LostEventMap.in(schema, map)
                .<FailedWriteCounter>map(counts -> new OfStream(map, counts.name()))
                .or(() -> outerOf(schema, map).map(OfInnerMap::new));
    }

    /**
     * The outer map that counts what inner maps with this definition refuse. Empty if there are several, or if the definition comes from another
     * header: then a helper of the inner map can't know the outer map.
     */
    private static Optional<MapDef> outerOf(Schema schema, MapDef inner) {
        if (inner.role() != MapRole.INNER || !schema.defines(inner.name())) {
            return Optional.empty();
        }
        List<MapDef> outers = schema.maps().stream()
                .filter(map -> HeaderIdentifiers.hasCombinedHelpers(schema, map))
                .filter(map -> schema.helperDefinitionOf(map).name().equals(inner.name()))
                .toList();
        return outers.size() == 1
                ? Optional.of(outers.get(0)).filter(outer -> HelperPrinter.isCounted(schema, outer))
                : Optional.empty();
    }

    /** Counts in the outer map's table. */
    record OfInnerMap(MapDef outer) implements FailedWriteCounter {
        @Override
        public Optional<HelperPrinter.Helper> helper() {
            return Optional.empty();
        }

        @Override
        public String call(String error) {
            return UncountedHelpers.refused(outer, error);
        }
    }

    /**
     * Counts lost events, whatever the error.
     *
     * @param counts the name of the map of the count
     */
    record OfStream(MapDef stream, String counts) implements FailedWriteCounter {
        private static final String BODY = """
                __u32 $zero = 0;
                __u64 *$count = bpf_map_lookup_elem(&$counts, &$zero);

                if ($count)
                	__sync_fetch_and_add($count, 1);
                """;

        @Override
        public Optional<HelperPrinter.Helper> helper() {
            String head = HelperSignature.head("void", name(), List.of());
            return Optional.of(new HelperPrinter.Helper(
                    name(), names -> CTemplate.function(head, BODY, Map.of("counts", counts), names::of)));
        }

        private String name() {
            return HeaderIdentifiers.base(stream) + "_count_lost_event";
        }

        @Override
        public String call(String error) {
            return name() + "()";
        }
    }
}
