package com.acme;

import com.acme.net.Direction;
import com.acme.net.DirectionCodec;
import com.acme.net.Endpoint;
import com.acme.net.EndpointCodec;
import com.acme.net.Samples;
import com.acme.net.SamplesMap;
import dev.nestmap.runtime.ArrayAccessor;
import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.DeclaredOuterMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.NestAccessor;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.ArrayBytes;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.codec.UnionBytes;
import dev.nestmap.runtime.codec.ValueBytes;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.types.Untagged;
import java.lang.Boolean;
import java.lang.Class;
import java.lang.Integer;
import java.lang.Long;
import java.lang.Override;
import java.lang.String;
import java.lang.SuppressWarnings;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The maps and programs of {@code everything.bpf.o}, which {@link Everything} declares. */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class EverythingBpf extends LoadedObject {
    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(EverythingBpf.class, "everything", /* interface */ 1)
            .pinned("ev_tenant", "acme/tenant", /* pinInners */ true)
            .pinned("ev_seen", "/sys/fs/bpf/seen", /* pinInners */ false);

    /** The map {@code ev_flow_map}, before it is opened. */
    public static final DeclaredMap<FlowMap, FlowMap.Owned> FLOW_MAP = new DeclaredMap<>(SPEC,
            "ev_flow_map", FlowMap::new, FlowMap.Owned::new);

    /** The map {@code ev_recent_flow_map}, before it is opened. */
    public static final DeclaredMap<RecentMap, RecentMap.Owned> RECENT_MAP = new DeclaredMap<>(SPEC,
            "ev_recent_flow_map", RecentMap::new, RecentMap.Owned::new);

    /** The map {@code ev_per_tier_map}, before it is opened. */
    public static final DeclaredMap<PerTierMap, PerTierMap.Owned> PER_TIER_MAP = new DeclaredMap<>(
            SPEC, "ev_per_tier_map", PerTierMap::new, PerTierMap.Owned::new);

    /** The outer map {@code ev_tenant}, before it is opened. */
    public static final DeclaredOuterMap<TenantMap, TenantMap.Owned> TENANT_MAP = new DeclaredOuterMap<>(
            SPEC, "ev_tenant", TenantMap::new, TenantMap.Owned::new);

    /** The outer map {@code ev_tenants_by_level}, before it is opened. */
    public static final DeclaredOuterMap<TenantLevelMap, TenantLevelMap.Owned> TENANT_LEVEL_MAP =
            new DeclaredOuterMap<>(
            SPEC, "ev_tenants_by_level", TenantLevelMap::new, TenantLevelMap.Owned::new);

    /** The outer map {@code ev_slot}, before it is opened. */
    public static final DeclaredOuterMap<SlotMap, SlotMap.Owned> SLOT_MAP = new DeclaredOuterMap<>(
            SPEC, "ev_slot", SlotMap::new, SlotMap.Owned::new);

    /** The outer map {@code ev_by_sample}, before it is opened. */
    public static final DeclaredOuterMap<BySampleMap, BySampleMap.Owned> BY_SAMPLE_MAP = new DeclaredOuterMap<>(
            SPEC, "ev_by_sample", BySampleMap::new, BySampleMap.Owned::new);

    /** The outer map {@code ev_by_endpoint}, before it is opened. */
    public static final DeclaredOuterMap<ByEndpointMap, ByEndpointMap.Owned> BY_ENDPOINT_MAP = new DeclaredOuterMap<>(
            SPEC, "ev_by_endpoint", ByEndpointMap::new, ByEndpointMap.Owned::new);

    /** The map {@code ev_numbers}, before it is opened. */
    public static final DeclaredMap<NumbersMap, NumbersMap.Owned> NUMBERS_MAP = new DeclaredMap<>(
            SPEC, "ev_numbers", NumbersMap::new, NumbersMap.Owned::new);

    /** The map {@code ev_cached}, before it is opened. */
    public static final DeclaredMap<CachedMap, CachedMap.Owned> CACHED_MAP = new DeclaredMap<>(SPEC,
            "ev_cached", CachedMap::new, CachedMap.Owned::new);

    /** The map {@code ev_setting}, before it is opened. */
    public static final DeclaredMap<SettingMap, SettingMap.Owned> SETTING_MAP = new DeclaredMap<>(
            SPEC, "ev_setting", SettingMap::new, SettingMap.Owned::new);

    /** The map {@code ev_peer}, before it is opened. */
    public static final DeclaredMap<PeerMap, PeerMap.Owned> PEER_MAP = new DeclaredMap<>(SPEC,
            "ev_peer", PeerMap::new, PeerMap.Owned::new);

    /** The map {@code ev_blocked}, before it is opened. */
    public static final DeclaredMap<BlockedMap, BlockedMap.Owned> BLOCKED_MAP = new DeclaredMap<>(
            SPEC, "ev_blocked", BlockedMap::new, BlockedMap.Owned::new);

    /** The map {@code ev_guarded}, before it is opened. */
    public static final DeclaredMap<GuardedMap, GuardedMap.Owned> GUARDED_MAP = new DeclaredMap<>(
            SPEC, "ev_guarded", GuardedMap::new, GuardedMap.Owned::new);

    /** The map {@code ev_seen}, before it is opened. */
    public static final DeclaredMap<SeenMap, SeenMap.Owned> SEEN_MAP = new DeclaredMap<>(SPEC,
            "ev_seen", SeenMap::new, SeenMap.Owned::new);

    private final TenantMap tenant;

    private final TenantLevelMap tenantLevel;

    private final SlotMap slot;

    private final BySampleMap bySample;

    private final ByEndpointMap byEndpoint;

    private final NumbersMap numbers;

    private final CachedMap cached;

    private final SettingMap setting;

    private final PeerMap peer;

    private final BlockedMap blocked;

    private final GuardedMap guarded;

    private final SeenMap seen;

    private EverythingBpf(ObjectBinding object) {
        super(object);
        this.tenant = map(TENANT_MAP);
        this.tenantLevel = map(TENANT_LEVEL_MAP);
        this.slot = map(SLOT_MAP);
        this.bySample = map(BY_SAMPLE_MAP);
        this.byEndpoint = map(BY_ENDPOINT_MAP);
        this.numbers = map(NUMBERS_MAP);
        this.cached = map(CACHED_MAP);
        this.setting = map(SETTING_MAP);
        this.peer = map(PEER_MAP);
        this.blocked = map(BLOCKED_MAP);
        this.guarded = map(GUARDED_MAP);
        this.seen = map(SEEN_MAP);
    }

    /** Returns the map {@code ev_tenant}. */
    public TenantMap tenant() {
        return tenant;
    }

    /** Returns the map {@code ev_tenants_by_level}. */
    public TenantLevelMap tenantLevel() {
        return tenantLevel;
    }

    /** Returns the map {@code ev_slot}. */
    public SlotMap slot() {
        return slot;
    }

    /** Returns the map {@code ev_by_sample}. */
    public BySampleMap bySample() {
        return bySample;
    }

    /** Returns the map {@code ev_by_endpoint}. */
    public ByEndpointMap byEndpoint() {
        return byEndpoint;
    }

    /** Returns the map {@code ev_numbers}. */
    public NumbersMap numbers() {
        return numbers;
    }

    /** Returns the map {@code ev_cached}. */
    public CachedMap cached() {
        return cached;
    }

    /** Returns the map {@code ev_setting}. */
    public SettingMap setting() {
        return setting;
    }

    /** Returns the map {@code ev_peer}. */
    public PeerMap peer() {
        return peer;
    }

    /** Returns the map {@code ev_blocked}. */
    public BlockedMap blocked() {
        return blocked;
    }

    /** Returns the map {@code ev_guarded}. */
    public GuardedMap guarded() {
        return guarded;
    }

    /** Returns the map {@code ev_seen}. */
    public SeenMap seen() {
        return seen;
    }

    /**
     * Loads {@code META-INF/bpf/com/acme/everything.bpf.o} from the class path into the kernel. If a part fails,
     * nothing stays loaded.
     */
    public static EverythingBpf load() {
        return SPEC.load(EverythingBpf::new);
    }

    /**
     * Loads an object file into the kernel. If a part fails, nothing stays loaded.
     *
     * @param object path of the file
     */
    public static EverythingBpf load(Path object) {
        return SPEC.load(object, EverythingBpf::new);
    }

    /** Creates the maps in the Java heap, for tests without privileges. There are no programs. */
    public static EverythingBpf inMemory() {
        return SPEC.inMemory(EverythingBpf::new);
    }

    /** Checks a migration of the pinned maps, as {@code load} does. Needs no kernel and no object. */
    public static Migration.Check check(Migration migration) {
        return SPEC.check(migration);
    }

    /**
     * Opens {@code META-INF/bpf/com/acme/everything.bpf.o} from the class path. The caller can adjust the object before
     * it loads it.
     */
    public static Open open() {
        return new Open(null);
    }

    /**
     * Opens an object file. The caller can adjust the object before it loads it.
     *
     * @param object path of the file
     */
    public static Open open(Path object) {
        return new Open(object);
    }

    /** The object before it is loaded. The methods adjust it, in any order. */
    public static final class Open extends OpenObject<EverythingBpf, Open> {
        private Open(@Nullable Path object) {
            super(SPEC, object, EverythingBpf::new);
        }
    }

    /** Accessor of an inner map with {@link Everything.Flow} entries. */
    public static class FlowMap extends HashAccessor<Everything.FlowKey, Everything.Flow> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Everything.FlowKey, Everything.Flow> CODEC = new Entries();

        FlowMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Everything.FlowKey, Everything.Flow> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Everything. @Nullable Flow get(Everything.FlowKey key) {
            return getAt(key);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(Everything.FlowKey key, View view) {
            return getAt(key, view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(Everything.FlowKey key) {
            return containsAt(key);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(Everything.FlowKey key) {
            return removeAt(key);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. What a program writes that
         * looked the entry up earlier is lost.
         */
        public Everything. @Nullable Flow take(Everything.FlowKey key) {
            return takeAt(key);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends FlowMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Everything.Flow} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Everything.Flow> {
            private final FlowKeyView key = new FlowKeyView(inKey(0));

            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code key}. */
            public FlowKeyView key() {
                return key;
            }

            /** Reads the component {@code packets}. */
            public long packets() {
                return Scalars.getU64(bytes("Flow.packets"), value(0));
            }

            /** Reads the component {@code bytes}. */
            public long bytes() {
                return Scalars.getU64(bytes("Flow.bytes"), value(8));
            }

            /** Reads the component {@code direction}. */
            public Direction direction() {
                return DirectionCodec.constant(Scalars.getU32(bytes("Flow.direction"), value(16)));
            }
        }

        /**
         * Converts {@link Everything.Flow} entries to and from bytes. Numbers after {@code at} are offsets in the C
         * type.
         */
        private static final class Entries extends EntryCodec<Everything.FlowKey, Everything.Flow> {
            Entries() {
                super(/* key */ 28, /* value */ 24);
            }

            @Override
            public Everything.FlowKey keyOf(Everything.Flow entry) {
                return Scalars.present(entry.key(), "Flow.key");
            }

            @Override
            public void writeKey(Everything.FlowKey key, ByteBuffer to, int at) {
                FlowKeyCodec.INSTANCE.write(Scalars.present(key, "Flow.key"), to, at);
            }

            @Override
            public Everything.FlowKey readKey(ByteBuffer from, int at) {
                return FlowKeyCodec.INSTANCE.read(from, at);
            }

            @Override
            public void writeValue(Everything.Flow entry, ByteBuffer to, int at) {
                Scalars.putU64(to, at, entry.packets());
                Scalars.putU64(to, at + 8, entry.bytes());
                Scalars.putU32(to, at + 16, DirectionCodec.number(entry.direction(), "Flow.direction"),
                        "Flow.direction");
                Scalars.zero(to, at + 20, 4); // padding
            }

            @Override
            public Everything.Flow read(Everything.FlowKey key, ByteBuffer from, int at) {
                return new Everything.Flow(key, Scalars.getU64(from, at),
                        Scalars.getU64(from, at + 8),
                        DirectionCodec.constant(Scalars.getU32(from, at + 16)));
            }
        }
    }

    /** Accessor of an inner map with {@link Everything.Recent} entries. */
    public static class RecentMap extends HashAccessor<Inet4Address, Everything.Recent> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Inet4Address, Everything.Recent> CODEC = new Entries();

        RecentMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Inet4Address, Everything.Recent> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Everything. @Nullable Recent get(Inet4Address source) {
            return getAt(source);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(Inet4Address source, View view) {
            return getAt(source, view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(Inet4Address source) {
            return containsAt(source);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(Inet4Address source) {
            return removeAt(source);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. What a program writes that
         * looked the entry up earlier is lost.
         */
        public Everything. @Nullable Recent take(Inet4Address source) {
            return takeAt(source);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends RecentMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Everything.Recent} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Everything.Recent> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code source}. */
            public Inet4Address source() {
                return ValueBytes.getInet4(bytes("Recent.source"), key(0));
            }

            /** Reads the component {@code at}. */
            public long at() {
                return Scalars.getU64(bytes("Recent.at"), value(0));
            }

            /** Reads the component {@code seen}. */
            public boolean seen() {
                return Scalars.getBool(bytes("Recent.seen"), value(8));
            }
        }

        /**
         * Converts {@link Everything.Recent} entries to and from bytes. Numbers after {@code at} are offsets in the C
         * type.
         */
        private static final class Entries extends EntryCodec<Inet4Address, Everything.Recent> {
            Entries() {
                super(/* key */ 4, /* value */ 16);
            }

            @Override
            public Inet4Address keyOf(Everything.Recent entry) {
                return Scalars.present(entry.source(), "Recent.source");
            }

            @Override
            public void writeKey(Inet4Address key, ByteBuffer to, int at) {
                ValueBytes.putInet4(to, at, key, "Recent.source");
            }

            @Override
            public Inet4Address readKey(ByteBuffer from, int at) {
                return ValueBytes.getInet4(from, at);
            }

            @Override
            public void writeValue(Everything.Recent entry, ByteBuffer to, int at) {
                Scalars.putU64(to, at, entry.at());
                Scalars.putBool(to, at + 8, entry.seen());
                Scalars.zero(to, at + 9, 7); // padding
            }

            @Override
            public Everything.Recent read(Inet4Address key, ByteBuffer from, int at) {
                return new Everything.Recent(Scalars.getU64(from, at), key,
                        Scalars.getBool(from, at + 8));
            }
        }
    }

    /** Accessor of an inner map with {@link Everything.PerTier} entries. */
    public static class PerTierMap extends ArrayAccessor<Everything.Tier, Everything.PerTier> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Everything.Tier, Everything.PerTier> CODEC = new Entries();

        PerTierMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Everything.Tier, Everything.PerTier> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Everything. @Nullable PerTier get(Everything.Tier tier) {
            return getAt(tier);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(Everything.Tier tier, View view) {
            return getAt(tier, view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(Everything.Tier tier) {
            return containsAt(tier);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends PerTierMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Everything.PerTier} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Everything.PerTier> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code tier}. */
            public Everything.Tier tier() {
                return TierCodec.constant(Scalars.getU32(bytes("PerTier.tier"), key(0)));
            }

            /** Reads the component {@code packets}. */
            public long packets() {
                return Scalars.getU64(bytes("PerTier.packets"), value(0));
            }
        }

        /**
         * Converts {@link Everything.PerTier} entries to and from bytes. Numbers after {@code at} are offsets in the C
         * type.
         */
        private static final class Entries extends EntryCodec<Everything.Tier, Everything.PerTier> {
            Entries() {
                super(/* key */ 4, /* value */ 8);
            }

            @Override
            public Everything.Tier keyOf(Everything.PerTier entry) {
                return Scalars.present(entry.tier(), "PerTier.tier");
            }

            @Override
            public void writeKey(Everything.Tier key, ByteBuffer to, int at) {
                Scalars.putU32(to, at, TierCodec.number(key, "PerTier.tier"), "PerTier.tier");
            }

            @Override
            public Everything.Tier readKey(ByteBuffer from, int at) {
                return TierCodec.constant(Scalars.getU32(from, at));
            }

            @Override
            public void writeValue(Everything.PerTier entry, ByteBuffer to, int at) {
                Scalars.putU64(to, at, entry.packets());
            }

            @Override
            public Everything.PerTier read(Everything.Tier key, ByteBuffer from, int at) {
                return new Everything.PerTier(key, Scalars.getU64(from, at));
            }
        }
    }

    /**
     * Accessor of the outer map {@code ev_tenant}, which {@link Everything.Tenant} declares. Its inner maps have
     * {@link Everything.Flow} entries.
     */
    public static class TenantMap
            extends NestAccessor<Long, Everything.FlowKey, Everything.Flow, FlowMap, FlowMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, value, "Tenant.id"),
                (from, at) -> Scalars.getU32(from, at));

        TenantMap(MapBinding binding) {
            super(binding, KEY, FlowMap.CODEC, FlowMap::new, FlowMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Everything.FlowKey, Everything.Flow> entryCodec() {
            return FlowMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public Everything. @Nullable Flow get(long id, Everything.FlowKey key) {
            return getAt(id, key);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(long id, Everything.FlowKey key, FlowMap.View view) {
            ByteBuffer to = keys(view);
            Scalars.putU32(to, 0, id, "Tenant.id");
            FlowMap.CODEC.writeKey(key, to, innerKeyAt());
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable FlowMap get(long id) {
            return getAt(id);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(long id) {
            return containsAt(id);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public FlowMap getOrCreate(long id) {
            return getOrCreateAt(id);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public FlowMap create(long id) {
            return createAt(id);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public FlowMap create(long id, long maxEntries) {
            return createAt(id, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public FlowMap create(long id, Consumer<? super FlowMap> fill) {
            return createAt(id, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Long, FlowMap> swap(long id, FlowMap.Owned map) {
            return swapAt(id, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Long, FlowMap> swap(long id, Displaced<?, FlowMap> displaced) {
            return swapAt(id, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Long, FlowMap> share(long id, FlowMap map) {
            return shareAt(id, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Long, FlowMap> rotate(long id) {
            return rotateAt(id);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Long, FlowMap> take(long id) {
            return takeAt(id);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(long id, Displaced.Action<? super Long, ? super FlowMap> action) {
            return drainAt(id, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(long id, Displaced.Action<? super Long, ? super FlowMap> action) {
            return drainLastAt(id, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(long id) {
            return discardAt(id);
        }

        /** Starts a server that creates the inner maps that programs miss: see {@link #serveMisses}. */
        public OnDemandServer<Long> serveRequests(OnDemandServer.Listener<Long, FlowMap> listener) {
            return serveMisses(OnDemandServer.Options.defaults(), listener);
        }

        /** Starts a server that creates the inner maps that programs miss: see {@link #serveMisses}. */
        public OnDemandServer<Long> serveRequests(OnDemandServer.Options options,
                OnDemandServer.Listener<Long, FlowMap> listener) {
            return serveMisses(options, listener);
        }

        /** Requests an inner map as a program does, but without counting a miss: see {@link #requestAt}. */
        public boolean request(long id) {
            return requestAt(id);
        }

        /** Counts the misses that are in no report yet: see {@link #pendingMisses}. */
        public long pending() {
            return pendingMisses();
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends TenantMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Accessor of the outer map {@code ev_tenants_by_level}, which {@link Everything.TenantLevel} declares. Its inner
     * maps have {@link Everything.Recent} entries.
     */
    public static class TenantLevelMap
            extends NestAccessor<Everything.TenantLevel, Inet4Address, Everything.Recent, RecentMap, RecentMap.Owned> {
        private static final Codec<Everything.TenantLevel> KEY = TenantLevelCodec.INSTANCE;

        TenantLevelMap(MapBinding binding) {
            super(binding, KEY, RecentMap.CODEC, RecentMap::new, RecentMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Inet4Address, Everything.Recent> entryCodec() {
            return RecentMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public Everything. @Nullable Recent get(Everything.TenantLevel tenantLevel,
                Inet4Address source) {
            return getAt(tenantLevel, source);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(Everything.TenantLevel tenantLevel, Inet4Address source,
                RecentMap.View view) {
            return getAt(tenantLevel, source, view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable RecentMap get(Everything.TenantLevel tenantLevel) {
            return getAt(tenantLevel);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(Everything.TenantLevel tenantLevel) {
            return containsAt(tenantLevel);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public RecentMap getOrCreate(Everything.TenantLevel tenantLevel) {
            return getOrCreateAt(tenantLevel);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public RecentMap create(Everything.TenantLevel tenantLevel) {
            return createAt(tenantLevel);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public RecentMap create(Everything.TenantLevel tenantLevel, long maxEntries) {
            return createAt(tenantLevel, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public RecentMap create(Everything.TenantLevel tenantLevel,
                Consumer<? super RecentMap> fill) {
            return createAt(tenantLevel, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Everything.TenantLevel, RecentMap> swap(
                Everything.TenantLevel tenantLevel, RecentMap.Owned map) {
            return swapAt(tenantLevel, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Everything.TenantLevel, RecentMap> swap(
                Everything.TenantLevel tenantLevel, Displaced<?, RecentMap> displaced) {
            return swapAt(tenantLevel, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Everything.TenantLevel, RecentMap> share(
                Everything.TenantLevel tenantLevel, RecentMap map) {
            return shareAt(tenantLevel, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Everything.TenantLevel, RecentMap> rotate(
                Everything.TenantLevel tenantLevel) {
            return rotateAt(tenantLevel);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Everything.TenantLevel, RecentMap> take(
                Everything.TenantLevel tenantLevel) {
            return takeAt(tenantLevel);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(Everything.TenantLevel tenantLevel,
                Displaced.Action<? super Everything.TenantLevel, ? super RecentMap> action) {
            return drainAt(tenantLevel, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(Everything.TenantLevel tenantLevel,
                Displaced.Action<? super Everything.TenantLevel, ? super RecentMap> action) {
            return drainLastAt(tenantLevel, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(Everything.TenantLevel tenantLevel) {
            return discardAt(tenantLevel);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends TenantLevelMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Accessor of the outer map {@code ev_slot}, which {@link Everything.Slot} declares. Its inner maps have
     * {@link Everything.PerTier} entries.
     */
    public static class SlotMap
            extends NestAccessor<Integer, Everything.Tier, Everything.PerTier, PerTierMap, PerTierMap.Owned> {
        private static final Codec<Integer> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, value),
                (from, at) -> (int) Scalars.getU32(from, at));

        SlotMap(MapBinding binding) {
            super(binding, KEY, PerTierMap.CODEC, PerTierMap::new, PerTierMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Everything.Tier, Everything.PerTier> entryCodec() {
            return PerTierMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public Everything. @Nullable PerTier get(int index, Everything.Tier tier) {
            return getAt(index, tier);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(int index, Everything.Tier tier, PerTierMap.View view) {
            ByteBuffer to = keys(view);
            Scalars.putU32(to, 0, index);
            PerTierMap.CODEC.writeKey(tier, to, innerKeyAt());
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable PerTierMap get(int index) {
            return getAt(index);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(int index) {
            return containsAt(index);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public PerTierMap getOrCreate(int index) {
            return getOrCreateAt(index);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public PerTierMap create(int index) {
            return createAt(index);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public PerTierMap create(int index, long maxEntries) {
            return createAt(index, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public PerTierMap create(int index, Consumer<? super PerTierMap> fill) {
            return createAt(index, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Integer, PerTierMap> swap(int index, PerTierMap.Owned map) {
            return swapAt(index, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Integer, PerTierMap> swap(int index,
                Displaced<?, PerTierMap> displaced) {
            return swapAt(index, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Integer, PerTierMap> share(int index, PerTierMap map) {
            return shareAt(index, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Integer, PerTierMap> rotate(int index) {
            return rotateAt(index);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Integer, PerTierMap> take(int index) {
            return takeAt(index);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(int index, Displaced.Action<? super Integer, ? super PerTierMap> action) {
            return drainAt(index, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(int index,
                Displaced.Action<? super Integer, ? super PerTierMap> action) {
            return drainLastAt(index, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(int index) {
            return discardAt(index);
        }

        /** Starts a server that creates the inner maps that programs miss: see {@link #serveMisses}. */
        public OnDemandServer<Integer> serveRequests(
                OnDemandServer.Listener<Integer, PerTierMap> listener) {
            return serveMisses(OnDemandServer.Options.defaults(), listener);
        }

        /** Starts a server that creates the inner maps that programs miss: see {@link #serveMisses}. */
        public OnDemandServer<Integer> serveRequests(OnDemandServer.Options options,
                OnDemandServer.Listener<Integer, PerTierMap> listener) {
            return serveMisses(options, listener);
        }

        /** Requests an inner map as a program does, but without counting a miss: see {@link #requestAt}. */
        public boolean request(int index) {
            return requestAt(index);
        }

        /** Counts the misses that are in no report yet: see {@link #pendingMisses}. */
        public long pending() {
            return pendingMisses();
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends SlotMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Accessor of the outer map {@code ev_by_sample}, which {@link Everything.BySample} declares. Its inner maps have
     * {@link Samples} entries.
     */
    public static class BySampleMap
            extends NestAccessor<Everything.Tier, Integer, Samples, SamplesMap, SamplesMap.Owned> {
        private static final Codec<Everything.Tier> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, TierCodec.number(value, "BySample.tier"),
                "BySample.tier"), (from, at) -> TierCodec.constant(Scalars.getU32(from, at)));

        BySampleMap(MapBinding binding) {
            super(binding, KEY, SamplesMap.CODEC, SamplesMap::new, SamplesMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Integer, Samples> entryCodec() {
            return SamplesMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public @Nullable Samples get(Everything.Tier tier, int index) {
            return getAt(tier, index);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(Everything.Tier tier, int index, SamplesMap.View view) {
            ByteBuffer to = keys(view);
            Scalars.putU32(to, 0, TierCodec.number(tier, "BySample.tier"), "BySample.tier");
            Scalars.putU32(to, innerKeyAt(), index);
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable SamplesMap get(Everything.Tier tier) {
            return getAt(tier);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(Everything.Tier tier) {
            return containsAt(tier);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public SamplesMap getOrCreate(Everything.Tier tier) {
            return getOrCreateAt(tier);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public SamplesMap create(Everything.Tier tier) {
            return createAt(tier);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public SamplesMap create(Everything.Tier tier, long maxEntries) {
            return createAt(tier, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public SamplesMap create(Everything.Tier tier, Consumer<? super SamplesMap> fill) {
            return createAt(tier, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Everything.Tier, SamplesMap> swap(Everything.Tier tier,
                SamplesMap.Owned map) {
            return swapAt(tier, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Everything.Tier, SamplesMap> swap(Everything.Tier tier,
                Displaced<?, SamplesMap> displaced) {
            return swapAt(tier, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Everything.Tier, SamplesMap> share(Everything.Tier tier,
                SamplesMap map) {
            return shareAt(tier, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Everything.Tier, SamplesMap> rotate(Everything.Tier tier) {
            return rotateAt(tier);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Everything.Tier, SamplesMap> take(Everything.Tier tier) {
            return takeAt(tier);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(Everything.Tier tier,
                Displaced.Action<? super Everything.Tier, ? super SamplesMap> action) {
            return drainAt(tier, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(Everything.Tier tier,
                Displaced.Action<? super Everything.Tier, ? super SamplesMap> action) {
            return drainLastAt(tier, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(Everything.Tier tier) {
            return discardAt(tier);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends BySampleMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Accessor of the outer map {@code ev_by_endpoint}, which {@link Everything.ByEndpoint} declares. Its inner maps
     * have {@link Samples} entries.
     */
    public static class ByEndpointMap extends NestAccessor<Endpoint, Integer, Samples, SamplesMap, SamplesMap.Owned> {
        private static final Codec<Endpoint> KEY = EndpointCodec.INSTANCE;

        ByEndpointMap(MapBinding binding) {
            super(binding, KEY, SamplesMap.CODEC, SamplesMap::new, SamplesMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Integer, Samples> entryCodec() {
            return SamplesMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public @Nullable Samples get(Endpoint endpoint, int index) {
            return getAt(endpoint, index);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(Endpoint endpoint, int index, SamplesMap.View view) {
            ByteBuffer to = keys(view);
            EndpointCodec.INSTANCE.write(Scalars.present(endpoint, "ByEndpoint.endpoint"), to, 0);
            Scalars.putU32(to, innerKeyAt(), index);
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable SamplesMap get(Endpoint endpoint) {
            return getAt(endpoint);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(Endpoint endpoint) {
            return containsAt(endpoint);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public SamplesMap getOrCreate(Endpoint endpoint) {
            return getOrCreateAt(endpoint);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public SamplesMap create(Endpoint endpoint) {
            return createAt(endpoint);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public SamplesMap create(Endpoint endpoint, long maxEntries) {
            return createAt(endpoint, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public SamplesMap create(Endpoint endpoint, Consumer<? super SamplesMap> fill) {
            return createAt(endpoint, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Endpoint, SamplesMap> swap(Endpoint endpoint,
                SamplesMap.Owned map) {
            return swapAt(endpoint, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Endpoint, SamplesMap> swap(Endpoint endpoint,
                Displaced<?, SamplesMap> displaced) {
            return swapAt(endpoint, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Endpoint, SamplesMap> share(Endpoint endpoint, SamplesMap map) {
            return shareAt(endpoint, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Endpoint, SamplesMap> rotate(Endpoint endpoint) {
            return rotateAt(endpoint);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Endpoint, SamplesMap> take(Endpoint endpoint) {
            return takeAt(endpoint);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(Endpoint endpoint,
                Displaced.Action<? super Endpoint, ? super SamplesMap> action) {
            return drainAt(endpoint, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(Endpoint endpoint,
                Displaced.Action<? super Endpoint, ? super SamplesMap> action) {
            return drainLastAt(endpoint, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(Endpoint endpoint) {
            return discardAt(endpoint);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends ByEndpointMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /** Accessor of the map {@code ev_numbers} with {@link Everything.Numbers} entries. */
    public static class NumbersMap extends HashAccessor<Long, Everything.Numbers> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Long, Everything.Numbers> CODEC = new Entries();

        NumbersMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Long, Everything.Numbers> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Everything. @Nullable Numbers get(long id) {
            return getAt(id);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(long id, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putBe64(to, 0, id);
            return lookup(view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(long id) {
            return containsAt(id);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(long id) {
            return removeAt(id);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. What a program writes that
         * looked the entry up earlier is lost.
         */
        public Everything. @Nullable Numbers take(long id) {
            return takeAt(id);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends NumbersMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Everything.Numbers} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Everything.Numbers> {
            private final IntegersView numbers = new IntegersView(inValue(0));

            private final EnumsView enums = new EnumsView(inValue(104));

            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code id}. */
            public long id() {
                return Scalars.getBe64(bytes("Numbers.id"), key(0));
            }

            /** Reads the component {@code numbers}. */
            public IntegersView numbers() {
                return numbers;
            }

            /** Reads the component {@code enums}. */
            public EnumsView enums() {
                return enums;
            }
        }

        /**
         * Converts {@link Everything.Numbers} entries to and from bytes. Numbers after {@code at} are offsets in the C
         * type.
         */
        private static final class Entries extends EntryCodec<Long, Everything.Numbers> {
            Entries() {
                super(/* key */ 8, /* value */ 144);
            }

            @Override
            public Long keyOf(Everything.Numbers entry) {
                return entry.id();
            }

            @Override
            public void writeKey(Long key, ByteBuffer to, int at) {
                Scalars.putBe64(to, at, key);
            }

            @Override
            public Long readKey(ByteBuffer from, int at) {
                return Scalars.getBe64(from, at);
            }

            @Override
            public void writeValue(Everything.Numbers entry, ByteBuffer to, int at) {
                IntegersCodec.INSTANCE.write(Scalars.present(entry.numbers(), "Numbers.numbers"), to, at);
                EnumsCodec.INSTANCE.write(Scalars.present(entry.enums(), "Numbers.enums"), to, at + 104);
            }

            @Override
            public Everything.Numbers read(Long key, ByteBuffer from, int at) {
                return new Everything.Numbers(key, IntegersCodec.INSTANCE.read(from, at),
                        EnumsCodec.INSTANCE.read(from, at + 104));
            }
        }
    }

    /** Accessor of the map {@code ev_cached} with {@link Everything.Cached} entries. */
    public static class CachedMap extends HashAccessor<Boolean, Everything.Cached> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Boolean, Everything.Cached> CODEC = new Entries();

        CachedMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Boolean, Everything.Cached> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Everything. @Nullable Cached get(boolean flag) {
            return getAt(flag);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(boolean flag, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putBool(to, 0, flag);
            return lookup(view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(boolean flag) {
            return containsAt(flag);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(boolean flag) {
            return removeAt(flag);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. What a program writes that
         * looked the entry up earlier is lost.
         */
        public Everything. @Nullable Cached take(boolean flag) {
            return takeAt(flag);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends CachedMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Everything.Cached} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Everything.Cached> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code flag}. */
            public boolean flag() {
                return Scalars.getBool(bytes("Cached.flag"), key(0));
            }

            /** Reads the component {@code one}. */
            public int one() {
                return (int) Scalars.getU16(bytes("Cached.one"), value(0));
            }

            /** Reads the component {@code two}. */
            public long two() {
                return Scalars.getBe32(bytes("Cached.two"), value(4));
            }

            /** Reads the component {@code three}. */
            public byte three() {
                return (byte) Scalars.getS8(bytes("Cached.three"), value(8));
            }
        }

        /**
         * Converts {@link Everything.Cached} entries to and from bytes. Numbers after {@code at} are offsets in the C
         * type.
         */
        private static final class Entries extends EntryCodec<Boolean, Everything.Cached> {
            Entries() {
                super(/* key */ 1, /* value */ 12);
            }

            @Override
            public Boolean keyOf(Everything.Cached entry) {
                return entry.flag();
            }

            @Override
            public void writeKey(Boolean key, ByteBuffer to, int at) {
                Scalars.putBool(to, at, key);
            }

            @Override
            public Boolean readKey(ByteBuffer from, int at) {
                return Scalars.getBool(from, at);
            }

            @Override
            public void writeValue(Everything.Cached entry, ByteBuffer to, int at) {
                Scalars.putU16(to, at, entry.one(), "Cached.one");
                Scalars.putBe32(to, at + 4, entry.two(), "Cached.two");
                Scalars.putS8(to, at + 8, entry.three());
                Scalars.zero(to, at + 2, 2); // padding
                Scalars.zero(to, at + 9, 3); // padding
            }

            @Override
            public Everything.Cached read(Boolean key, ByteBuffer from, int at) {
                return new Everything.Cached(key, (int) Scalars.getU16(from, at),
                        Scalars.getBe32(from, at + 4), (byte) Scalars.getS8(from, at + 8));
            }
        }
    }

    /** Accessor of the map {@code ev_setting} with {@link Everything.Setting} entries. */
    public static class SettingMap extends ArrayAccessor<Integer, Everything.Setting> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Integer, Everything.Setting> CODEC = new Entries();

        SettingMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Integer, Everything.Setting> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Everything. @Nullable Setting get(int index) {
            return getAt(index);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(int index, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putS32(to, 0, index);
            return lookup(view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(int index) {
            return containsAt(index);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends SettingMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Everything.Setting} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Everything.Setting> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code index}. */
            public int index() {
                return (int) Scalars.getS32(bytes("Setting.index"), key(0));
            }

            /** Reads the component {@code verdict}. */
            public Everything.Verdict verdict() {
                return VerdictCodec.constant(Scalars.getS32(bytes("Setting.verdict"), value(0)));
            }
        }

        /**
         * Converts {@link Everything.Setting} entries to and from bytes. Numbers after {@code at} are offsets in the C
         * type.
         */
        private static final class Entries extends EntryCodec<Integer, Everything.Setting> {
            Entries() {
                super(/* key */ 4, /* value */ 4);
            }

            @Override
            public Integer keyOf(Everything.Setting entry) {
                return entry.index();
            }

            @Override
            public void writeKey(Integer key, ByteBuffer to, int at) {
                Scalars.putS32(to, at, key);
            }

            @Override
            public Integer readKey(ByteBuffer from, int at) {
                return (int) Scalars.getS32(from, at);
            }

            @Override
            public void writeValue(Everything.Setting entry, ByteBuffer to, int at) {
                Scalars.putS32(to, at, VerdictCodec.number(entry.verdict(), "Setting.verdict"),
                        "Setting.verdict");
            }

            @Override
            public Everything.Setting read(Integer key, ByteBuffer from, int at) {
                return new Everything.Setting(key, VerdictCodec.constant(Scalars.getS32(from, at)));
            }
        }
    }

    /** Accessor of the map {@code ev_peer} with {@link Everything.Peer} entries. */
    public static class PeerMap extends HashAccessor<Untagged<Everything.Address>, Everything.Peer> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Untagged<Everything.Address>, Everything.Peer> CODEC = new Entries();

        PeerMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Untagged<Everything.Address>, Everything.Peer> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Everything. @Nullable Peer get(Untagged<Everything.Address> id) {
            return getAt(id);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(Untagged<Everything.Address> id, View view) {
            return getAt(id, view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(Untagged<Everything.Address> id) {
            return containsAt(id);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(Untagged<Everything.Address> id) {
            return removeAt(id);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. What a program writes that
         * looked the entry up earlier is lost.
         */
        public Everything. @Nullable Peer take(Untagged<Everything.Address> id) {
            return takeAt(id);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends PeerMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Everything.Peer} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Everything.Peer> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code id}. */
            public Untagged<Everything.Address> id() {
                return AddressUnion.INSTANCE.read(bytes("Peer.id"), key(0));
            }

            /** Reads the component {@code address}. */
            public Everything.Address address() {
                ByteBuffer from = bytes("Peer.address");
                int at = value(0);
                return AddressUnion.readMember(UnionBytes.selectedMember(Scalars.getU8(from, at + 16),
                        number -> addressMember(number), Everything.Address.class, "Peer.family"),
                        from, at);
            }

            /** Reads the component {@code family}. */
            public int family() {
                return (int) Scalars.getU8(bytes("Peer.family"), value(16));
            }

            /** Reads the component {@code tier}. */
            public Everything.Tier tier() {
                return TierCodec.constant(Scalars.getU8(bytes("Peer.tier"), value(17)));
            }

            /** Reads the component {@code price}. */
            public Everything.Price price() {
                ByteBuffer from = bytes("Peer.price");
                int at = value(0);
                return PriceUnion.readMember(UnionBytes.selectedMember(Scalars.getU8(from, at + 17),
                        number -> priceMember(number), Everything.Price.class, "Peer.tier"),
                        from, at + 24);
            }

            /** Reads the component {@code further}. */
            public Untagged<Everything.Address>[] further() {
                return ArrayBytes.get(bytes("Peer.further"), value(40), ArrayBytes.newArray(Untagged.class, 2), 16,
                        (from1, at1) -> AddressUnion.INSTANCE.read(from1, at1));
            }

            /**
             * Returns the member of {@link Everything.Address} that a number of {@code family} selects, or null if
             * there is none.
             */
            private static @Nullable Class<?> addressMember(long number) {
                if (number == 2L) {
                    return Everything.Address.V4.class;
                }
                if (number == 10L) {
                    return Everything.Address.Halves.class;
                }
                if (number == 11L) {
                    return Everything.Address.Halves.class;
                }
                return null;
            }

            /**
             * Returns the member of {@link Everything.Price} that a number of {@code tier} selects, or null if there is
             * none.
             */
            private static @Nullable Class<?> priceMember(long number) {
                if (number == 0L) {
                    return Everything.Price.Free.class;
                }
                if (number == 1L) {
                    return Everything.Price.PaidMonthly.class;
                }
                return null;
            }
        }

        /**
         * Converts {@link Everything.Peer} entries to and from bytes. Numbers after {@code at} are offsets in the C
         * type.
         */
        private static final class Entries extends EntryCodec<Untagged<Everything.Address>, Everything.Peer> {
            Entries() {
                super(/* key */ 16, /* value */ 72);
            }

            @Override
            public Untagged<Everything.Address> keyOf(Everything.Peer entry) {
                return Scalars.present(entry.id(), "Peer.id");
            }

            @Override
            public void writeKey(Untagged<Everything.Address> key, ByteBuffer to, int at) {
                UnionBytes.put(to, at, key, "Peer.id");
            }

            @Override
            public Untagged<Everything.Address> readKey(ByteBuffer from, int at) {
                return AddressUnion.INSTANCE.read(from, at);
            }

            @Override
            public void writeValue(Everything.Peer entry, ByteBuffer to, int at) {
                AddressUnion.writeMember(UnionBytes.requireSelected(entry.address(), entry.family(),
                        number -> addressMember(number), "Peer.address", "family"), to, at);
                Scalars.putU8(to, at + 16, entry.family(), "Peer.family");
                Scalars.putU8(to, at + 17, TierCodec.number(entry.tier(), "Peer.tier"),
                        "Peer.tier");
                PriceUnion.writeMember(UnionBytes.requireSelected(entry.price(),
                        TierCodec.number(entry.tier(), "Peer.tier"), number -> priceMember(number),
                        "Peer.price", "tier"), to, at + 24);
                ArrayBytes.put(to, at + 40, entry.further(), 2, 16, "Peer.further",
                        (value1, to1, at1) -> UnionBytes.put(to1, at1, value1, "Peer.further"));
                Scalars.zero(to, at + 18, 6); // padding
            }

            @Override
            public Everything.Peer read(Untagged<Everything.Address> key, ByteBuffer from, int at) {
                return new Everything.Peer(key,
                        AddressUnion.readMember(UnionBytes.selectedMember(Scalars.getU8(from, at + 16),
                        number -> addressMember(number), Everything.Address.class, "Peer.family"),
                        from, at), (int) Scalars.getU8(from, at + 16),
                        TierCodec.constant(Scalars.getU8(from, at + 17)),
                        PriceUnion.readMember(UnionBytes.selectedMember(Scalars.getU8(from, at + 17),
                        number -> priceMember(number), Everything.Price.class, "Peer.tier"),
                        from, at + 24),
                        ArrayBytes.get(from, at + 40, ArrayBytes.newArray(Untagged.class, 2), 16,
                        (from1, at1) -> AddressUnion.INSTANCE.read(from1, at1)));
            }

            /**
             * Returns the member of {@link Everything.Address} that a number of {@code family} selects, or null if
             * there is none.
             */
            private static @Nullable Class<?> addressMember(long number) {
                if (number == 2L) {
                    return Everything.Address.V4.class;
                }
                if (number == 10L) {
                    return Everything.Address.Halves.class;
                }
                if (number == 11L) {
                    return Everything.Address.Halves.class;
                }
                return null;
            }

            /**
             * Returns the member of {@link Everything.Price} that a number of {@code tier} selects, or null if there is
             * none.
             */
            private static @Nullable Class<?> priceMember(long number) {
                if (number == 0L) {
                    return Everything.Price.Free.class;
                }
                if (number == 1L) {
                    return Everything.Price.PaidMonthly.class;
                }
                return null;
            }
        }
    }

    /** Accessor of the map {@code ev_blocked} with {@link Everything.Blocked} entries. */
    public static class BlockedMap extends HashAccessor<Endpoint, Everything.Blocked> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Endpoint, Everything.Blocked> CODEC = new Entries();

        BlockedMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Endpoint, Everything.Blocked> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Everything. @Nullable Blocked get(Endpoint endpoint) {
            return getAt(endpoint);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(Endpoint endpoint, View view) {
            return getAt(endpoint, view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(Endpoint endpoint) {
            return containsAt(endpoint);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(Endpoint endpoint) {
            return removeAt(endpoint);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. What a program writes that
         * looked the entry up earlier is lost.
         */
        public Everything. @Nullable Blocked take(Endpoint endpoint) {
            return takeAt(endpoint);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends BlockedMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Everything.Blocked} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Everything.Blocked> {
            private final EndpointCodec.View endpoint = new EndpointCodec.View(inKey(0));

            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code endpoint}. */
            public EndpointCodec.View endpoint() {
                return endpoint;
            }
        }

        /**
         * Converts {@link Everything.Blocked} entries to and from bytes. Numbers after {@code at} are offsets in the C
         * type.
         */
        private static final class Entries extends EntryCodec<Endpoint, Everything.Blocked> {
            Entries() {
                super(/* key */ 12, /* value */ 1);
            }

            @Override
            public Endpoint keyOf(Everything.Blocked entry) {
                return Scalars.present(entry.endpoint(), "Blocked.endpoint");
            }

            @Override
            public void writeKey(Endpoint key, ByteBuffer to, int at) {
                EndpointCodec.INSTANCE.write(Scalars.present(key, "Blocked.endpoint"), to, at);
            }

            @Override
            public Endpoint readKey(ByteBuffer from, int at) {
                return EndpointCodec.INSTANCE.read(from, at);
            }

            @Override
            public void writeValue(Everything.Blocked entry, ByteBuffer to, int at) {
                Scalars.putU8(to, at, (byte) 1); // the map is a set, so the value has no meaning
            }

            @Override
            public Everything.Blocked read(Endpoint key, ByteBuffer from, int at) {
                return new Everything.Blocked(key);
            }
        }
    }

    /** Accessor of the map {@code ev_guarded} with {@link Everything.Guarded} entries. */
    public static class GuardedMap extends HashAccessor<Integer, Everything.Guarded> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Integer, Everything.Guarded> CODEC = new Entries();

        GuardedMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Integer, Everything.Guarded> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Everything. @Nullable Guarded get(int id) {
            return getAt(id);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(int id, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putS32(to, 0, id);
            return lookup(view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(int id) {
            return containsAt(id);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(int id) {
            return removeAt(id);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. What a program writes that
         * looked the entry up earlier is lost.
         */
        public Everything. @Nullable Guarded take(int id) {
            return takeAt(id);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends GuardedMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Everything.Guarded} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Everything.Guarded> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code id}. */
            public int id() {
                return (int) Scalars.getS32(bytes("Guarded.id"), key(0));
            }

            /** Reads the component {@code packets}. */
            public long packets() {
                return Scalars.getU64(bytes("Guarded.packets"), value(16));
            }
        }

        /**
         * Converts {@link Everything.Guarded} entries to and from bytes. Numbers after {@code at} are offsets in the C
         * type.
         */
        private static final class Entries extends EntryCodec<Integer, Everything.Guarded> {
            Entries() {
                super(/* key */ 4, /* value */ 64);
            }

            @Override
            public Integer keyOf(Everything.Guarded entry) {
                return entry.id();
            }

            @Override
            public void writeKey(Integer key, ByteBuffer to, int at) {
                Scalars.putS32(to, at, key);
            }

            @Override
            public Integer readKey(ByteBuffer from, int at) {
                return (int) Scalars.getS32(from, at);
            }

            @Override
            public void writeValue(Everything.Guarded entry, ByteBuffer to, int at) {
                Scalars.putU64(to, at + 16, entry.packets());
                Scalars.zero(to, at + 28, 4); // padding
                Scalars.zero(to, at, 16); // managed by the kernel, which ignores these bytes
                Scalars.zero(to, at + 24, 4); // managed by the kernel, which ignores these bytes
                Scalars.zero(to, at + 32, 16); // managed by the kernel, which ignores these bytes
                Scalars.zero(to, at + 48, 16); // managed by the kernel, which ignores these bytes
            }

            @Override
            public Everything.Guarded read(Integer key, ByteBuffer from, int at) {
                return new Everything.Guarded(key, Scalars.getU64(from, at + 16));
            }

            @Override
            public boolean locked() {
                return true;
            }
        }
    }

    /** Accessor of the map {@code ev_seen} with {@link Everything.Seen} entries. */
    public static class SeenMap extends HashAccessor<Integer, Everything.Seen> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Integer, Everything.Seen> CODEC = new Entries();

        SeenMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Integer, Everything.Seen> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Everything. @Nullable Seen get(int protocol) {
            return getAt(protocol);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(int protocol, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putU8(to, 0, protocol, "Seen.protocol");
            return lookup(view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(int protocol) {
            return containsAt(protocol);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(int protocol) {
            return removeAt(protocol);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. What a program writes that
         * looked the entry up earlier is lost.
         */
        public Everything. @Nullable Seen take(int protocol) {
            return takeAt(protocol);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends SeenMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Everything.Seen} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Everything.Seen> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code protocol}. */
            public int protocol() {
                return (int) Scalars.getU8(bytes("Seen.protocol"), key(0));
            }
        }

        /**
         * Converts {@link Everything.Seen} entries to and from bytes. Numbers after {@code at} are offsets in the C
         * type.
         */
        private static final class Entries extends EntryCodec<Integer, Everything.Seen> {
            Entries() {
                super(/* key */ 1, /* value */ 1);
            }

            @Override
            public Integer keyOf(Everything.Seen entry) {
                return entry.protocol();
            }

            @Override
            public void writeKey(Integer key, ByteBuffer to, int at) {
                Scalars.putU8(to, at, key, "Seen.protocol");
            }

            @Override
            public Integer readKey(ByteBuffer from, int at) {
                return (int) Scalars.getU8(from, at);
            }

            @Override
            public void writeValue(Everything.Seen entry, ByteBuffer to, int at) {
                Scalars.putU8(to, at, (byte) 1); // the map is a set, so the value has no meaning
            }

            @Override
            public Everything.Seen read(Integer key, ByteBuffer from, int at) {
                return new Everything.Seen(key);
            }
        }
    }

    /**
     * Converts {@link Everything.FlowKey} to and from the bytes of {@code struct ev_flow_key}. Numbers after {@code at}
     * are offsets in it.
     */
    static final class FlowKeyCodec implements Codec<Everything.FlowKey> {
        /** The only instance, for generated classes. */
        static final FlowKeyCodec INSTANCE = new FlowKeyCodec();

        private FlowKeyCodec() {
        }

        @Override
        public int size() {
            return 28;
        }

        @Override
        public void write(Everything.FlowKey value, ByteBuffer to, int at) {
            EndpointCodec.INSTANCE.write(Scalars.present(value.source(), "FlowKey.source"), to, at);
            EndpointCodec.INSTANCE.write(Scalars.present(value.destination(), "FlowKey.destination"), to, at + 12);
            Scalars.putU8(to, at + 24, value.protocol(), "FlowKey.protocol");
            Scalars.zero(to, at + 25, 3); // padding
        }

        @Override
        public Everything.FlowKey read(ByteBuffer from, int at) {
            return new Everything.FlowKey(EndpointCodec.INSTANCE.read(from, at),
                    EndpointCodec.INSTANCE.read(from, at + 12), (int) Scalars.getU8(from, at + 24));
        }
    }

    /** Reads the components of a {@link Everything.FlowKey} from its bytes: see {@link EntryView.Struct}. */
    public static final class FlowKeyView extends EntryView.Struct {
        private final EndpointCodec.View source = new EndpointCodec.View(inValue(0));

        private final EndpointCodec.View destination = new EndpointCodec.View(inValue(12));

        /** Creates a view of a component. Generated code calls it. */
        public FlowKeyView(EntryView.Place place) {
            super(place);
        }

        /** Reads the component {@code source}. */
        public EndpointCodec.View source() {
            return source;
        }

        /** Reads the component {@code destination}. */
        public EndpointCodec.View destination() {
            return destination;
        }

        /** Reads the component {@code protocol}. */
        public int protocol() {
            return (int) Scalars.getU8(bytes("FlowKey.protocol"), value(24));
        }
    }

    /**
     * Converts {@link Everything.Integers} to and from the bytes of {@code struct ev_integers}. Numbers after
     * {@code at} are offsets in it.
     */
    static final class IntegersCodec implements Codec<Everything.Integers> {
        /** The only instance, for generated classes. */
        static final IntegersCodec INSTANCE = new IntegersCodec();

        private IntegersCodec() {
        }

        @Override
        public int size() {
            return 104;
        }

        @Override
        public void write(Everything.Integers value, ByteBuffer to, int at) {
            Scalars.putS8(to, at, value.ownByte());
            Scalars.putS16(to, at + 2, value.ownShort());
            Scalars.putS32(to, at + 4, value.ownInt());
            Scalars.putS64(to, at + 8, value.ownLong());
            Scalars.putU8(to, at + 16, value.u8Byte());
            Scalars.putU8(to, at + 17, value.u8Short(), "Integers.u8Short");
            Scalars.putU8(to, at + 18, value.u8Int(), "Integers.u8Int");
            Scalars.putU8(to, at + 19, value.u8Long(), "Integers.u8Long");
            Scalars.putU16(to, at + 20, value.u16Short());
            Scalars.putU16(to, at + 22, value.u16Int(), "Integers.u16Int");
            Scalars.putU16(to, at + 24, value.u16Long(), "Integers.u16Long");
            Scalars.putU32(to, at + 28, value.u32Int());
            Scalars.putU32(to, at + 32, value.u32Long(), "Integers.u32Long");
            Scalars.putU64(to, at + 40, value.u64Long());
            Scalars.putS8(to, at + 48, value.s8Byte());
            Scalars.putS8(to, at + 49, value.s8Short(), "Integers.s8Short");
            Scalars.putS8(to, at + 50, value.s8Int(), "Integers.s8Int");
            Scalars.putS8(to, at + 51, value.s8Long(), "Integers.s8Long");
            Scalars.putS16(to, at + 52, value.s16Short());
            Scalars.putS16(to, at + 54, value.s16Int(), "Integers.s16Int");
            Scalars.putS16(to, at + 56, value.s16Long(), "Integers.s16Long");
            Scalars.putS32(to, at + 60, value.s32Int());
            Scalars.putS32(to, at + 64, value.s32Long(), "Integers.s32Long");
            Scalars.putS64(to, at + 72, value.s64Long());
            Scalars.putBe16(to, at + 80, value.be16Short());
            Scalars.putBe16(to, at + 82, value.be16Int(), "Integers.be16Int");
            Scalars.putBe16(to, at + 84, value.be16Long(), "Integers.be16Long");
            Scalars.putBe32(to, at + 88, value.be32Int());
            Scalars.putBe32(to, at + 92, value.be32Long(), "Integers.be32Long");
            Scalars.putBe64(to, at + 96, value.be64Long());
            Scalars.zero(to, at + 1, 1); // padding
            Scalars.zero(to, at + 26, 2); // padding
            Scalars.zero(to, at + 36, 4); // padding
            Scalars.zero(to, at + 58, 2); // padding
            Scalars.zero(to, at + 68, 4); // padding
            Scalars.zero(to, at + 86, 2); // padding
        }

        @Override
        public Everything.Integers read(ByteBuffer from, int at) {
            return new Everything.Integers((byte) Scalars.getS8(from, at),
                    (short) Scalars.getS16(from, at + 2), (int) Scalars.getS32(from, at + 4),
                    Scalars.getS64(from, at + 8), (byte) Scalars.getU8(from, at + 16),
                    (short) Scalars.getU8(from, at + 17), (int) Scalars.getU8(from, at + 18),
                    Scalars.getU8(from, at + 19), (short) Scalars.getU16(from, at + 20),
                    (int) Scalars.getU16(from, at + 22), Scalars.getU16(from, at + 24),
                    (int) Scalars.getU32(from, at + 28), Scalars.getU32(from, at + 32),
                    Scalars.getU64(from, at + 40), (byte) Scalars.getS8(from, at + 48),
                    (short) Scalars.getS8(from, at + 49), (int) Scalars.getS8(from, at + 50),
                    Scalars.getS8(from, at + 51), (short) Scalars.getS16(from, at + 52),
                    (int) Scalars.getS16(from, at + 54), Scalars.getS16(from, at + 56),
                    (int) Scalars.getS32(from, at + 60), Scalars.getS32(from, at + 64),
                    Scalars.getS64(from, at + 72), (short) Scalars.getBe16(from, at + 80),
                    (int) Scalars.getBe16(from, at + 82), Scalars.getBe16(from, at + 84),
                    (int) Scalars.getBe32(from, at + 88), Scalars.getBe32(from, at + 92),
                    Scalars.getBe64(from, at + 96));
        }
    }

    /** Reads the components of a {@link Everything.Integers} from its bytes: see {@link EntryView.Struct}. */
    public static final class IntegersView extends EntryView.Struct {
        /** Creates a view of a component. Generated code calls it. */
        public IntegersView(EntryView.Place place) {
            super(place);
        }

        /** Reads the component {@code ownByte}. */
        public byte ownByte() {
            return (byte) Scalars.getS8(bytes("Integers.ownByte"), value(0));
        }

        /** Reads the component {@code ownShort}. */
        public short ownShort() {
            return (short) Scalars.getS16(bytes("Integers.ownShort"), value(2));
        }

        /** Reads the component {@code ownInt}. */
        public int ownInt() {
            return (int) Scalars.getS32(bytes("Integers.ownInt"), value(4));
        }

        /** Reads the component {@code ownLong}. */
        public long ownLong() {
            return Scalars.getS64(bytes("Integers.ownLong"), value(8));
        }

        /** Reads the component {@code u8Byte}. */
        public byte u8Byte() {
            return (byte) Scalars.getU8(bytes("Integers.u8Byte"), value(16));
        }

        /** Reads the component {@code u8Short}. */
        public short u8Short() {
            return (short) Scalars.getU8(bytes("Integers.u8Short"), value(17));
        }

        /** Reads the component {@code u8Int}. */
        public int u8Int() {
            return (int) Scalars.getU8(bytes("Integers.u8Int"), value(18));
        }

        /** Reads the component {@code u8Long}. */
        public long u8Long() {
            return Scalars.getU8(bytes("Integers.u8Long"), value(19));
        }

        /** Reads the component {@code u16Short}. */
        public short u16Short() {
            return (short) Scalars.getU16(bytes("Integers.u16Short"), value(20));
        }

        /** Reads the component {@code u16Int}. */
        public int u16Int() {
            return (int) Scalars.getU16(bytes("Integers.u16Int"), value(22));
        }

        /** Reads the component {@code u16Long}. */
        public long u16Long() {
            return Scalars.getU16(bytes("Integers.u16Long"), value(24));
        }

        /** Reads the component {@code u32Int}. */
        public int u32Int() {
            return (int) Scalars.getU32(bytes("Integers.u32Int"), value(28));
        }

        /** Reads the component {@code u32Long}. */
        public long u32Long() {
            return Scalars.getU32(bytes("Integers.u32Long"), value(32));
        }

        /** Reads the component {@code u64Long}. */
        public long u64Long() {
            return Scalars.getU64(bytes("Integers.u64Long"), value(40));
        }

        /** Reads the component {@code s8Byte}. */
        public byte s8Byte() {
            return (byte) Scalars.getS8(bytes("Integers.s8Byte"), value(48));
        }

        /** Reads the component {@code s8Short}. */
        public short s8Short() {
            return (short) Scalars.getS8(bytes("Integers.s8Short"), value(49));
        }

        /** Reads the component {@code s8Int}. */
        public int s8Int() {
            return (int) Scalars.getS8(bytes("Integers.s8Int"), value(50));
        }

        /** Reads the component {@code s8Long}. */
        public long s8Long() {
            return Scalars.getS8(bytes("Integers.s8Long"), value(51));
        }

        /** Reads the component {@code s16Short}. */
        public short s16Short() {
            return (short) Scalars.getS16(bytes("Integers.s16Short"), value(52));
        }

        /** Reads the component {@code s16Int}. */
        public int s16Int() {
            return (int) Scalars.getS16(bytes("Integers.s16Int"), value(54));
        }

        /** Reads the component {@code s16Long}. */
        public long s16Long() {
            return Scalars.getS16(bytes("Integers.s16Long"), value(56));
        }

        /** Reads the component {@code s32Int}. */
        public int s32Int() {
            return (int) Scalars.getS32(bytes("Integers.s32Int"), value(60));
        }

        /** Reads the component {@code s32Long}. */
        public long s32Long() {
            return Scalars.getS32(bytes("Integers.s32Long"), value(64));
        }

        /** Reads the component {@code s64Long}. */
        public long s64Long() {
            return Scalars.getS64(bytes("Integers.s64Long"), value(72));
        }

        /** Reads the component {@code be16Short}. */
        public short be16Short() {
            return (short) Scalars.getBe16(bytes("Integers.be16Short"), value(80));
        }

        /** Reads the component {@code be16Int}. */
        public int be16Int() {
            return (int) Scalars.getBe16(bytes("Integers.be16Int"), value(82));
        }

        /** Reads the component {@code be16Long}. */
        public long be16Long() {
            return Scalars.getBe16(bytes("Integers.be16Long"), value(84));
        }

        /** Reads the component {@code be32Int}. */
        public int be32Int() {
            return (int) Scalars.getBe32(bytes("Integers.be32Int"), value(88));
        }

        /** Reads the component {@code be32Long}. */
        public long be32Long() {
            return Scalars.getBe32(bytes("Integers.be32Long"), value(92));
        }

        /** Reads the component {@code be64Long}. */
        public long be64Long() {
            return Scalars.getBe64(bytes("Integers.be64Long"), value(96));
        }
    }

    /**
     * Converts {@link Everything.Enums} to and from the bytes of {@code struct ev_enums}. Numbers after {@code at} are
     * offsets in it.
     */
    static final class EnumsCodec implements Codec<Everything.Enums> {
        /** The only instance, for generated classes. */
        static final EnumsCodec INSTANCE = new EnumsCodec();

        private EnumsCodec() {
        }

        @Override
        public int size() {
            return 40;
        }

        @Override
        public void write(Everything.Enums value, ByteBuffer to, int at) {
            Scalars.putU32(to, at, TierCodec.number(value.plain(), "Enums.plain"), "Enums.plain");
            Scalars.putU8(to, at + 4, TierCodec.number(value.u8(), "Enums.u8"), "Enums.u8");
            Scalars.putBe16(to, at + 6, TierCodec.number(value.be16(), "Enums.be16"), "Enums.be16");
            Scalars.putU64(to, at + 8, TierCodec.number(value.u64(), "Enums.u64"));
            Scalars.putS32(to, at + 16, VerdictCodec.number(value.own(), "Enums.own"), "Enums.own");
            Scalars.putS8(to, at + 20, VerdictCodec.number(value.s8(), "Enums.s8"), "Enums.s8");
            Scalars.putS16(to, at + 22, VerdictCodec.number(value.s16(), "Enums.s16"), "Enums.s16");
            Scalars.putS64(to, at + 24, VerdictCodec.number(value.s64(), "Enums.s64"));
            Scalars.putBool(to, at + 32, value.flag());
            Scalars.zero(to, at + 5, 1); // padding
            Scalars.zero(to, at + 21, 1); // padding
            Scalars.zero(to, at + 33, 7); // padding
        }

        @Override
        public Everything.Enums read(ByteBuffer from, int at) {
            return new Everything.Enums(TierCodec.constant(Scalars.getU32(from, at)),
                    TierCodec.constant(Scalars.getU8(from, at + 4)),
                    TierCodec.constant(Scalars.getBe16(from, at + 6)),
                    TierCodec.constant(Scalars.getU64(from, at + 8)),
                    VerdictCodec.constant(Scalars.getS32(from, at + 16)),
                    VerdictCodec.constant(Scalars.getS8(from, at + 20)),
                    VerdictCodec.constant(Scalars.getS16(from, at + 22)),
                    VerdictCodec.constant(Scalars.getS64(from, at + 24)),
                    Scalars.getBool(from, at + 32));
        }
    }

    /** Reads the components of a {@link Everything.Enums} from its bytes: see {@link EntryView.Struct}. */
    public static final class EnumsView extends EntryView.Struct {
        /** Creates a view of a component. Generated code calls it. */
        public EnumsView(EntryView.Place place) {
            super(place);
        }

        /** Reads the component {@code plain}. */
        public Everything.Tier plain() {
            return TierCodec.constant(Scalars.getU32(bytes("Enums.plain"), value(0)));
        }

        /** Reads the component {@code u8}. */
        public Everything.Tier u8() {
            return TierCodec.constant(Scalars.getU8(bytes("Enums.u8"), value(4)));
        }

        /** Reads the component {@code be16}. */
        public Everything.Tier be16() {
            return TierCodec.constant(Scalars.getBe16(bytes("Enums.be16"), value(6)));
        }

        /** Reads the component {@code u64}. */
        public Everything.Tier u64() {
            return TierCodec.constant(Scalars.getU64(bytes("Enums.u64"), value(8)));
        }

        /** Reads the component {@code own}. */
        public Everything.Verdict own() {
            return VerdictCodec.constant(Scalars.getS32(bytes("Enums.own"), value(16)));
        }

        /** Reads the component {@code s8}. */
        public Everything.Verdict s8() {
            return VerdictCodec.constant(Scalars.getS8(bytes("Enums.s8"), value(20)));
        }

        /** Reads the component {@code s16}. */
        public Everything.Verdict s16() {
            return VerdictCodec.constant(Scalars.getS16(bytes("Enums.s16"), value(22)));
        }

        /** Reads the component {@code s64}. */
        public Everything.Verdict s64() {
            return VerdictCodec.constant(Scalars.getS64(bytes("Enums.s64"), value(24)));
        }

        /** Reads the component {@code flag}. */
        public boolean flag() {
            return Scalars.getBool(bytes("Enums.flag"), value(32));
        }
    }

    /**
     * Converts {@link Everything.Address.Halves} to and from the bytes of {@code struct ev_halves}. Numbers after
     * {@code at} are offsets in it.
     */
    static final class HalvesCodec implements Codec<Everything.Address.Halves> {
        /** The only instance, for generated classes. */
        static final HalvesCodec INSTANCE = new HalvesCodec();

        private HalvesCodec() {
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Everything.Address.Halves value, ByteBuffer to, int at) {
            Scalars.putBe64(to, at, value.high());
            Scalars.putBe64(to, at + 8, value.low());
        }

        @Override
        public Everything.Address.Halves read(ByteBuffer from, int at) {
            return new Everything.Address.Halves(Scalars.getBe64(from, at),
                    Scalars.getBe64(from, at + 8));
        }
    }

    /**
     * Converts {@link Everything.Item} to and from the bytes of {@code struct ev_item}. Numbers after {@code at} are
     * offsets in it.
     */
    static final class ItemCodec implements Codec<Everything.Item> {
        /** The only instance, for generated classes. */
        static final ItemCodec INSTANCE = new ItemCodec();

        private ItemCodec() {
        }

        @Override
        public int size() {
            return 32;
        }

        @Override
        public void write(Everything.Item value, ByteBuffer to, int at) {
            Scalars.putU32(to, at + 24, value.number(), "Item.number");
            Scalars.zero(to, at + 28, 4); // padding
            Scalars.zero(to, at, 24); // managed by the kernel, which ignores these bytes
        }

        @Override
        public Everything.Item read(ByteBuffer from, int at) {
            return new Everything.Item(Scalars.getU32(from, at + 24));
        }
    }

    /**
     * Converts {@link Everything.Event} to and from the bytes of {@code struct ev_report}. Numbers after {@code at} are
     * offsets in it.
     */
    static final class EventCodec implements Codec<Everything.Event> {
        /** The only instance, for generated classes. */
        static final EventCodec INSTANCE = new EventCodec();

        private EventCodec() {
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Everything.Event value, ByteBuffer to, int at) {
            Scalars.putU64(to, at, value.at());
            Scalars.putS32(to, at + 8, VerdictCodec.number(value.verdict(), "Event.verdict"),
                    "Event.verdict");
            Scalars.zero(to, at + 12, 4); // padding
        }

        @Override
        public Everything.Event read(ByteBuffer from, int at) {
            return new Everything.Event(Scalars.getU64(from, at),
                    VerdictCodec.constant(Scalars.getS32(from, at + 8)));
        }
    }

    /**
     * Converts {@link Everything.TenantLevel} to and from the bytes of {@code struct ev_tenants_by_level_key}. Numbers
     * after {@code at} are offsets in it.
     */
    static final class TenantLevelCodec implements Codec<Everything.TenantLevel> {
        /** The only instance, for generated classes. */
        static final TenantLevelCodec INSTANCE = new TenantLevelCodec();

        private TenantLevelCodec() {
        }

        @Override
        public int size() {
            return 12;
        }

        @Override
        public void write(Everything.TenantLevel value, ByteBuffer to, int at) {
            Scalars.putU32(to, at, value.id(), "TenantLevel.id");
            Scalars.putU8(to, at + 4, value.level(), "TenantLevel.level");
            Scalars.putU32(to, at + 8, TierCodec.number(value.tier(), "TenantLevel.tier"),
                    "TenantLevel.tier");
            Scalars.zero(to, at + 5, 3); // padding
        }

        @Override
        public Everything.TenantLevel read(ByteBuffer from, int at) {
            return new Everything.TenantLevel(Scalars.getU32(from, at),
                    (int) Scalars.getU8(from, at + 4),
                    TierCodec.constant(Scalars.getU32(from, at + 8)));
        }
    }

    /** Converts constants of {@link Everything.Tier} to and from the numbers of {@code enum ev_tier}. */
    static final class TierCodec {
        private static final Everything.Tier[] CONSTANTS = Everything.Tier.values();

        private TierCodec() {
        }

        /**
         * Returns the number of a constant.
         *
         * @param component the component that holds the constant, for error messages
         */
        static long number(Everything.Tier constant, String component) {
            return switch (Scalars.present(constant, component)) {
                case FREE -> 0L;
                case PaidMonthly -> 1L;
            };
        }

        /** Returns the constant with this number. */
        static Everything.Tier constant(long number) {
            for (Everything.Tier constant : CONSTANTS) {
                if (number(constant, constant.name()) == number) {
                    return constant;
                }
            }
            throw Scalars.unknownConstant(Everything.Tier.class, number);
        }
    }

    /** Converts constants of {@link Everything.Verdict} to and from the numbers of {@code enum ev_verdict}. */
    static final class VerdictCodec {
        private static final Everything.Verdict[] CONSTANTS = Everything.Verdict.values();

        private VerdictCodec() {
        }

        /**
         * Returns the number of a constant.
         *
         * @param component the component that holds the constant, for error messages
         */
        static long number(Everything.Verdict constant, String component) {
            return switch (Scalars.present(constant, component)) {
                case DROP -> -1L;
                case PASS -> 7L;
            };
        }

        /** Returns the constant with this number. */
        static Everything.Verdict constant(long number) {
            for (Everything.Verdict constant : CONSTANTS) {
                if (number(constant, constant.name()) == number) {
                    return constant;
                }
            }
            throw Scalars.unknownConstant(Everything.Verdict.class, number);
        }
    }

    /** Converts members of {@link Everything.Address} to and from the bytes of {@code union ev_address}. */
    public static final class AddressUnion implements Codec<Untagged<Everything.Address>> {
        /** The only instance, for generated classes. */
        static final AddressUnion INSTANCE = new AddressUnion();

        private AddressUnion() {
        }

        /** Returns a union with the bytes of a member, followed by zeros. */
        public static Untagged<Everything.Address> of(Everything.Address member) {
            return UnionBytes.of(Everything.Address.class, member, 16, AddressUnion::writeMember,
                    AddressUnion::readMember);
        }

        /** Returns an array of unions, each with the bytes of a member, followed by zeros. */
        public static Untagged<Everything.Address>[] arrayOf(Everything.Address... members) {
            return UnionBytes.arrayOf(Everything.Address.class, members, 16,
                    AddressUnion::writeMember, AddressUnion::readMember);
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Untagged<Everything.Address> value, ByteBuffer to, int at) {
            UnionBytes.put(to, at, value, "Address");
        }

        @Override
        public Untagged<Everything.Address> read(ByteBuffer from, int at) {
            return UnionBytes.get(from, at, Everything.Address.class, 16, AddressUnion::readMember);
        }

        /** Writes a member, followed by zeros. */
        static void writeMember(Everything.Address member, ByteBuffer to, int at) {
            if (member instanceof Everything.Address.V4 actual) {
                ValueBytes.putInet4(to, at, actual.address(), "V4.address");
                Scalars.zero(to, at + 4, 12); // rest of the union
            }
            if (member instanceof Everything.Address.Halves actual) {
                HalvesCodec.INSTANCE.write(Scalars.present(actual, "Halves"), to, at);
            }
        }

        /**
         * Reads the bytes as a member of the union.
         *
         * @param member the record of the member
         */
        static Everything.Address readMember(Class<?> member, ByteBuffer from, int at) {
            if (member == Everything.Address.V4.class) {
                return new Everything.Address.V4(ValueBytes.getInet4(from, at));
            }
            if (member == Everything.Address.Halves.class) {
                return HalvesCodec.INSTANCE.read(from, at);
            }
            throw UnionBytes.noMember(Everything.Address.class, member);
        }
    }

    /** Converts members of {@link Everything.Price} to and from the bytes of {@code union ev_price}. */
    public static final class PriceUnion implements Codec<Untagged<Everything.Price>> {
        /** The only instance, for generated classes. */
        static final PriceUnion INSTANCE = new PriceUnion();

        private PriceUnion() {
        }

        /** Returns a union with the bytes of a member, followed by zeros. */
        public static Untagged<Everything.Price> of(Everything.Price member) {
            return UnionBytes.of(Everything.Price.class, member, 16, PriceUnion::writeMember,
                    PriceUnion::readMember);
        }

        /** Returns an array of unions, each with the bytes of a member, followed by zeros. */
        public static Untagged<Everything.Price>[] arrayOf(Everything.Price... members) {
            return UnionBytes.arrayOf(Everything.Price.class, members, 16, PriceUnion::writeMember,
                    PriceUnion::readMember);
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Untagged<Everything.Price> value, ByteBuffer to, int at) {
            UnionBytes.put(to, at, value, "Price");
        }

        @Override
        public Untagged<Everything.Price> read(ByteBuffer from, int at) {
            return UnionBytes.get(from, at, Everything.Price.class, 16, PriceUnion::readMember);
        }

        /** Writes a member, followed by zeros. */
        static void writeMember(Everything.Price member, ByteBuffer to, int at) {
            if (member instanceof Everything.Price.Free actual) {
                UnionBytes.put(to, at, actual.source(), "Free.source");
            }
            if (member instanceof Everything.Price.PaidMonthly actual) {
                Scalars.putU32(to, at, actual.cents(), "PaidMonthly.cents");
                Scalars.zero(to, at + 4, 12); // rest of the union
            }
        }

        /**
         * Reads the bytes as a member of the union.
         *
         * @param member the record of the member
         */
        static Everything.Price readMember(Class<?> member, ByteBuffer from, int at) {
            if (member == Everything.Price.Free.class) {
                return new Everything.Price.Free(AddressUnion.INSTANCE.read(from, at));
            }
            if (member == Everything.Price.PaidMonthly.class) {
                return new Everything.Price.PaidMonthly(Scalars.getU32(from, at));
            }
            throw UnionBytes.noMember(Everything.Price.class, member);
        }
    }
}
