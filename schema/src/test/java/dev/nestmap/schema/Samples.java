/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;

/** The schema of the README's example, and ways to change it. */
public final class Samples {
    public static final EnumType FLOW_STATE = EnumType.of(
            "flow_state",
            List.of(new EnumType.Constant("FLOW_STATE_NEW", 0), new EnumType.Constant("FLOW_STATE_OPEN", 1)));

    public static final StructType FLOW_KEY = StructType.of(
            "flow_key",
            List.of(
                    member("source", Scalar.BE32),
                    member("destination", Scalar.BE32),
                    member("source_port", Scalar.BE16),
                    member("destination_port", Scalar.BE16),
                    member("protocol", Scalar.U8)));

    public static final StructType FLOW = StructType.of(
            "flow", List.of(member("packets", Scalar.U64), member("bytes", Scalar.U64), member("state", FLOW_STATE)));

    private Samples() {}

    public static Schema tenantFlows() {
        return tenantFlows(FLOW_KEY, FLOW);
    }

    public static Schema tenantFlows(StructType key, StructType value) {
        return new Schema(
                "com.acme.TenantFlows",
                "tenant_flows",
                List.of(new Schema.Include("flow", List.of("flow_key", "flow"))),
                List.of(FLOW_STATE, key, value),
                List.of(hash("flow_map", MapRole.INNER, 4096, key, value), outer("tenant", "flow_map")));
    }

    public static StructType.Member member(String name, CType type) {
        return new StructType.Member(name, type);
    }

    public static MapDef hash(String name, MapRole role, long maxEntries, CType key, CType value) {
        return new MapDef(name, role, MapKind.HASH, maxEntries, 0, key, value, null);
    }

    public static MapDef outer(String name, String inner) {
        return new MapDef(name, MapRole.OUTER, MapKind.HASH_OF_MAPS, 64, 0, Scalar.U32, null, inner);
    }

    public static Schema schema(List<NamedType> types, MapDef... maps) {
        return new Schema("", "sample", List.of(), types, List.of(maps));
    }

    /** One plain hash with this value. */
    public static Schema withValue(CType value) {
        return schema(
                value instanceof NamedType named ? List.of(named) : List.of(),
                hash("counts", MapRole.PLAIN, 16, Scalar.U32, value));
    }
}
