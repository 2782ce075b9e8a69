/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Reading;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.Optional;

/**
 * Counts inserts that failed, for each inner map by its kernel id.
 *
 * @param inner the definition of the inner maps
 * @param counts the name of the map of counts
 */
record LostInserts(MapDef inner, String counts) {
    /** The map of counts for inner maps; empty if the schema has none. */
    static Optional<LostInserts> of(Schema schema, MapDef inner) {
        return schema.readings().stream()
                .filter(reading -> reading instanceof Reading.LostInserts inserts
                        && inserts.inner().equals(inner.name()))
                .map(reading -> reading.owner().substring(Reading.MAP.length()))
                .map(counts -> new LostInserts(inner, counts))
                .findFirst();
    }

    /** The name of the helper that counts. */
    String helper() {
        return HeaderNames.base(inner) + "_count_lost_insert";
    }

    /** The helper that counts. Reading the id needs CAP_PERFMON (check_ptr_to_map_access in kernel/bpf/verifier.c). */
    Header.Function function(ParameterNames names) {
        String map = names.map();
        String id = names.local("id");
        String count = names.local("count");
        String zero = names.local("zero");
        return new Header.Function(
                HelperSignature.head("void", helper(), List.of("struct " + inner.name() + " *" + map)),
                """
                	/* The kernel's struct bpf_map: libbpf ignores ___ and what follows. */
                	struct bpf_map___id {
                		__u32 id;
                	} __attribute__((preserve_access_index));
                	__u32 %2$s = ((struct bpf_map___id *)%1$s)->id;
                	__u64 *%3$s, %4$s = 0;

                	%3$s = bpf_map_lookup_elem(&%5$s, &%2$s);
                	if (!%3$s) {
                		bpf_map_update_elem(&%5$s, &%2$s, &%4$s, BPF_NOEXIST);
                		%3$s = bpf_map_lookup_elem(&%5$s, &%2$s);
                	}
                	if (%3$s)
                		__sync_fetch_and_add(%3$s, 1);
                """.formatted(map, id, count, zero, counts).lines().toList());
    }
}
