/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Optional;

/**
 * The plain map in which programs count inserts that failed, for each inner map by its kernel id. Only its name links it to the inner maps:
 * {@code flow_lost_inserts} for inner maps of {@code flow_map}. It is a HASH from {@code __u32} to {@code __u64}.
 */
record LostInserts(MapDef inner, MapDef counts) {
    private static final String SUFFIX = "_lost_inserts";

    /** The map of counts for inner maps; empty if the schema has none, or if an insert into these maps can't fail. */
    static Optional<LostInserts> of(Schema schema, MapDef inner) {
        boolean canFail =
                inner.role() == MapRole.INNER && (inner.kind() == MapKind.HASH || inner.kind() == MapKind.PERCPU_HASH);
        return canFail
                ? schema.map(HeaderNames.base(inner) + SUFFIX)
                        .filter(LostInserts::isMapOfCounts)
                        .map(counts -> new LostInserts(inner, counts))
                : Optional.empty();
    }

    private static boolean isMapOfCounts(MapDef map) {
        return map.role() == MapRole.PLAIN
                && map.kind() == MapKind.HASH
                && Scalar.U32.equals(map.key())
                && Scalar.U64.equals(map.value());
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
                """.formatted(map, id, count, zero, counts.name()).lines().toList());
    }
}
