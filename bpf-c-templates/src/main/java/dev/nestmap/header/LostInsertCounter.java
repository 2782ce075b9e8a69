/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.LostInsertMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The counting of failed inserts for each inner map, by the kernel's id.
 *
 * @param inner the definition of the inner maps
 * @param counts the name of the map of counts
 */
record LostInsertCounter(MapDef inner, String counts) {
    /** The map of counts for inner maps; empty if the schema has none. */
    static Optional<LostInsertCounter> of(Schema schema, MapDef inner) {
        return LostInsertMap.in(schema, inner).map(counts -> new LostInsertCounter(inner, counts.name()));
    }

    /** The name of the helper that counts. */
    String helper() {
        return HeaderIdentifiers.base(inner) + "_count_lost_insert";
    }

    /** The helper that counts. Reading the id needs CAP_PERFMON (check_ptr_to_map_access in kernel/bpf/verifier.c). */
    String function(ParameterNames names) {
        String map = names.of("map");
        String body = """
            /* The kernel's struct bpf_map: libbpf ignores ___ and what follows. */
            struct bpf_map___id {
            	__u32 id;
            } __attribute__((preserve_access_index));
            __u32 $id = ((struct bpf_map___id *)$map)->id;
            __u64 *$count, $zero = 0;

            $count = bpf_map_lookup_elem(&$counts, &$id);
            if (!$count) {
            	bpf_map_update_elem(&$counts, &$id, &$zero, BPF_NOEXIST);
            	$count = bpf_map_lookup_elem(&$counts, &$id);
            }
            if ($count)
            	__sync_fetch_and_add($count, 1);
            """;
        String head = HelperSignature.head("void", helper(), List.of("struct " + inner.name() + " *" + map));
        return CTemplate.function(head, body, Map.of("counts", counts), names::of);
    }
}
