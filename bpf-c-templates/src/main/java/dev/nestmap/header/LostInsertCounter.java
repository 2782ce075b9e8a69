/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.LostInsertMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The counting of what the kernel refuses to write: into inner maps, for their outer map and, if the record asks for it, for each inner map by
 * the kernel's id; or of the lost events of a stream.
 *
 * @param map the definition of the inner maps, or the stream
 * @param counts the name of the map of counts by id, or of the stream's count; empty if there is none
 * @param outer the outer map that counts what its inner maps refuse; empty for a stream, and if helpers of inner maps can't know their outer
 *     map
 */
record LostInsertCounter(MapDef map, Optional<String> counts, Optional<MapDef> outer) {
    private static final String OF_INNER_MAP = """
            /* The kernel's struct bpf_map: libbpf ignores ___ and what follows. */
            struct bpf_map___id {
            	__u32 id;
            } __attribute__((preserve_access_index));
            __u32 $id = ((struct bpf_map___id *)$map)->id;
            __u32 $others = 0;
            __u64 *$count, $zero = 0;

            $count = bpf_map_lookup_elem(&$counts, &$id);
            if (!$count) {
            	/* Entry 0, made first, counts for the maps that get no entry because $counts is full. */
            	bpf_map_update_elem(&$counts, &$others, &$zero, BPF_NOEXIST);
            	bpf_map_update_elem(&$counts, &$id, &$zero, BPF_NOEXIST);
            	$count = bpf_map_lookup_elem(&$counts, &$id);
            }
            if (!$count)
            	$count = bpf_map_lookup_elem(&$counts, &$others);
            if ($count)
            	__sync_fetch_and_add($count, 1);
            """;

    private static final String OF_STREAM = """
            __u32 $zero = 0;
            __u64 *$count = bpf_map_lookup_elem(&$counts, &$zero);

            if ($count)
            	__sync_fetch_and_add($count, 1);
            """;

    /** What helpers of this map count; empty if they count nothing. */
    static Optional<LostInsertCounter> of(Schema schema, MapDef map) {
        return Optional.of(new LostInsertCounter(
                        map, LostInsertMap.in(schema, map).map(MapDef::name), outerOf(schema, map)))
                .filter(counter ->
                        counter.counts().isPresent() || counter.outer().isPresent());
    }

    /**
     * The outer map whose inner maps have this definition. Empty if there are several, or if the definition comes from another header: then a
     * helper of the inner map can't know the outer map.
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

    private boolean isOfStream() {
        return map.role() == MapRole.PLAIN;
    }

    /** The helper that counts by id or for a stream; empty if only the outer map counts. */
    Optional<HelperPrinter.Helper> helper() {
        return counts.map(name -> new HelperPrinter.Helper(name(), names -> function(names, name)));
    }

    private String name() {
        return HeaderIdentifiers.base(map) + (isOfStream() ? "_count_lost_event" : "_count_lost_insert");
    }

    /** A call of the helper that counts. */
    String call(ParameterNames names) {
        return counts.isEmpty()
                ? UncountedHelpers.call(outer.orElseThrow(), UncountedMap.Counter.REFUSED)
                : name() + "(" + (isOfStream() ? "" : names.of("map")) + ")";
    }

    /** Reading the id needs CAP_PERFMON (check_ptr_to_map_access in kernel/bpf/verifier.c). */
    private String function(ParameterNames names, String table) {
        List<String> parameters = isOfStream() ? List.of() : List.of("struct " + map.name() + " *" + names.of("map"));
        String head = HelperSignature.head("void", name(), parameters);
        String body = isOfStream() ? OF_STREAM : OF_INNER_MAP;
        String ofOuter = outer.map(any -> UncountedHelpers.call(any, UncountedMap.Counter.REFUSED) + ";\n")
                .orElse("");
        return CTemplate.function(head, body + ofOuter, Map.of("counts", table), names::of);
    }
}
