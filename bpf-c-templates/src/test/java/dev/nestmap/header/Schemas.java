/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static dev.nestmap.schema.MapRole.INNER;
import static dev.nestmap.schema.MapRole.OUTER;
import static dev.nestmap.schema.MapRole.PLAIN;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import dev.nestmap.schema.type.UnionType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Schemas for tests of the headers. */
final class Schemas {
    static final StructType FLOW_KEY = struct(
            "flow_key",
            member("source", Scalar.BE32),
            member("destination", Scalar.BE32),
            member("source_port", Scalar.BE16),
            member("destination_port", Scalar.BE16),
            member("protocol", Scalar.U8));
    static final StructType FLOW = struct("flow", member("packets", Scalar.U64), member("bytes", Scalar.U64));
    static final MapDef FLOW_MAP = inner("flow_map", MapKind.HASH, 4096, 0, FLOW_KEY, FLOW);

    /** The example in the README. */
    static final Schema TENANT_FLOWS = new Schema(
            "com.acme.TenantFlows",
            "tenant_flows",
            List.of(),
            List.of(FLOW_KEY, FLOW),
            List.of(FLOW_MAP, outer("tenant", MapKind.HASH_OF_MAPS, 64, Scalar.U32, "flow_map")));

    /** A header without maps, for a struct that several headers use. */
    static final Schema ENDPOINT = new Schema(
            "com.acme.Endpoint",
            "endpoint",
            List.of(),
            List.of(struct("endpoint", member("address", Scalar.BE32), member("port", Scalar.BE16))),
            List.of());

    /** An inner map that several headers use. */
    static final Schema FLOW_HEADER =
            new Schema("com.acme.Flow", "flow", List.of(), List.of(FLOW_KEY, FLOW), List.of(FLOW_MAP));

    /** Every kind of scalar member, and maps with every kind of key and value. */
    static final Schema WIDE = wide();

    /** Inner maps on demand, and maps with the names that helpers use for parameters and local variables. */
    static final Schema ON_DEMAND = onDemand();

    /** Every kind of struct, union and bit-field. */
    static final Schema SHAPES = shapes();

    /** Inner maps with names, and a program array. */
    static final Schema INSTANCES = new Schema(
            "com.acme.Classes",
            "classes",
            List.of(),
            List.of(FLOW_KEY, FLOW),
            List.of(
                    FLOW_MAP,
                    FLOW_MAP.declaredInner("gold"),
                    FLOW_MAP.declaredInner("silver"),
                    new MapDef("stages", PLAIN, MapKind.PROG_ARRAY, 3, 0, Scalar.U32, Scalar.U32, null),
                    outer("by_rank", MapKind.ARRAY_OF_MAPS, 3, Scalar.U32, "flow_map")));

    /** Every field that the kernel manages, also those that the kernel headers may be too old for. */
    static final Schema MANAGED = managed();

    /** Global variables of every section, and no map. */
    static final Schema SAMPLING = sampling();

    /** Keys with padding and unions, which helpers copy. */
    static final Schema KEYS = keys();

    private Schemas() {}

    static Stream<Schema> all() {
        return Stream.of(
                TENANT_FLOWS, ENDPOINT, FLOW_HEADER, WIDE, ON_DEMAND, SHAPES, INSTANCES, MANAGED, SAMPLING, KEYS);
    }

    static MapDef inner(String name, MapKind kind, long maxEntries, long flags, CType key, CType value) {
        return new MapDef(name, INNER, kind, maxEntries, flags, key, value, null);
    }

    static MapDef outer(String name, MapKind kind, long maxEntries, CType key, String inner) {
        return new MapDef(name, OUTER, kind, maxEntries, 0, key, null, inner);
    }

    static MapDef plain(String name, MapKind kind, long maxEntries, CType key, CType value) {
        return new MapDef(name, PLAIN, kind, maxEntries, 0, key, value, null);
    }

    static StructType struct(String name, Member... members) {
        return StructType.of(name, List.of(members));
    }

    static Member member(String name, CType type) {
        return new Member(name, type);
    }

    private static Schema sampling() {
        StructType config = struct("sample_config", member("sample_rate", Scalar.U32), member("vip", Scalar.BE32));
        return new Schema(
                "com.acme.Sampling",
                "sampling",
                List.of(),
                List.of(config, FLOW),
                List.of(),
                List.of(
                        new GlobalDef("sample_config", ".rodata", config),
                        new GlobalDef("flow", ".bss", FLOW),
                        new GlobalDef("verbose", ".rodata.debug", Scalar.BOOL),
                        new GlobalDef("sizes", ".data.sizes", new ArrayType(Scalar.U64, 32))));
    }

    private static Schema keys() {
        EnumType kind = EnumType.of(
                "kind", List.of(new EnumType.Constant("KIND_PORT", 1), new EnumType.Constant("KIND_NAME", 2)));
        StructType port = struct("port_key", member("zone", Scalar.U8), member("port", Scalar.BE16));
        StructType name = struct("name_key", member("name", new ArrayType(Scalar.U8, 9)));
        UnionType what =
                UnionType.of("what", List.of(member("port", port), member("name", name)), StructAttributes.NATURAL);
        UnionType unnamed = UnionType.of(
                "", List.of(member("low", Scalar.U16), member("high", Scalar.U32)), StructAttributes.NATURAL);
        StructType tagged = struct(
                "tagged_key",
                member("kind", kind),
                member("what", what),
                bits("version", Scalar.U8, 4),
                member("order", Scalar.BE16),
                member("", unnamed),
                member("ports", new ArrayType(port, 2)));
        UnionType any = UnionType.of(
                "any", List.of(member("small", Scalar.U8), member("wide", Scalar.U64)), StructAttributes.NATURAL);
        StructType untagged = struct("untagged_key", member("id", Scalar.U32), member("any", any));
        StructType user = struct(
                "user_key", member("id", Scalar.U8), member("names", new ArrayType(new ArrayType(Scalar.CHAR, 9), 2)));
        StructType tight = struct("tight_key", member("id", Scalar.U32), member("port", Scalar.U32));
        return new Schema(
                        "com.acme.Keys",
                        "keys",
                        List.of(),
                        List.of(kind, port, name, what, tagged, any, untagged, user, tight, FLOW),
                        List.of(
                                inner("count_map", MapKind.HASH, 16, 0, tagged, FLOW),
                                outer("counts", MapKind.HASH_OF_MAPS, 4, port, "count_map"),
                                plain("tags", MapKind.HASH, 64, tagged, FLOW),
                                plain("pairs", MapKind.LRU_HASH, 64, new ArrayType(port, 2), Scalar.U32),
                                plain("others", MapKind.HASH, 64, untagged, Scalar.U64),
                                plain("names", MapKind.PERCPU_HASH, 64, new ArrayType(Scalar.CHAR, 16), Scalar.U32),
                                plain("users", MapKind.HASH, 64, user, Scalar.U32),
                                outer("groups", MapKind.HASH_OF_MAPS, 4, new ArrayType(Scalar.CHAR, 13), "count_map"),
                                plain("letters", MapKind.HASH, 4, new ArrayType(Scalar.CHAR, 1), Scalar.U64),
                                plain("paths", MapKind.HASH, 4, new ArrayType(Scalar.CHAR, 129), Scalar.U64),
                                plain("passed", MapKind.HASH, 4, tight, Scalar.U64)))
                .withMeanings(List.of(
                        new FieldMeaning.Selection(
                                "struct tagged_key",
                                "what",
                                "kind",
                                List.of(
                                        new FieldMeaning.Case("port", List.of(1L)),
                                        new FieldMeaning.Case("name", List.of(2L)))),
                        new FieldMeaning.Selection(
                                "struct tagged_key",
                                "",
                                "order",
                                List.of(
                                        new FieldMeaning.Case("low", List.of(7L, 8L)),
                                        new FieldMeaning.Case("high", List.of(9L))))));
    }

    private static Schema wide() {
        StructType endpoint = (StructType) ENDPOINT.types().get(0);
        EnumType tier = EnumType.of(
                "tier", List.of(new EnumType.Constant("TIER_FREE", 0), new EnumType.Constant("TIER_GOLD", 1)));
        EnumType balance = EnumType.of(
                "balance",
                List.of(new EnumType.Constant("BALANCE_OWED", -1), new EnumType.Constant("BALANCE_MOST", 2147483647)));
        StructType pair = struct("pair", member("client", endpoint), member("server", endpoint));
        StructType scalars = StructType.of(
                "scalars",
                Stream.of(Scalar.values())
                        .map(scalar -> member("as_" + scalar.name().toLowerCase(Locale.ROOT), scalar))
                        .toList());
        StructType nested = struct(
                "nested",
                member("tier", tier),
                member("scalars", scalars),
                member("mac", new ArrayType(Scalar.U8, 6)),
                member("grid", new ArrayType(new ArrayType(Scalar.S16, 3), 2)),
                member("balances", new ArrayType(balance, 2)),
                member("pairs", new ArrayType(pair, 2)),
                member("last", Scalar.BOOL));
        StructType siteKey = struct("site_key", member("region", Scalar.U16), member("site", Scalar.U32));
        return new Schema(
                "com.acme.Wide$Names_of_every.Kind",
                "wide",
                List.of(
                        new Schema.Include("endpoint", List.of("endpoint")),
                        new Schema.Include("flow", List.of("flow_key", "flow", "flow_map"))),
                List.of(endpoint, FLOW_KEY, FLOW, tier, balance, pair, scalars, nested, siteKey),
                List.of(
                        FLOW_MAP,
                        inner("pair_map", MapKind.HASH, 128, 1, pair, nested),
                        inner("recent_map", MapKind.LRU_HASH, 1024, 0, Scalar.U64, nested),
                        inner("history_map", MapKind.ARRAY, 16, 1 << 12, tier, Scalar.S64),
                        inner("seen", MapKind.HASH, 32, 0, new ArrayType(Scalar.U8, 6), Scalar.U8),
                        outer("by_site", MapKind.HASH_OF_MAPS, 8, siteKey, "pair_map"),
                        outer("by_cpu", MapKind.ARRAY_OF_MAPS, 4, Scalar.U32, "pair_map"),
                        outer("recents", MapKind.ARRAY_OF_MAPS, 4, Scalar.S32, "recent_map"),
                        outer("histories", MapKind.HASH_OF_MAPS, 4, tier, "history_map"),
                        outer("seen_by", MapKind.HASH_OF_MAPS, 4, Scalar.BOOL, "seen"),
                        outer("flows", MapKind.HASH_OF_MAPS, 4, Scalar.BE32, "flow_map"),
                        plain("key", MapKind.HASH, 64, Scalar.U32, new ArrayType(Scalar.U8, 6)),
                        plain("value", MapKind.LRU_HASH, 64, pair, pair),
                        plain("endpoint", MapKind.HASH, 16, Scalar.U16, endpoint),
                        plain("flags", MapKind.ARRAY, 2, Scalar.U32, tier)));
    }

    private static Schema onDemand() {
        StructType siteKey = struct("site_key", member("region", Scalar.U16), member("site", Scalar.U32));
        MapDef tenant = outer("tenant", MapKind.HASH_OF_MAPS, 64, Scalar.U32, "flow_map");
        MapDef site = outer("site", MapKind.HASH_OF_MAPS, 8, siteKey, "first");
        MapDef lane = outer("lane", MapKind.ARRAY_OF_MAPS, 4, Scalar.S32, "job_map");
        return new Schema(
                "com.acme.OnDemand",
                "on_demand",
                List.of(),
                List.of(FLOW_KEY, FLOW, siteKey),
                Stream.of(
                                Stream.of(
                                        FLOW_MAP,
                                        inner("first", MapKind.ARRAY, 16, 0, Scalar.U32, Scalar.U64),
                                        new MapDef("job_map", INNER, MapKind.QUEUE, 8, 0, null, Scalar.U64, null),
                                        tenant),
                                KeyRequestMaps.of(tenant, 1024).maps(),
                                Stream.of(site),
                                KeyRequestMaps.of(site, 4).maps(),
                                Stream.of(lane),
                                KeyRequestMaps.of(lane, 8).maps(),
                                Stream.of(
                                        plain("count", MapKind.ARRAY, 1, Scalar.U32, Scalar.U64),
                                        plain("map", MapKind.ARRAY, 1, Scalar.U32, Scalar.U64)))
                        .flatMap(maps -> maps)
                        .toList());
    }

    private static Schema shapes() {
        StructType in6 = struct(
                "in6_addr",
                member(
                        "in6_u",
                        UnionType.of(
                                "",
                                List.of(
                                        member("u6_addr8", new ArrayType(Scalar.U8, 16)),
                                        member("u6_addr16", new ArrayType(Scalar.BE16, 8)),
                                        member("u6_addr32", new ArrayType(Scalar.BE32, 4))),
                                StructAttributes.NATURAL)));
        EnumType mode =
                EnumType.of("mode", List.of(new EnumType.Constant("MODE_OFF", 0), new EnumType.Constant("MODE_ON", 1)));
        UnionType address = UnionType.of(
                "v6addr",
                List.of(
                        member(
                                "",
                                struct(
                                        "",
                                        member("p1", Scalar.U32),
                                        member("p2", Scalar.U32),
                                        member("p3", Scalar.U32),
                                        member("p4", Scalar.U32))),
                        member("", struct("", member("d1", Scalar.U64), member("d2", Scalar.U64))),
                        member("addr", new ArrayType(Scalar.U8, 16))),
                new StructAttributes(true, 1));
        StructType tuple = StructType.of(
                "ct_tuple",
                List.of(
                        member("destination", address),
                        member("source", address),
                        member("ports", new ArrayType(Scalar.BE16, 2)),
                        member("protocol", Scalar.U8),
                        member("flags", Scalar.U8)),
                new StructAttributes(true, 1));
        StructType entry = struct(
                "ct_entry",
                bits("rx_closing", Scalar.U16, 1),
                bits("on", Scalar.BOOL, 1),
                bits("mode", mode, 2),
                bits("rest", Scalar.S16, 11),
                bits("wide", Scalar.U64, 33),
                member(
                        "",
                        UnionType.of(
                                "",
                                List.of(
                                        member("a", Scalar.U64),
                                        member("", struct("", member("b", Scalar.U8), member("c", Scalar.U32)))),
                                StructAttributes.NATURAL)),
                member("lock", ManagedFieldType.SPIN_LOCK),
                member("timer", ManagedFieldType.TIMER),
                member("task", new PointerType("void")),
                member("points", new ArrayType(struct("", member("x", Scalar.U8), member("y", Scalar.U16)), 3)),
                new Member("lines", new ArrayType(Scalar.U8, 3), 0, 64, 0),
                member("huge", Scalar.U128),
                member("huge_signed", Scalar.S128),
                new Member("last", Scalar.U8, 3, 1, 4));
        StructType sparse = StructType.of(
                "sparse",
                List.of(new Member("a", Scalar.U8, 0, 1, 24), bits("b", Scalar.U32, 31), bits("c", Scalar.U32, 2)),
                new StructAttributes(true, 16));
        return new Schema(
                "com.acme.Shapes",
                "shapes",
                List.of(new Schema.Include("linux/in6.h", List.of("in6_addr"), true)),
                List.of(in6, mode, address, tuple, entry, sparse),
                List.of(
                        inner("ct_map", MapKind.HASH, 16, 0, tuple, entry),
                        outer("by_cluster", MapKind.ARRAY_OF_MAPS, 4, Scalar.U32, "ct_map"),
                        plain("spare", MapKind.HASH, 4, in6, sparse)));
    }

    private static Schema managed() {
        StructType queue = struct("queue", member("pushed", Scalar.U64), member("lock", ManagedFieldType.SPIN_LOCK));
        StructType job = struct(
                "job",
                member("owner", Scalar.U32),
                member("timer", ManagedFieldType.TIMER),
                member("work", ManagedFieldType.WORK_QUEUE),
                member("task_work", ManagedFieldType.TASK_WORK));
        return new Schema(
                "com.acme.Managed",
                "managed",
                List.of(),
                List.of(queue, job),
                List.of(
                        inner("queue_map", MapKind.ARRAY, 2, 0, Scalar.U32, queue),
                        outer("queue_by", MapKind.HASH_OF_MAPS, 4, Scalar.U32, "queue_map"),
                        plain("jobs", MapKind.HASH, 4, Scalar.U32, job)));
    }

    private static Member bits(String name, CType type, int bits) {
        return new Member(name, type, bits, 1, 0);
    }
}
