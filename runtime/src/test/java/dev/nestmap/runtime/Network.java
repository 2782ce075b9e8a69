/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.codec.ValueBytes;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.ObjectlessMapOpener;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.load.GeneratedClass;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.runtime.testing.Entries;
import dev.nestmap.schema.GeneratedCodeInterface;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An object as the processor generates it, written by hand: both outer types, and the three types that hold values. */
final class Network extends LoadedObject {
    static final int FLOWS = 64;
    static final int TENANTS = 16;
    static final int SHARDS = 4;
    static final int COUNTERS = 8;

    record FlowKey(int port, int protocol) {}

    /** A value that the record does not accept, as an enum does not accept the numbers of later versions. */
    static final long ODD = -7;

    /** A key that the record does not accept. */
    static final long ODD_TENANT = 0xDEAD_BEEFL;

    record Flow(FlowKey key, long packets) {
        Flow {
            if (packets == ODD) {
                throw new IllegalArgumentException("packets are " + packets);
            }
        }
    }

    record Counter(int index, long count) {}

    record Recent(long id, int seen) {}

    private static final StructType FLOW_KEY = StructType.of(
            "flow_key",
            List.of(new StructType.Member("port", Scalar.BE16), new StructType.Member("protocol", Scalar.U8)));

    static final Schema SCHEMA = new Schema(
            "dev.nestmap.runtime.Network",
            "network",
            List.of(),
            List.of(FLOW_KEY),
            List.of(
                    new MapDef("flow_map", MapRole.INNER, MapKind.HASH, FLOWS, 0, FLOW_KEY, Scalar.U64, null),
                    new MapDef("tenant", MapRole.OUTER, MapKind.HASH_OF_MAPS, TENANTS, 0, Scalar.U32, null, "flow_map"),
                    new MapDef("counter_map", MapRole.INNER, MapKind.ARRAY, COUNTERS, 0, Scalar.U32, Scalar.U64, null),
                    new MapDef(
                            "shard", MapRole.OUTER, MapKind.ARRAY_OF_MAPS, SHARDS, 0, Scalar.U32, null, "counter_map"),
                    new MapDef("flow", MapRole.PLAIN, MapKind.HASH, FLOWS, 0, FLOW_KEY, Scalar.U64, null),
                    new MapDef("counter", MapRole.PLAIN, MapKind.ARRAY, COUNTERS, 0, Scalar.U32, Scalar.U64, null),
                    new MapDef("recent", MapRole.PLAIN, MapKind.LRU_HASH, FLOWS, 0, Scalar.U64, Scalar.U32, null)));

    static final ObjectSpec SPEC = spec(Network.class, "network", GeneratedCodeInterface.INTERFACE_VERSION);

    /** The same with maps that are pinned, by name and by path. */
    static final ObjectSpec PINNED = SPEC.pinned("tenant", "tenant", true)
            .pinned("shard", "acme/shards", false)
            .pinned("counter", "acme/counter", false);

    /** The same with room for more tenants. */
    static Schema schema(int tenants) {
        return SCHEMA.withMaps(SCHEMA.maps().stream()
                .map(map -> map.name().equals("tenant") ? map.withMaxEntries(tenants) : map)
                .toList());
    }

    private final TenantMap tenant;
    private final ShardMap shard;
    private final FlowMap flow;
    private final CounterMap counter;
    private final RecentMap recent;

    private Network(ObjectBinding binding) {
        super(binding);
        this.tenant = new TenantMap(binding.map("tenant"));
        this.shard = new ShardMap(binding.map("shard"));
        this.flow = new FlowMap(binding.map("flow"));
        this.counter = new CounterMap(binding.map("counter"));
        this.recent = new RecentMap(binding.map("recent"));
    }

    static Network of(ObjectBackend backend) {
        return of(SCHEMA, backend);
    }

    static Network of(MapFactory factory, UntypedProgram... programs) {
        return of(new FactoryObject(factory, SCHEMA, programs));
    }

    /** The same with flows that programs can't write. */
    static Network ofSettings(MapFactory factory) {
        Schema settings = SCHEMA.withMaps(SCHEMA.maps().stream()
                .map(map -> map.name().equals("flow_map")
                        ? new MapDef(
                                "flow_map",
                                MapRole.INNER,
                                MapKind.HASH,
                                FLOWS,
                                MapFlags.RDONLY_PROG,
                                FLOW_KEY,
                                Scalar.U64,
                                null)
                        : map)
                .toList());
        ObjectBackend backend = new FactoryObject(factory, settings);
        return of(settings, backend);
    }

    private static Network of(Schema schema, ObjectBackend backend) {
        return new LoadedState(schema, schema, backend, Map.of(), Map.of(), Set.of(), Set.of()).bound(Network::new);
    }

    static Network load() {
        return SPEC.load(Network::new);
    }

    public static Network load(Path object) {
        return SPEC.load(object, Network::new);
    }

    static Network load(Path object, PinOptions pins) {
        return new Open(PINNED, object).pins(pins).load();
    }

    private static final class Open extends OpenObject<Network, Open> {
        private Open(ObjectSpec spec, Path object) {
            super(spec, object, Network::new);
        }
    }

    static Network inMemory() {
        return SPEC.inMemory(Network::new);
    }

    /** Creates an inner map that is in no slot. */
    static FlowMap.Owned newFlows(MapFactory factory) {
        MapDef flows = SCHEMA.map("flow_map").orElseThrow();
        RawMap raw = factory.of(flows).create(MapShape.of(flows), null);
        return new FlowMap.Owned(new BoundMap(new OpenMap("flow_map", raw).watched(), true));
    }

    TenantMap tenant() {
        return tenant;
    }

    ShardMap shard() {
        return shard;
    }

    FlowMap flow() {
        return flow;
    }

    CounterMap counter() {
        return counter;
    }

    RecentMap recent() {
        return recent;
    }

    private static Codec<Long> u32(String component) {
        return Codec.of(4, (value, to, at) -> Scalars.putU32(to, at, value, component), (from, at) -> {
            long key = Scalars.getU32(from, at);
            if (key == ODD_TENANT) {
                throw new IllegalArgumentException("the key is " + key);
            }
            return key;
        });
    }

    static class TenantMap extends NestAccessor<Long, FlowKey, Flow, FlowMap> implements Slots<Long, FlowMap> {
        private static final DeclaredMap.Outer<TenantMap, TenantMap.Owned> DECLARED =
                new DeclaredMap.Outer<>(PINNED, "tenant", TenantMap::new, TenantMap.Owned::new);

        private TenantMap(MapBinding binding) {
            super(binding, u32("Tenant.id"), FlowMap.CODEC, FlowMap::new);
        }

        static TenantMap in(LoadedObject object) {
            return new TenantMap(GeneratedClass.of(SPEC).bind(object.binding(), object.getClass(), "tenant"));
        }

        static TenantMap.Owned openPinned(Path pin, MapAccess access) {
            return DECLARED.openPinned(pin, access);
        }

        static TenantMap.Owned openPinned(Path pin, MapAccess access, PinOptions options) {
            return DECLARED.openPinned(pin, access, options);
        }

        static TenantMap.Owned openById(int id) {
            return DECLARED.openById(id, MapAccess.READ_WRITE);
        }

        static TenantMap.Owned newMap() {
            return DECLARED.create();
        }

        static TenantMap.Owned newMap(Path pin, PinOptions options) {
            return DECLARED.create(pin, options);
        }

        /** Creates the map with pinned inner maps. */
        static TenantMap.Owned newMap(Path pin, PinOptions options, Pins pins) {
            return newMap(SCHEMA, pin, options, pins);
        }

        static TenantMap.Owned newMap(Schema schema, Path pin, PinOptions options, Pins pins) {
            return newMap(schema, pin, options, pins, true);
        }

        static TenantMap.Owned newMap(Schema schema, Path pin, PinOptions options, Pins pins, boolean pinsInners) {
            ExistingMapFinder maps = new ExistingMapFinder(schema, schema, new KernelMapFactory(), pins);
            MapDef tenant = schema.map("tenant").orElseThrow();
            return new TenantMap.Owned(
                    new BoundMap(new ObjectlessMapOpener(maps).create(tenant, pin, options, pinsInners), () -> schema));
        }

        /** Opens the map through these pins. */
        static TenantMap.Owned openPinned(Path pin, PinOptions options, Pins pins) {
            ExistingMapFinder maps = new ExistingMapFinder(SCHEMA, SCHEMA, new KernelMapFactory(), pins);
            MapDef tenant = SCHEMA.map("tenant").orElseThrow();
            PinPaths paths = new PinPaths(pin, options, MapAccess.READ_WRITE);
            return new TenantMap.Owned(
                    new BoundMap(new ObjectlessMapOpener(maps).open(tenant, paths, true), () -> SCHEMA));
        }

        @Nullable
        Flow get(long id, FlowKey key) {
            return getAt(id, key);
        }

        static final class Owned extends TenantMap implements OwnedMap {
            private Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /** The methods with one key, of an {@link OuterAccessor}. */
    @SuppressWarnings("unchecked") // each implementation is an accessor for these types
    interface Slots<K, M extends MapAccessor> {
        private OuterAccessor<K, M> outer() {
            return (OuterAccessor<K, M>) this;
        }

        @Nullable
        default M get(K at) {
            return outer().getAt(at);
        }

        default boolean contains(K at) {
            return outer().containsAt(at);
        }

        default M getOrCreate(K at) {
            return outer().getOrCreateAt(at);
        }

        default M create(K at) {
            return outer().createAt(at);
        }

        default M create(K at, long maxEntries) {
            return outer().createAt(at, maxEntries);
        }

        default M create(K at, Consumer<? super M> fill) {
            return outer().createAt(at, fill);
        }

        default boolean replace(K at, Consumer<? super M> fill) {
            return outer().replaceAt(at, fill);
        }

        default boolean share(K at, M map) {
            return outer().shareAt(at, map);
        }

        @Nullable
        default Displaced<K, M> rotate(K at) {
            return outer().rotateAt(at);
        }

        @Nullable
        default Displaced<K, M> rotate(K at, Consumer<? super M> fill) {
            return outer().rotateAt(at, fill);
        }

        @Nullable
        default Displaced<K, M> take(K at) {
            return outer().takeAt(at);
        }

        default long drain(K at, Displaced.Action<? super K, ? super M> action) {
            return outer().drainAt(at, action);
        }

        default long drainLast(K at, Displaced.Action<? super K, ? super M> action) {
            return outer().drainLastAt(at, action);
        }

        default boolean discard(K at) {
            return outer().discardAt(at);
        }
    }

    /** The map tenant once more, by texts that are cut to three bytes. */
    static final class NamedTenantMap extends OuterAccessor<String, FlowMap> implements Slots<String, FlowMap> {
        private static final Codec<String> NAME = Codec.of(
                4,
                (value, to, at) -> ValueBytes.putString(to, at, value, 4, true, "NamedTenant.name"),
                (from, at) -> ValueBytes.getString(from, at, 4));

        NamedTenantMap(Network network) {
            super(network.binding().map("tenant"), NAME, FlowMap::new);
        }
    }

    /** The map tenant once more, where the first handle to an inner map that is the caller's own can't be made. */
    static final class BrokenTenantMap extends OuterAccessor<Long, FlowMap> implements Slots<Long, FlowMap> {
        BrokenTenantMap(Network network) {
            super(network.binding().map("tenant"), u32("BrokenTenant.id"), failingOnce());
        }

        private static Function<MapBinding, FlowMap> failingOnce() {
            AtomicInteger made = new AtomicInteger();
            return handle -> {
                if (made.getAndIncrement() == 0) {
                    throw new IllegalStateException("no handle");
                }
                return new FlowMap(handle);
            };
        }
    }

    /** The map tenant once more, by a record whose conversion has no end, in either direction. */
    static final class EndlessTenantMap extends OuterAccessor<Long, FlowMap> implements Slots<Long, FlowMap> {
        private static final Codec<Long> ENDLESS = Codec.of(
                4,
                (value, to, at) -> {
                    throw new StackOverflowError("a test");
                },
                (from, at) -> {
                    throw new StackOverflowError("a test");
                });

        EndlessTenantMap(Network network) {
            super(network.binding().map("tenant"), ENDLESS, FlowMap::new);
        }
    }

    /** The map tenant once more, by keys of which only the odd ones stand for something. */
    static final class OddTenantMap extends OuterAccessor<Long, FlowMap> implements Slots<Long, FlowMap> {
        private static final Codec<Long> ODD = Codec.of(
                4,
                (value, to, at) -> Scalars.putU32(to, at, value, "OddTenant.id"),
                (from, at) -> odd(Scalars.getU32(from, at)));

        OddTenantMap(Network network) {
            super(network.binding().map("tenant"), ODD, FlowMap::new);
        }

        private static long odd(long value) {
            if (value % 2 == 0) {
                throw new IllegalArgumentException(value + " is even");
            }
            return value;
        }
    }

    static final class ShardMap extends OuterAccessor<Long, CounterMap> implements Slots<Long, CounterMap> {
        private ShardMap(MapBinding binding) {
            super(binding, u32("Shard.id"), CounterMap::new);
        }
    }

    static class FlowMap extends HashAccessor<FlowKey, Flow> {
        static final EntryCodec<FlowKey, Flow> CODEC =
                new Entries<>(FLOW_KEY_CODEC, Flow::key, U64, Flow::packets, Flow::new);

        private FlowMap(MapBinding binding) {
            super(binding, CODEC);
        }

        /** Writes a value that no record has, like a program. */
        void putOdd(FlowKey key) {
            OffHeapBlock entry = OffHeapBlock.allocate(2 * Long.BYTES);
            CODEC.writeKey(key, entry.bytes(), 0);
            entry.bytes().putLong(Long.BYTES, ODD);
            if (map().update(entry, 0, Long.BYTES, RawMap.ANY) != 0) {
                throw new AssertionError("the map takes any bytes");
            }
        }

        @Nullable
        Flow get(FlowKey key) {
            return getAt(key);
        }

        boolean contains(FlowKey key) {
            return containsAt(key);
        }

        boolean remove(FlowKey key) {
            return removeAt(key);
        }

        @Nullable
        Flow getAndRemove(FlowKey key) {
            return getAndRemoveAt(key);
        }

        static FlowMap.Owned openPinned(Path pin, MapAccess access) {
            return new DeclaredMap<>(PINNED, "flow_map", FlowMap::new, FlowMap.Owned::new).openPinned(pin, access);
        }

        static final class Owned extends FlowMap implements OwnedMap {
            private Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    static final class CounterMap extends ArrayAccessor<Integer, Counter> {
        private CounterMap(MapBinding binding) {
            super(binding, new Entries<>(INDEX, Counter::index, U64, Counter::count, Counter::new));
        }

        @Nullable
        Counter get(int key) {
            return getAt(key);
        }

        boolean contains(int key) {
            return containsAt(key);
        }
    }

    static final class RecentMap extends HashAccessor<Long, Recent> {
        private RecentMap(MapBinding binding) {
            super(binding, new Entries<>(U64, Recent::id, INDEX, Recent::seen, Recent::new));
        }

        @Nullable
        Recent get(long key) {
            return getAt(key);
        }
    }

    private static final Codec<Long> U64 =
            Codec.of(8, (value, to, at) -> Scalars.putU64(to, at, value), Scalars::getU64);

    private static final Codec<Integer> INDEX =
            Codec.of(4, (value, to, at) -> Scalars.putU32(to, at, value), (from, at) -> (int) Scalars.getU32(from, at));

    private static final Codec<FlowKey> FLOW_KEY_CODEC = Codec.of(
            4,
            (value, to, at) -> {
                Scalars.putBe16(to, at, value.port(), "FlowKey.port");
                Scalars.putU8(to, at + 2, value.protocol(), "FlowKey.protocol");
                Scalars.zero(to, at + 3, 1);
            },
            (from, at) -> new FlowKey((int) Scalars.getBe16(from, at), (int) Scalars.getU8(from, at + 2)));
}
