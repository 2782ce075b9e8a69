/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.inner;
import static dev.nestmap.schema.Samples.members;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.plain;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.union;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Samples;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Schemas for tests of the headers. */
final class Schemas {
    static final StructType FLOW_KEY = Samples.FLOW_KEY;
    static final StructType FLOW = struct("flow", "__u64 packets; __u64 bytes;");
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
            List.of(struct("endpoint", "__be32 address; __be16 port;")),
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
                    plain("stages", MapKind.PROG_ARRAY, 3, Scalar.U32, Scalar.U32),
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

    private static Schema sampling() {
        StructType config = struct("sample_config", "__u32 sample_rate; __be32 vip;");
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
        EnumType kind = enumOf("kind", "KIND_PORT = 1, KIND_NAME = 2");
        StructType port = struct("port_key", "__u8 zone; __be16 port;");
        StructType name = struct("name_key", "__u8 name[9];");
        UnionType what = union("what", "? port; ? name;", port, name);
        UnionType unnamed = union("", "__u16 low; __u32 high;");
        UnionType ends =
                union("ends", "?; ?;", struct("", "__u32 from; __u32 to;"), struct("", "__u8 type; __be16 code;"));
        StructType mixed = struct(
                "mixed_key",
                "? kind; ? what; ? ends; __u8 version : 4; __be16 order; ?; ? ports[2];",
                kind,
                what,
                ends,
                unnamed,
                port);
        UnionType any = union("any", "__u8 small; __u64 wide;");
        StructType either = struct("either_key", "__u32 id; ? any;", any);
        StructType user = struct("user_key", "__u8 id; char names[2][9];");
        StructType tight = struct("tight_key", "__u32 id; __u32 port;");
        return new Schema(
                "com.acme.Keys",
                "keys",
                List.of(),
                List.of(kind, port, name, what, ends, mixed, any, either, user, tight, FLOW),
                List.of(
                        inner("count_map", MapKind.HASH, 16, 0, mixed, FLOW),
                        outer("counts", MapKind.HASH_OF_MAPS, 4, port, "count_map"),
                        plain("tags", MapKind.HASH, 64, mixed, FLOW),
                        plain("pairs", MapKind.LRU_HASH, 64, new ArrayType(port, 2), Scalar.U32),
                        plain("others", MapKind.HASH, 64, either, Scalar.U64),
                        plain("names", MapKind.PERCPU_HASH, 64, new ArrayType(Scalar.CHAR, 16), Scalar.U32),
                        plain("users", MapKind.HASH, 64, user, Scalar.U32),
                        outer("groups", MapKind.HASH_OF_MAPS, 4, new ArrayType(Scalar.CHAR, 13), "count_map"),
                        plain("letters", MapKind.HASH, 4, new ArrayType(Scalar.CHAR, 1), Scalar.U64),
                        plain("paths", MapKind.HASH, 4, new ArrayType(Scalar.CHAR, 129), Scalar.U64),
                        plain("passed", MapKind.HASH, 4, tight, Scalar.U64)));
    }

    private static Schema wide() {
        StructType endpoint = (StructType) ENDPOINT.types().get(0);
        EnumType tier = enumOf("tier", "TIER_FREE = 0, TIER_GOLD = 1");
        EnumType balance = enumOf("balance", "BALANCE_OWED = -1, BALANCE_MOST = 2147483647");
        StructType pair = struct("pair", "? client; ? server;", endpoint, endpoint);
        StructType scalars = StructType.of(
                "scalars",
                Stream.of(Scalar.values())
                        .map(scalar -> new Member("as_" + scalar.name().toLowerCase(Locale.ROOT), scalar))
                        .toList());
        StructType nested = struct(
                "nested",
                "? tier; ? scalars; __u8 mac[6]; __s16 grid[2][3]; ? balances[2]; ? pairs[2]; bool last;",
                tier,
                scalars,
                balance,
                pair);
        StructType siteKey = struct("site_key", "__u16 region; __u32 site;");
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
        StructType siteKey = struct("site_key", "__u16 region; __u32 site;");
        MapDef tenant = outer("tenant", MapKind.HASH_OF_MAPS, 64, Scalar.U32, "flow_map");
        MapDef site = outer("site", MapKind.HASH_OF_MAPS, 8, siteKey, "first");
        MapDef lane = outer("lane", MapKind.ARRAY_OF_MAPS, 4, Scalar.S32, "job_map");
        MapDef room = outer("room", MapKind.HASH_OF_MAPS, 4, Scalar.U32, "event_map");
        return new Schema(
                "com.acme.OnDemand",
                "on_demand",
                List.of(),
                List.of(FLOW_KEY, FLOW, siteKey),
                Stream.of(
                                Stream.of(
                                        FLOW_MAP,
                                        inner("first", MapKind.ARRAY, 16, 0, Scalar.U32, Scalar.U64),
                                        inner("job_map", MapKind.QUEUE, 8, 0, null, Scalar.U64),
                                        inner("event_map", MapKind.PERF_EVENT_ARRAY, 0, 0, null, FLOW),
                                        tenant),
                                Stream.of(UncountedMap.of(tenant)),
                                KeyRequestMaps.of(tenant, 1024).maps(),
                                Stream.of(site),
                                Stream.of(UncountedMap.of(site)),
                                KeyRequestMaps.of(site, 4).maps(),
                                Stream.of(lane),
                                Stream.of(UncountedMap.of(lane)),
                                KeyRequestMaps.of(lane, 8).maps(),
                                Stream.of(room),
                                Stream.of(UncountedMap.of(room)),
                                KeyRequestMaps.of(room, 8).maps(),
                                Stream.of(
                                        plain("count", MapKind.ARRAY, 1, Scalar.U32, Scalar.U64),
                                        plain("map", MapKind.ARRAY, 1, Scalar.U32, Scalar.U64)))
                        .flatMap(maps -> maps)
                        .toList());
    }

    private static Schema shapes() {
        StructType in6 = struct(
                "in6_addr", "? in6_u;", union("", "__u8 u6_addr8[16]; __be16 u6_addr16[8]; __be32 u6_addr32[4];"));
        EnumType mode = enumOf("mode", "MODE_OFF = 0, MODE_ON = 1");
        StructAttributes packed = new StructAttributes(true, 1);
        UnionType address = UnionType.of(
                "v6addr",
                members(
                        "?; ?; __u8 addr[16];",
                        struct("", "__u32 p1; __u32 p2; __u32 p3; __u32 p4;"),
                        struct("", "__u64 d1; __u64 d2;")),
                packed);
        StructType tuple = StructType.of(
                "ct_tuple",
                members("? destination; ? source; __be16 ports[2]; __u8 protocol; __u8 flags;", address, address),
                packed);
        List<Member> entry = new ArrayList<>(members(
                "__u16 rx_closing : 1; bool on : 1; ? mode : 2; __s16 rest : 11; __u64 wide : 33; ?; ? lock; ? timer; ? task;"
                        + " ? points[3];",
                mode,
                union("", "__u64 a; ?;", struct("", "__u8 b; __u32 c;")),
                ManagedFieldType.SPIN_LOCK,
                ManagedFieldType.TIMER,
                new PointerType("void"),
                struct("", "__u8 x; __u16 y;")));
        entry.add(new Member("lines", new ArrayType(Scalar.U8, 3), 0, 64, 0));
        entry.addAll(members("unsigned __int128 huge; __int128 huge_signed;"));
        entry.add(new Member("last", Scalar.U8, 3, 1, 4));
        StructType conntrack = StructType.of("ct_entry", entry);
        StructType sparse = StructType.of(
                "sparse",
                Stream.concat(
                                Stream.of(new Member("a", Scalar.U8, 0, 1, 24)),
                                members("__u32 b : 31; __u32 c : 2;").stream())
                        .toList(),
                new StructAttributes(true, 16));
        return new Schema(
                "com.acme.Shapes",
                "shapes",
                List.of(new Schema.Include("linux/in6.h", List.of("in6_addr"), true)),
                List.of(in6, mode, address, tuple, conntrack, sparse),
                List.of(
                        inner("ct_map", MapKind.HASH, 16, 0, tuple, conntrack),
                        outer("by_cluster", MapKind.ARRAY_OF_MAPS, 4, Scalar.U32, "ct_map"),
                        plain("spare", MapKind.HASH, 4, in6, sparse)));
    }

    private static Schema managed() {
        StructType queue = struct("queue", "__u64 pushed; ? lock;", ManagedFieldType.SPIN_LOCK);
        StructType job = struct("job", "__u32 owner; ? timer;", ManagedFieldType.TIMER);
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
}
