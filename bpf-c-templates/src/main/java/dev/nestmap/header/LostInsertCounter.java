/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.LostInsertMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The counting of failed inserts for each inner map, by the kernel's id, or of the lost events of a stream.
 *
 * @param map the definition of the inner maps, or the stream
 * @param counts the name of the map of counts
 */
record LostInsertCounter(MapDef map, String counts) {
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

    /** The map of counts for inner maps or a stream; empty if the schema has none. */
    static Optional<LostInsertCounter> of(Schema schema, MapDef map) {
        return LostInsertMap.in(schema, map).map(counts -> new LostInsertCounter(map, counts.name()));
    }

    private boolean isOfStream() {
        return map.role() == MapRole.PLAIN;
    }

    /** The name of the helper that counts. */
    String helper() {
        return HeaderIdentifiers.base(map) + (isOfStream() ? "_count_lost_event" : "_count_lost_insert");
    }

    /** A call of the helper. */
    String call(ParameterNames names) {
        return helper() + "(" + (isOfStream() ? "" : names.of("map")) + ")";
    }

    /** The helper that counts. Reading the id needs CAP_PERFMON (check_ptr_to_map_access in kernel/bpf/verifier.c). */
    String function(ParameterNames names) {
        List<String> parameters = isOfStream() ? List.of() : List.of("struct " + map.name() + " *" + names.of("map"));
        String head = HelperSignature.head("void", helper(), parameters);
        return CTemplate.function(head, isOfStream() ? OF_STREAM : OF_INNER_MAP, Map.of("counts", counts), names::of);
    }
}
