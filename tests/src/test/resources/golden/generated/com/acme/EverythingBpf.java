package com.acme;

import com.acme.net.DirectionCodec;
import com.acme.net.Endpoint;
import com.acme.net.EndpointCodec;
import com.acme.net.Samples;
import com.acme.net.SamplesMap;
import dev.nestmap.runtime.ArrayAccessor;
import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OnDemandAccessor;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.codec.WireArrays;
import dev.nestmap.runtime.codec.WireUnions;
import dev.nestmap.runtime.codec.WireValues;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.BoundObject;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.types.Untagged;
import java.lang.Boolean;
import java.lang.Class;
import java.lang.Integer;
import java.lang.Long;
import java.lang.Override;
import java.lang.String;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The live maps and programs of {@code everything.bpf.o}, as {@link Everything} declares them.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class EverythingBpf extends LoadedObject {
    private static final ObjectSpec SPEC = ObjectSpec.of(EverythingBpf.class, "everything", 1)
            .pinned("ev_tenant", "acme/tenant", true).pinned("ev_seen", "/sys/fs/bpf/seen", false);

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

    private EverythingBpf(BoundObject binding) {
        super(binding);
        this.tenant = new TenantMap(binding.map("ev_tenant"));
        this.tenantLevel = new TenantLevelMap(binding.map("ev_tenants_by_level"));
        this.slot = new SlotMap(binding.map("ev_slot"));
        this.bySample = new BySampleMap(binding.map("ev_by_sample"));
        this.byEndpoint = new ByEndpointMap(binding.map("ev_by_endpoint"));
        this.numbers = new NumbersMap(binding.map("ev_numbers"));
        this.cached = new CachedMap(binding.map("ev_cached"));
        this.setting = new SettingMap(binding.map("ev_setting"));
        this.peer = new PeerMap(binding.map("ev_peer"));
        this.blocked = new BlockedMap(binding.map("ev_blocked"));
        this.guarded = new GuardedMap(binding.map("ev_guarded"));
        this.seen = new SeenMap(binding.map("ev_seen"));
    }

    /**
     * The map {@code ev_tenant}.
     */
    public TenantMap tenant() {
        return tenant;
    }

    /**
     * The map {@code ev_tenants_by_level}.
     */
    public TenantLevelMap tenantLevel() {
        return tenantLevel;
    }

    /**
     * The map {@code ev_slot}.
     */
    public SlotMap slot() {
        return slot;
    }

    /**
     * The map {@code ev_by_sample}.
     */
    public BySampleMap bySample() {
        return bySample;
    }

    /**
     * The map {@code ev_by_endpoint}.
     */
    public ByEndpointMap byEndpoint() {
        return byEndpoint;
    }

    /**
     * The map {@code ev_numbers}.
     */
    public NumbersMap numbers() {
        return numbers;
    }

    /**
     * The map {@code ev_cached}.
     */
    public CachedMap cached() {
        return cached;
    }

    /**
     * The map {@code ev_setting}.
     */
    public SettingMap setting() {
        return setting;
    }

    /**
     * The map {@code ev_peer}.
     */
    public PeerMap peer() {
        return peer;
    }

    /**
     * The map {@code ev_blocked}.
     */
    public BlockedMap blocked() {
        return blocked;
    }

    /**
     * The map {@code ev_guarded}.
     */
    public GuardedMap guarded() {
        return guarded;
    }

    /**
     * The map {@code ev_seen}.
     */
    public SeenMap seen() {
        return seen;
    }

    /**
     * Loads {@code META-INF/bpf/everything.bpf.o} from the class path into the kernel, all of it or nothing.
     */
    public static EverythingBpf load() {
        return SPEC.load(EverythingBpf::new);
    }

    /**
     * Loads an object file into the kernel, all of it or nothing.
     */
    public static EverythingBpf load(Path object) {
        return SPEC.load(object, EverythingBpf::new);
    }

    /**
     * Loads {@code META-INF/bpf/everything.bpf.o} from the class path into the kernel, all of it or nothing.
     *
     * @param pins where maps are pinned, and who may open the pins
     */
    public static EverythingBpf load(PinOptions pins) {
        return SPEC.load(pins, EverythingBpf::new);
    }

    /**
     * Loads an object file into the kernel, all of it or nothing.
     *
     * @param pins where maps are pinned, and who may open the pins
     */
    public static EverythingBpf load(Path object, PinOptions pins) {
        return SPEC.load(object, pins, EverythingBpf::new);
    }

    /**
     * The same maps over the heap, for tests without privileges. There are no programs.
     */
    public static EverythingBpf inMemory() {
        return SPEC.inMemory(EverythingBpf::new);
    }

    /**
     * A live inner map of {@link Everything.Flow} entries.
     */
    public static class FlowMap extends HashAccessor<Everything.FlowKey, Everything.Flow> {
        /**
         * For generated code.
         */
        static final EntryCodec<Everything.FlowKey, Everything.Flow> CODEC = new Entries();

        FlowMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_flow_map", pin, access, Owned::new);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends FlowMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Everything.FlowKey, Everything.Flow> {
            private static final Codec<Everything.FlowKey> KEY = FlowKeyCodec.INSTANCE;

            @Override
            public Codec<Everything.FlowKey> key() {
                return KEY;
            }

            @Override
            public Everything.FlowKey keyOf(Everything.Flow entry) {
                return Wire.present(entry.key(), "Flow.key");
            }

            @Override
            public int valueSize() {
                return 24;
            }

            @Override
            public void writeValue(Everything.Flow entry, ByteBuffer to, int at) {
                Wire.putU64(to, at, entry.packets());
                Wire.putU64(to, at + 8, entry.bytes());
                Wire.putU32(to, at + 16, DirectionCodec.number(entry.direction(), "Flow.direction"), "Flow.direction");
                Wire.zero(to, at + 20, 4);
            }

            @Override
            public Everything.Flow read(Everything.FlowKey key, ByteBuffer from, int at) {
                return new Everything.Flow(key, Wire.getU64(from, at), Wire.getU64(from, at + 8),
                        DirectionCodec.constant(Wire.getU32(from, at + 16)));
            }
        }
    }

    /**
     * A live inner map of {@link Everything.Recent} entries.
     */
    public static class RecentMap extends HashAccessor<Inet4Address, Everything.Recent> {
        /**
         * For generated code.
         */
        static final EntryCodec<Inet4Address, Everything.Recent> CODEC = new Entries();

        RecentMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_recent_flow_map", pin, access, Owned::new);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends RecentMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Inet4Address, Everything.Recent> {
            private static final Codec<Inet4Address> KEY = Codec.of(4,
                    (value, to, at) -> WireValues.putInet4(to, at, value, "Recent.source"),
                    (from, at) -> WireValues.getInet4(from, at));

            @Override
            public Codec<Inet4Address> key() {
                return KEY;
            }

            @Override
            public Inet4Address keyOf(Everything.Recent entry) {
                return Wire.present(entry.source(), "Recent.source");
            }

            @Override
            public int valueSize() {
                return 16;
            }

            @Override
            public void writeValue(Everything.Recent entry, ByteBuffer to, int at) {
                Wire.putU64(to, at, entry.at());
                Wire.putBool(to, at + 8, entry.seen());
                Wire.zero(to, at + 9, 7);
            }

            @Override
            public Everything.Recent read(Inet4Address key, ByteBuffer from, int at) {
                return new Everything.Recent(Wire.getU64(from, at), key,
                        Wire.getBool(from, at + 8));
            }
        }
    }

    /**
     * A live inner map of {@link Everything.PerTier} entries.
     */
    public static class PerTierMap extends ArrayAccessor<Everything.Tier, Everything.PerTier> {
        /**
         * For generated code.
         */
        static final EntryCodec<Everything.Tier, Everything.PerTier> CODEC = new Entries();

        PerTierMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_per_tier_map", pin, access, Owned::new);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends PerTierMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Everything.Tier, Everything.PerTier> {
            private static final Codec<Everything.Tier> KEY = Codec.of(4,
                    (value, to, at) -> Wire.putU32(to, at, TierCodec.number(value, "PerTier.tier"), "PerTier.tier"),
                    (from, at) -> TierCodec.constant(Wire.getU32(from, at)));

            @Override
            public Codec<Everything.Tier> key() {
                return KEY;
            }

            @Override
            public Everything.Tier keyOf(Everything.PerTier entry) {
                return Wire.present(entry.tier(), "PerTier.tier");
            }

            @Override
            public int valueSize() {
                return 8;
            }

            @Override
            public void writeValue(Everything.PerTier entry, ByteBuffer to, int at) {
                Wire.putU64(to, at, entry.packets());
            }

            @Override
            public Everything.PerTier read(Everything.Tier key, ByteBuffer from, int at) {
                return new Everything.PerTier(key, Wire.getU64(from, at));
            }
        }
    }

    /**
     * The live outer map {@code ev_tenant} of {@link Everything.Tenant}: inner maps of {@link Everything.Flow} entries.
     */
    public static class TenantMap extends OnDemandAccessor<Long, FlowMap, FlowMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(4,
                (value, to, at) -> Wire.putU32(to, at, value, "Tenant.id"),
                (from, at) -> Wire.getU32(from, at));

        TenantMap(MapHandle handle) {
            super(handle, KEY, FlowMap::new, FlowMap.Owned::new);
        }

        /**
         * The map {@code ev_tenant} of any loaded object, once it is known to be as declared.
         */
        public static TenantMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_tenant", TenantMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_tenant", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_tenant", pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return EverythingBpf.SPEC.newMap("ev_tenant", Owned::new);
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         */
        public static Owned create(Path pin) {
            return create(pin, PinOptions.asDeclared());
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         *
         * @param options who may open the pin
         */
        public static Owned create(Path pin, PinOptions options) {
            return EverythingBpf.SPEC.newMap("ev_tenant", pin, options, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public @Nullable FlowMap get(long id) {
            return get((Long) id);
        }

        /**
         * {@link #contains(Long)} without a box.
         */
        public boolean contains(long id) {
            return contains((Long) id);
        }

        /**
         * {@link #getOrCreate(Long)} without a box.
         */
        public FlowMap getOrCreate(long id) {
            return getOrCreate((Long) id);
        }

        /**
         * {@link #create(Long)} without a box.
         */
        public FlowMap create(long id) {
            return create((Long) id);
        }

        /**
         * {@link #create(Long, Consumer)} without a box.
         */
        public FlowMap create(long id, Consumer<? super FlowMap> fill) {
            return create((Long) id, fill);
        }

        /**
         * {@link #put(Long, FlowMap.Owned)} without a box.
         */
        public void put(long id, FlowMap.Owned map) {
            put((Long) id, map);
        }

        /**
         * {@link #swap(Long, FlowMap.Owned)} without a box.
         */
        public FlowMap. @Nullable Owned swap(long id, FlowMap.Owned map) {
            return swap((Long) id, map);
        }

        /**
         * {@link #share(Long, FlowMap)} without a box.
         */
        public void share(long id, FlowMap map) {
            share((Long) id, map);
        }

        /**
         * {@link #rotate(Long)} without a box.
         */
        public FlowMap. @Nullable Owned rotate(long id) {
            return rotate((Long) id);
        }

        /**
         * {@link #rotate(Long, Exactness)} without a box.
         */
        public FlowMap. @Nullable Owned rotate(long id, Exactness exactness) {
            return rotate((Long) id, exactness);
        }

        /**
         * {@link #take(Long)} without a box.
         */
        public FlowMap. @Nullable Owned take(long id) {
            return take((Long) id);
        }

        /**
         * {@link #take(Long, Exactness)} without a box.
         */
        public FlowMap. @Nullable Owned take(long id, Exactness exactness) {
            return take((Long) id, exactness);
        }

        /**
         * {@link #remove(Long)} without a box.
         */
        public boolean remove(long id) {
            return remove((Long) id);
        }

        /**
         * {@link #request(Long)} without a box.
         */
        public boolean request(long id) {
            return request((Long) id);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public Everything. @Nullable Flow get(long id, Everything.FlowKey key) {
            return getInner(id, key, FlowMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends TenantMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }
    }

    /**
     * The live outer map {@code ev_tenants_by_level} of {@link Everything.TenantLevel}: inner maps of {@link Everything.Recent} entries.
     */
    public static class TenantLevelMap extends OuterAccessor<Everything.TenantLevel, RecentMap, RecentMap.Owned> {
        private static final Codec<Everything.TenantLevel> KEY = TenantLevelCodec.INSTANCE;

        TenantLevelMap(MapHandle handle) {
            super(handle, KEY, RecentMap::new, RecentMap.Owned::new);
        }

        /**
         * The map {@code ev_tenants_by_level} of any loaded object, once it is known to be as declared.
         */
        public static TenantLevelMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_tenants_by_level", TenantLevelMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_tenants_by_level", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_tenants_by_level", pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return EverythingBpf.SPEC.newMap("ev_tenants_by_level", Owned::new);
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         */
        public static Owned create(Path pin) {
            return create(pin, PinOptions.asDeclared());
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         *
         * @param options who may open the pin
         */
        public static Owned create(Path pin, PinOptions options) {
            return EverythingBpf.SPEC.newMap("ev_tenants_by_level", pin, options, Owned::new);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public Everything. @Nullable Recent get(Everything.TenantLevel tenantLevel,
                Inet4Address source) {
            return getInner(tenantLevel, source, RecentMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends TenantLevelMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }
    }

    /**
     * The live outer map {@code ev_slot} of {@link Everything.Slot}: inner maps of {@link Everything.PerTier} entries.
     */
    public static class SlotMap extends OnDemandAccessor<Integer, PerTierMap, PerTierMap.Owned> {
        private static final Codec<Integer> KEY = Codec.of(4,
                (value, to, at) -> Wire.putS32(to, at, value),
                (from, at) -> (int) Wire.getS32(from, at));

        SlotMap(MapHandle handle) {
            super(handle, KEY, PerTierMap::new, PerTierMap.Owned::new);
        }

        /**
         * The map {@code ev_slot} of any loaded object, once it is known to be as declared.
         */
        public static SlotMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_slot", SlotMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_slot", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_slot", pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return EverythingBpf.SPEC.newMap("ev_slot", Owned::new);
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         */
        public static Owned create(Path pin) {
            return create(pin, PinOptions.asDeclared());
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         *
         * @param options who may open the pin
         */
        public static Owned create(Path pin, PinOptions options) {
            return EverythingBpf.SPEC.newMap("ev_slot", pin, options, Owned::new);
        }

        /**
         * {@link #get(Integer)} without a box.
         */
        public @Nullable PerTierMap get(int index) {
            return get((Integer) index);
        }

        /**
         * {@link #contains(Integer)} without a box.
         */
        public boolean contains(int index) {
            return contains((Integer) index);
        }

        /**
         * {@link #getOrCreate(Integer)} without a box.
         */
        public PerTierMap getOrCreate(int index) {
            return getOrCreate((Integer) index);
        }

        /**
         * {@link #create(Integer)} without a box.
         */
        public PerTierMap create(int index) {
            return create((Integer) index);
        }

        /**
         * {@link #create(Integer, Consumer)} without a box.
         */
        public PerTierMap create(int index, Consumer<? super PerTierMap> fill) {
            return create((Integer) index, fill);
        }

        /**
         * {@link #put(Integer, PerTierMap.Owned)} without a box.
         */
        public void put(int index, PerTierMap.Owned map) {
            put((Integer) index, map);
        }

        /**
         * {@link #swap(Integer, PerTierMap.Owned)} without a box.
         */
        public PerTierMap. @Nullable Owned swap(int index, PerTierMap.Owned map) {
            return swap((Integer) index, map);
        }

        /**
         * {@link #share(Integer, PerTierMap)} without a box.
         */
        public void share(int index, PerTierMap map) {
            share((Integer) index, map);
        }

        /**
         * {@link #rotate(Integer)} without a box.
         */
        public PerTierMap. @Nullable Owned rotate(int index) {
            return rotate((Integer) index);
        }

        /**
         * {@link #rotate(Integer, Exactness)} without a box.
         */
        public PerTierMap. @Nullable Owned rotate(int index, Exactness exactness) {
            return rotate((Integer) index, exactness);
        }

        /**
         * {@link #take(Integer)} without a box.
         */
        public PerTierMap. @Nullable Owned take(int index) {
            return take((Integer) index);
        }

        /**
         * {@link #take(Integer, Exactness)} without a box.
         */
        public PerTierMap. @Nullable Owned take(int index, Exactness exactness) {
            return take((Integer) index, exactness);
        }

        /**
         * {@link #remove(Integer)} without a box.
         */
        public boolean remove(int index) {
            return remove((Integer) index);
        }

        /**
         * {@link #request(Integer)} without a box.
         */
        public boolean request(int index) {
            return request((Integer) index);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public Everything. @Nullable PerTier get(int index, Everything.Tier tier) {
            return getInner(index, tier, PerTierMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends SlotMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }
    }

    /**
     * The live outer map {@code ev_by_sample} of {@link Everything.BySample}: inner maps of {@link Samples} entries.
     */
    public static class BySampleMap extends OuterAccessor<Everything.Tier, SamplesMap, SamplesMap.Owned> {
        private static final Codec<Everything.Tier> KEY = Codec.of(4,
                (value, to, at) -> Wire.putU32(to, at, TierCodec.number(value, "BySample.tier"), "BySample.tier"),
                (from, at) -> TierCodec.constant(Wire.getU32(from, at)));

        BySampleMap(MapHandle handle) {
            super(handle, KEY, SamplesMap::new, SamplesMap.Owned::new);
        }

        /**
         * The map {@code ev_by_sample} of any loaded object, once it is known to be as declared.
         */
        public static BySampleMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_by_sample", BySampleMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_by_sample", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_by_sample", pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return EverythingBpf.SPEC.newMap("ev_by_sample", Owned::new);
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         */
        public static Owned create(Path pin) {
            return create(pin, PinOptions.asDeclared());
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         *
         * @param options who may open the pin
         */
        public static Owned create(Path pin, PinOptions options) {
            return EverythingBpf.SPEC.newMap("ev_by_sample", pin, options, Owned::new);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public @Nullable Samples get(Everything.Tier tier, int index) {
            return getInner(tier, index, SamplesMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends BySampleMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }
    }

    /**
     * The live outer map {@code ev_by_endpoint} of {@link Everything.ByEndpoint}: inner maps of {@link Samples} entries.
     */
    public static class ByEndpointMap extends OuterAccessor<Endpoint, SamplesMap, SamplesMap.Owned> {
        private static final Codec<Endpoint> KEY = EndpointCodec.INSTANCE;

        ByEndpointMap(MapHandle handle) {
            super(handle, KEY, SamplesMap::new, SamplesMap.Owned::new);
        }

        /**
         * The map {@code ev_by_endpoint} of any loaded object, once it is known to be as declared.
         */
        public static ByEndpointMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_by_endpoint", ByEndpointMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_by_endpoint", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_by_endpoint", pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return EverythingBpf.SPEC.newMap("ev_by_endpoint", Owned::new);
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         */
        public static Owned create(Path pin) {
            return create(pin, PinOptions.asDeclared());
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         *
         * @param options who may open the pin
         */
        public static Owned create(Path pin, PinOptions options) {
            return EverythingBpf.SPEC.newMap("ev_by_endpoint", pin, options, Owned::new);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public @Nullable Samples get(Endpoint endpoint, int index) {
            return getInner(endpoint, index, SamplesMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends ByEndpointMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }
    }

    /**
     * A live map {@code ev_numbers} of {@link Everything.Numbers} entries.
     */
    public static class NumbersMap extends HashAccessor<Long, Everything.Numbers> {
        /**
         * For generated code.
         */
        static final EntryCodec<Long, Everything.Numbers> CODEC = new Entries();

        NumbersMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code ev_numbers} of any loaded object, once it is known to be as declared.
         */
        public static NumbersMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_numbers", NumbersMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_numbers", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_numbers", pin, options, migration);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public Everything. @Nullable Numbers get(long id) {
            return get((Long) id);
        }

        /**
         * {@link #contains(Long)} without a box.
         */
        public boolean contains(long id) {
            return contains((Long) id);
        }

        /**
         * {@link #remove(Long)} without a box.
         */
        public boolean remove(long id) {
            return remove((Long) id);
        }

        /**
         * {@link #take(Long)} without a box.
         */
        public Everything. @Nullable Numbers take(long id) {
            return take((Long) id);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends NumbersMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Long, Everything.Numbers> {
            private static final Codec<Long> KEY = Codec.of(8,
                    (value, to, at) -> Wire.putBe64(to, at, value),
                    (from, at) -> Wire.getBe64(from, at));

            @Override
            public Codec<Long> key() {
                return KEY;
            }

            @Override
            public Long keyOf(Everything.Numbers entry) {
                return entry.id();
            }

            @Override
            public int valueSize() {
                return 144;
            }

            @Override
            public void writeValue(Everything.Numbers entry, ByteBuffer to, int at) {
                IntegersCodec.INSTANCE.write(Wire.present(entry.numbers(), "Numbers.numbers"), to, at);
                EnumsCodec.INSTANCE.write(Wire.present(entry.enums(), "Numbers.enums"), to, at + 104);
            }

            @Override
            public Everything.Numbers read(Long key, ByteBuffer from, int at) {
                return new Everything.Numbers(key, IntegersCodec.INSTANCE.read(from, at),
                        EnumsCodec.INSTANCE.read(from, at + 104));
            }
        }
    }

    /**
     * A live map {@code ev_cached} of {@link Everything.Cached} entries.
     */
    public static class CachedMap extends HashAccessor<Boolean, Everything.Cached> {
        /**
         * For generated code.
         */
        static final EntryCodec<Boolean, Everything.Cached> CODEC = new Entries();

        CachedMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code ev_cached} of any loaded object, once it is known to be as declared.
         */
        public static CachedMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_cached", CachedMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_cached", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_cached", pin, options, migration);
        }

        /**
         * {@link #get(Boolean)} without a box.
         */
        public Everything. @Nullable Cached get(boolean flag) {
            return get((Boolean) flag);
        }

        /**
         * {@link #contains(Boolean)} without a box.
         */
        public boolean contains(boolean flag) {
            return contains((Boolean) flag);
        }

        /**
         * {@link #remove(Boolean)} without a box.
         */
        public boolean remove(boolean flag) {
            return remove((Boolean) flag);
        }

        /**
         * {@link #take(Boolean)} without a box.
         */
        public Everything. @Nullable Cached take(boolean flag) {
            return take((Boolean) flag);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends CachedMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Boolean, Everything.Cached> {
            private static final Codec<Boolean> KEY = Codec.of(1,
                    (value, to, at) -> Wire.putBool(to, at, value),
                    (from, at) -> Wire.getBool(from, at));

            @Override
            public Codec<Boolean> key() {
                return KEY;
            }

            @Override
            public Boolean keyOf(Everything.Cached entry) {
                return entry.flag();
            }

            @Override
            public int valueSize() {
                return 12;
            }

            @Override
            public void writeValue(Everything.Cached entry, ByteBuffer to, int at) {
                Wire.putU16(to, at, entry.one(), "Cached.one");
                Wire.putBe32(to, at + 4, entry.two(), "Cached.two");
                Wire.putS8(to, at + 8, entry.three());
                Wire.zero(to, at + 2, 2);
                Wire.zero(to, at + 9, 3);
            }

            @Override
            public Everything.Cached read(Boolean key, ByteBuffer from, int at) {
                return new Everything.Cached(key, (int) Wire.getU16(from, at),
                        Wire.getBe32(from, at + 4), (byte) Wire.getS8(from, at + 8));
            }
        }
    }

    /**
     * A live map {@code ev_setting} of {@link Everything.Setting} entries.
     */
    public static class SettingMap extends ArrayAccessor<Integer, Everything.Setting> {
        /**
         * For generated code.
         */
        static final EntryCodec<Integer, Everything.Setting> CODEC = new Entries();

        SettingMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code ev_setting} of any loaded object, once it is known to be as declared.
         */
        public static SettingMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_setting", SettingMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_setting", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_setting", pin, options, migration);
        }

        /**
         * {@link #get(Integer)} without a box.
         */
        public Everything. @Nullable Setting get(int index) {
            return get((Integer) index);
        }

        /**
         * {@link #contains(Integer)} without a box.
         */
        public boolean contains(int index) {
            return contains((Integer) index);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends SettingMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Integer, Everything.Setting> {
            private static final Codec<Integer> KEY = Codec.of(4,
                    (value, to, at) -> Wire.putS32(to, at, value),
                    (from, at) -> (int) Wire.getS32(from, at));

            @Override
            public Codec<Integer> key() {
                return KEY;
            }

            @Override
            public Integer keyOf(Everything.Setting entry) {
                return entry.index();
            }

            @Override
            public int valueSize() {
                return 4;
            }

            @Override
            public void writeValue(Everything.Setting entry, ByteBuffer to, int at) {
                Wire.putS32(to, at, VerdictCodec.number(entry.verdict(), "Setting.verdict"), "Setting.verdict");
            }

            @Override
            public Everything.Setting read(Integer key, ByteBuffer from, int at) {
                return new Everything.Setting(key, VerdictCodec.constant(Wire.getS32(from, at)));
            }
        }
    }

    /**
     * A live map {@code ev_peer} of {@link Everything.Peer} entries.
     */
    public static class PeerMap extends HashAccessor<Untagged<Everything.Address>, Everything.Peer> {
        /**
         * For generated code.
         */
        static final EntryCodec<Untagged<Everything.Address>, Everything.Peer> CODEC = new Entries();

        PeerMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code ev_peer} of any loaded object, once it is known to be as declared.
         */
        public static PeerMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_peer", PeerMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_peer", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_peer", pin, options, migration);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends PeerMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Untagged<Everything.Address>, Everything.Peer> {
            private static final Codec<Untagged<Everything.Address>> KEY = AddressUnion.INSTANCE;

            @Override
            public Codec<Untagged<Everything.Address>> key() {
                return KEY;
            }

            @Override
            public Untagged<Everything.Address> keyOf(Everything.Peer entry) {
                return Wire.present(entry.id(), "Peer.id");
            }

            @Override
            public int valueSize() {
                return 72;
            }

            @Override
            public void writeValue(Everything.Peer entry, ByteBuffer to, int at) {
                AddressUnion.writeMember(WireUnions.written(entry.address(), entry.family(),
                        number -> addressMember(number), "Peer.address", "family"), to, at);
                Wire.putU8(to, at + 16, entry.family(), "Peer.family");
                Wire.putU8(to, at + 17, TierCodec.number(entry.tier(), "Peer.tier"), "Peer.tier");
                PriceUnion.writeMember(WireUnions.written(entry.price(),
                        TierCodec.number(entry.tier(), "Peer.tier"), number -> priceMember(number),
                        "Peer.price", "tier"), to, at + 24);
                WireArrays.put(to, at + 40, entry.further(), 2, 16, "Peer.further",
                        (value1, to1, at1) -> WireUnions.put(to1, at1, value1, "Peer.further"));
                Wire.zero(to, at + 18, 6);
            }

            @Override
            public Everything.Peer read(Untagged<Everything.Address> key, ByteBuffer from, int at) {
                return new Everything.Peer(key,
                        AddressUnion.readMember(WireUnions.read(Wire.getU8(from, at + 16),
                        number -> addressMember(number), Everything.Address.class, "Peer.family"),
                        from, at), (int) Wire.getU8(from, at + 16),
                        TierCodec.constant(Wire.getU8(from, at + 17)),
                        PriceUnion.readMember(WireUnions.read(Wire.getU8(from, at + 17),
                        number -> priceMember(number), Everything.Price.class, "Peer.tier"),
                        from, at + 24),
                        WireArrays.get(from, at + 40, WireArrays.newArray(Untagged.class, 2), 16,
                        (from1, at1) -> AddressUnion.INSTANCE.read(from1, at1)));
            }

            /**
             * The member of {@link Everything.Address} that a number of {@code family} stands for.
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
             * The member of {@link Everything.Price} that a number of {@code tier} stands for.
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

    /**
     * A live map {@code ev_blocked} of {@link Everything.Blocked} entries.
     */
    public static class BlockedMap extends HashAccessor<Endpoint, Everything.Blocked> {
        /**
         * For generated code.
         */
        static final EntryCodec<Endpoint, Everything.Blocked> CODEC = new Entries();

        BlockedMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code ev_blocked} of any loaded object, once it is known to be as declared.
         */
        public static BlockedMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_blocked", BlockedMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_blocked", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_blocked", pin, options, migration);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends BlockedMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Endpoint, Everything.Blocked> {
            private static final Codec<Endpoint> KEY = EndpointCodec.INSTANCE;

            @Override
            public Codec<Endpoint> key() {
                return KEY;
            }

            @Override
            public Endpoint keyOf(Everything.Blocked entry) {
                return Wire.present(entry.endpoint(), "Blocked.endpoint");
            }

            @Override
            public int valueSize() {
                return 1;
            }

            @Override
            public void writeValue(Everything.Blocked entry, ByteBuffer to, int at) {
                Wire.putU8(to, at, (byte) 1);
            }

            @Override
            public Everything.Blocked read(Endpoint key, ByteBuffer from, int at) {
                return new Everything.Blocked(key);
            }
        }
    }

    /**
     * A live map {@code ev_guarded} of {@link Everything.Guarded} entries.
     */
    public static class GuardedMap extends HashAccessor<Integer, Everything.Guarded> {
        /**
         * For generated code.
         */
        static final EntryCodec<Integer, Everything.Guarded> CODEC = new Entries();

        GuardedMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code ev_guarded} of any loaded object, once it is known to be as declared.
         */
        public static GuardedMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_guarded", GuardedMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_guarded", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_guarded", pin, options, migration);
        }

        /**
         * {@link #get(Integer)} without a box.
         */
        public Everything. @Nullable Guarded get(int id) {
            return get((Integer) id);
        }

        /**
         * {@link #contains(Integer)} without a box.
         */
        public boolean contains(int id) {
            return contains((Integer) id);
        }

        /**
         * {@link #remove(Integer)} without a box.
         */
        public boolean remove(int id) {
            return remove((Integer) id);
        }

        /**
         * {@link #take(Integer)} without a box.
         */
        public Everything. @Nullable Guarded take(int id) {
            return take((Integer) id);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends GuardedMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Integer, Everything.Guarded> {
            private static final Codec<Integer> KEY = Codec.of(4,
                    (value, to, at) -> Wire.putS32(to, at, value),
                    (from, at) -> (int) Wire.getS32(from, at));

            @Override
            public Codec<Integer> key() {
                return KEY;
            }

            @Override
            public Integer keyOf(Everything.Guarded entry) {
                return entry.id();
            }

            @Override
            public int valueSize() {
                return 64;
            }

            @Override
            public void writeValue(Everything.Guarded entry, ByteBuffer to, int at) {
                Wire.putU64(to, at + 16, entry.packets());
                Wire.zero(to, at + 28, 4);
                Wire.zero(to, at, 16);
                Wire.zero(to, at + 24, 4);
                Wire.zero(to, at + 32, 16);
                Wire.zero(to, at + 48, 16);
            }

            @Override
            public Everything.Guarded read(Integer key, ByteBuffer from, int at) {
                return new Everything.Guarded(key, Wire.getU64(from, at + 16));
            }

            @Override
            public boolean locked() {
                return true;
            }
        }
    }

    /**
     * A live map {@code ev_seen} of {@link Everything.Seen} entries.
     */
    public static class SeenMap extends HashAccessor<Integer, Everything.Seen> {
        /**
         * For generated code.
         */
        static final EntryCodec<Integer, Everything.Seen> CODEC = new Entries();

        SeenMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code ev_seen} of any loaded object, once it is known to be as declared.
         */
        public static SeenMap in(LoadedObject object) {
            return bind(EverythingBpf.SPEC, object, "ev_seen", SeenMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(Path pin) {
            return openPinned(pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(Path pin, PinAccess access) {
            return EverythingBpf.SPEC.openPinned("ev_seen", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return EverythingBpf.SPEC.migrate("ev_seen", pin, options, migration);
        }

        /**
         * {@link #get(Integer)} without a box.
         */
        public Everything. @Nullable Seen get(int protocol) {
            return get((Integer) protocol);
        }

        /**
         * {@link #contains(Integer)} without a box.
         */
        public boolean contains(int protocol) {
            return contains((Integer) protocol);
        }

        /**
         * {@link #remove(Integer)} without a box.
         */
        public boolean remove(int protocol) {
            return remove((Integer) protocol);
        }

        /**
         * {@link #take(Integer)} without a box.
         */
        public Everything. @Nullable Seen take(int protocol) {
            return take((Integer) protocol);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends SeenMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Integer, Everything.Seen> {
            private static final Codec<Integer> KEY = Codec.of(1,
                    (value, to, at) -> Wire.putU8(to, at, value, "Seen.protocol"),
                    (from, at) -> (int) Wire.getU8(from, at));

            @Override
            public Codec<Integer> key() {
                return KEY;
            }

            @Override
            public Integer keyOf(Everything.Seen entry) {
                return entry.protocol();
            }

            @Override
            public int valueSize() {
                return 1;
            }

            @Override
            public void writeValue(Everything.Seen entry, ByteBuffer to, int at) {
                Wire.putU8(to, at, (byte) 1);
            }

            @Override
            public Everything.Seen read(Integer key, ByteBuffer from, int at) {
                return new Everything.Seen(key);
            }
        }
    }

    /**
     * Writes and reads {@code struct ev_flow_key} as {@link Everything.FlowKey}.
     */
    static final class FlowKeyCodec implements Codec<Everything.FlowKey> {
        /**
         * For generated code.
         */
        static final FlowKeyCodec INSTANCE = new FlowKeyCodec();

        private FlowKeyCodec() {
        }

        @Override
        public int size() {
            return 28;
        }

        @Override
        public void write(Everything.FlowKey value, ByteBuffer to, int at) {
            EndpointCodec.INSTANCE.write(Wire.present(value.source(), "FlowKey.source"), to, at);
            EndpointCodec.INSTANCE.write(Wire.present(value.destination(), "FlowKey.destination"), to, at + 12);
            Wire.putU8(to, at + 24, value.protocol(), "FlowKey.protocol");
            Wire.zero(to, at + 25, 3);
        }

        @Override
        public Everything.FlowKey read(ByteBuffer from, int at) {
            return new Everything.FlowKey(EndpointCodec.INSTANCE.read(from, at),
                    EndpointCodec.INSTANCE.read(from, at + 12), (int) Wire.getU8(from, at + 24));
        }
    }

    /**
     * Writes and reads {@code struct ev_integers} as {@link Everything.Integers}.
     */
    static final class IntegersCodec implements Codec<Everything.Integers> {
        /**
         * For generated code.
         */
        static final IntegersCodec INSTANCE = new IntegersCodec();

        private IntegersCodec() {
        }

        @Override
        public int size() {
            return 104;
        }

        @Override
        public void write(Everything.Integers value, ByteBuffer to, int at) {
            Wire.putS8(to, at, value.ownByte());
            Wire.putS16(to, at + 2, value.ownShort());
            Wire.putS32(to, at + 4, value.ownInt());
            Wire.putS64(to, at + 8, value.ownLong());
            Wire.putU8(to, at + 16, value.u8Byte());
            Wire.putU8(to, at + 17, value.u8Short(), "Integers.u8Short");
            Wire.putU8(to, at + 18, value.u8Int(), "Integers.u8Int");
            Wire.putU8(to, at + 19, value.u8Long(), "Integers.u8Long");
            Wire.putU16(to, at + 20, value.u16Short());
            Wire.putU16(to, at + 22, value.u16Int(), "Integers.u16Int");
            Wire.putU16(to, at + 24, value.u16Long(), "Integers.u16Long");
            Wire.putU32(to, at + 28, value.u32Int());
            Wire.putU32(to, at + 32, value.u32Long(), "Integers.u32Long");
            Wire.putU64(to, at + 40, value.u64Long());
            Wire.putS8(to, at + 48, value.s8Byte());
            Wire.putS8(to, at + 49, value.s8Short(), "Integers.s8Short");
            Wire.putS8(to, at + 50, value.s8Int(), "Integers.s8Int");
            Wire.putS8(to, at + 51, value.s8Long(), "Integers.s8Long");
            Wire.putS16(to, at + 52, value.s16Short());
            Wire.putS16(to, at + 54, value.s16Int(), "Integers.s16Int");
            Wire.putS16(to, at + 56, value.s16Long(), "Integers.s16Long");
            Wire.putS32(to, at + 60, value.s32Int());
            Wire.putS32(to, at + 64, value.s32Long(), "Integers.s32Long");
            Wire.putS64(to, at + 72, value.s64Long());
            Wire.putBe16(to, at + 80, value.be16Short());
            Wire.putBe16(to, at + 82, value.be16Int(), "Integers.be16Int");
            Wire.putBe16(to, at + 84, value.be16Long(), "Integers.be16Long");
            Wire.putBe32(to, at + 88, value.be32Int());
            Wire.putBe32(to, at + 92, value.be32Long(), "Integers.be32Long");
            Wire.putBe64(to, at + 96, value.be64Long());
            Wire.zero(to, at + 1, 1);
            Wire.zero(to, at + 26, 2);
            Wire.zero(to, at + 36, 4);
            Wire.zero(to, at + 58, 2);
            Wire.zero(to, at + 68, 4);
            Wire.zero(to, at + 86, 2);
        }

        @Override
        public Everything.Integers read(ByteBuffer from, int at) {
            return new Everything.Integers((byte) Wire.getS8(from, at),
                    (short) Wire.getS16(from, at + 2), (int) Wire.getS32(from, at + 4),
                    Wire.getS64(from, at + 8), (byte) Wire.getU8(from, at + 16),
                    (short) Wire.getU8(from, at + 17), (int) Wire.getU8(from, at + 18),
                    Wire.getU8(from, at + 19), (short) Wire.getU16(from, at + 20),
                    (int) Wire.getU16(from, at + 22), Wire.getU16(from, at + 24),
                    (int) Wire.getU32(from, at + 28), Wire.getU32(from, at + 32),
                    Wire.getU64(from, at + 40), (byte) Wire.getS8(from, at + 48),
                    (short) Wire.getS8(from, at + 49), (int) Wire.getS8(from, at + 50),
                    Wire.getS8(from, at + 51), (short) Wire.getS16(from, at + 52),
                    (int) Wire.getS16(from, at + 54), Wire.getS16(from, at + 56),
                    (int) Wire.getS32(from, at + 60), Wire.getS32(from, at + 64),
                    Wire.getS64(from, at + 72), (short) Wire.getBe16(from, at + 80),
                    (int) Wire.getBe16(from, at + 82), Wire.getBe16(from, at + 84),
                    (int) Wire.getBe32(from, at + 88), Wire.getBe32(from, at + 92),
                    Wire.getBe64(from, at + 96));
        }
    }

    /**
     * Writes and reads {@code struct ev_enums} as {@link Everything.Enums}.
     */
    static final class EnumsCodec implements Codec<Everything.Enums> {
        /**
         * For generated code.
         */
        static final EnumsCodec INSTANCE = new EnumsCodec();

        private EnumsCodec() {
        }

        @Override
        public int size() {
            return 40;
        }

        @Override
        public void write(Everything.Enums value, ByteBuffer to, int at) {
            Wire.putU32(to, at, TierCodec.number(value.plain(), "Enums.plain"), "Enums.plain");
            Wire.putU8(to, at + 4, TierCodec.number(value.u8(), "Enums.u8"), "Enums.u8");
            Wire.putBe16(to, at + 6, TierCodec.number(value.be16(), "Enums.be16"), "Enums.be16");
            Wire.putU64(to, at + 8, TierCodec.number(value.u64(), "Enums.u64"));
            Wire.putS32(to, at + 16, VerdictCodec.number(value.own(), "Enums.own"), "Enums.own");
            Wire.putS8(to, at + 20, VerdictCodec.number(value.s8(), "Enums.s8"), "Enums.s8");
            Wire.putS16(to, at + 22, VerdictCodec.number(value.s16(), "Enums.s16"), "Enums.s16");
            Wire.putS64(to, at + 24, VerdictCodec.number(value.s64(), "Enums.s64"));
            Wire.putBool(to, at + 32, value.flag());
            Wire.zero(to, at + 5, 1);
            Wire.zero(to, at + 21, 1);
            Wire.zero(to, at + 33, 7);
        }

        @Override
        public Everything.Enums read(ByteBuffer from, int at) {
            return new Everything.Enums(TierCodec.constant(Wire.getU32(from, at)),
                    TierCodec.constant(Wire.getU8(from, at + 4)),
                    TierCodec.constant(Wire.getBe16(from, at + 6)),
                    TierCodec.constant(Wire.getU64(from, at + 8)),
                    VerdictCodec.constant(Wire.getS32(from, at + 16)),
                    VerdictCodec.constant(Wire.getS8(from, at + 20)),
                    VerdictCodec.constant(Wire.getS16(from, at + 22)),
                    VerdictCodec.constant(Wire.getS64(from, at + 24)), Wire.getBool(from, at + 32));
        }
    }

    /**
     * Writes and reads {@code struct ev_halves} as {@link Everything.Address.Halves}.
     */
    static final class HalvesCodec implements Codec<Everything.Address.Halves> {
        /**
         * For generated code.
         */
        static final HalvesCodec INSTANCE = new HalvesCodec();

        private HalvesCodec() {
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Everything.Address.Halves value, ByteBuffer to, int at) {
            Wire.putBe64(to, at, value.high());
            Wire.putBe64(to, at + 8, value.low());
        }

        @Override
        public Everything.Address.Halves read(ByteBuffer from, int at) {
            return new Everything.Address.Halves(Wire.getBe64(from, at),
                    Wire.getBe64(from, at + 8));
        }
    }

    /**
     * Writes and reads {@code struct ev_item} as {@link Everything.Item}.
     */
    static final class ItemCodec implements Codec<Everything.Item> {
        /**
         * For generated code.
         */
        static final ItemCodec INSTANCE = new ItemCodec();

        private ItemCodec() {
        }

        @Override
        public int size() {
            return 32;
        }

        @Override
        public void write(Everything.Item value, ByteBuffer to, int at) {
            Wire.putU32(to, at, value.number(), "Item.number");
            Wire.zero(to, at + 4, 4);
            Wire.zero(to, at + 8, 24);
        }

        @Override
        public Everything.Item read(ByteBuffer from, int at) {
            return new Everything.Item(Wire.getU32(from, at));
        }
    }

    /**
     * Writes and reads {@code struct ev_report} as {@link Everything.Event}.
     */
    static final class EventCodec implements Codec<Everything.Event> {
        /**
         * For generated code.
         */
        static final EventCodec INSTANCE = new EventCodec();

        private EventCodec() {
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Everything.Event value, ByteBuffer to, int at) {
            Wire.putU64(to, at, value.at());
            Wire.putS32(to, at + 8, VerdictCodec.number(value.verdict(), "Event.verdict"), "Event.verdict");
            Wire.zero(to, at + 12, 4);
        }

        @Override
        public Everything.Event read(ByteBuffer from, int at) {
            return new Everything.Event(Wire.getU64(from, at),
                    VerdictCodec.constant(Wire.getS32(from, at + 8)));
        }
    }

    /**
     * Writes and reads {@code struct ev_tenants_by_level_key} as {@link Everything.TenantLevel}.
     */
    static final class TenantLevelCodec implements Codec<Everything.TenantLevel> {
        /**
         * For generated code.
         */
        static final TenantLevelCodec INSTANCE = new TenantLevelCodec();

        private TenantLevelCodec() {
        }

        @Override
        public int size() {
            return 12;
        }

        @Override
        public void write(Everything.TenantLevel value, ByteBuffer to, int at) {
            Wire.putU32(to, at, value.id(), "TenantLevel.id");
            Wire.putU8(to, at + 4, value.level(), "TenantLevel.level");
            Wire.putU32(to, at + 8, TierCodec.number(value.tier(), "TenantLevel.tier"), "TenantLevel.tier");
            Wire.zero(to, at + 5, 3);
        }

        @Override
        public Everything.TenantLevel read(ByteBuffer from, int at) {
            return new Everything.TenantLevel(Wire.getU32(from, at), (int) Wire.getU8(from, at + 4),
                    TierCodec.constant(Wire.getU32(from, at + 8)));
        }
    }

    /**
     * The numbers that {@link Everything.Tier} has in {@code enum ev_tier}.
     */
    static final class TierCodec {
        private static final Everything.Tier[] CONSTANTS = Everything.Tier.values();

        private TierCodec() {
        }

        /**
         * The number of a constant.
         */
        static long number(Everything.Tier constant, String component) {
            return switch (Wire.present(constant, component)) {
                case FREE -> 0L;
                case PaidMonthly -> 1L;
            };
        }

        /**
         * The constant with this number.
         */
        static Everything.Tier constant(long number) {
            for (Everything.Tier constant : CONSTANTS) {
                if (number(constant, "") == number) {
                    return constant;
                }
            }
            throw Wire.unknownConstant(Everything.Tier.class, number);
        }
    }

    /**
     * The numbers that {@link Everything.Verdict} has in {@code enum ev_verdict}.
     */
    static final class VerdictCodec {
        private static final Everything.Verdict[] CONSTANTS = Everything.Verdict.values();

        private VerdictCodec() {
        }

        /**
         * The number of a constant.
         */
        static long number(Everything.Verdict constant, String component) {
            return switch (Wire.present(constant, component)) {
                case DROP -> -1L;
                case PASS -> 7L;
            };
        }

        /**
         * The constant with this number.
         */
        static Everything.Verdict constant(long number) {
            for (Everything.Verdict constant : CONSTANTS) {
                if (number(constant, "") == number) {
                    return constant;
                }
            }
            throw Wire.unknownConstant(Everything.Verdict.class, number);
        }
    }

    /**
     * Writes and reads {@code union ev_address} as members of {@link Everything.Address}.
     */
    public static final class AddressUnion implements Codec<Untagged<Everything.Address>> {
        /**
         * For generated code.
         */
        static final AddressUnion INSTANCE = new AddressUnion();

        private AddressUnion() {
        }

        /**
         * The bytes of a member, and zeros after it.
         */
        public static Untagged<Everything.Address> of(Everything.Address member) {
            return WireUnions.of(Everything.Address.class, member, 16, AddressUnion::writeMember,
                    AddressUnion::readMember);
        }

        /**
         * An array of unions, each with the bytes of a member.
         */
        public static Untagged<Everything.Address>[] arrayOf(Everything.Address... members) {
            return WireUnions.arrayOf(Everything.Address.class, members, 16,
                    AddressUnion::writeMember, AddressUnion::readMember);
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Untagged<Everything.Address> value, ByteBuffer to, int at) {
            WireUnions.put(to, at, value, "Address");
        }

        @Override
        public Untagged<Everything.Address> read(ByteBuffer from, int at) {
            return WireUnions.get(from, at, Everything.Address.class, 16, AddressUnion::readMember);
        }

        /**
         * Writes a member, and zeros after it.
         */
        static void writeMember(Everything.Address member, ByteBuffer to, int at) {
            if (member instanceof Everything.Address.V4 actual) {
                WireValues.putInet4(to, at, actual.address(), "V4.address");
                Wire.zero(to, at + 4, 12);
            }
            if (member instanceof Everything.Address.Halves actual) {
                HalvesCodec.INSTANCE.write(Wire.present(actual, "Halves"), to, at);
            }
        }

        /**
         * Reads the bytes as this member.
         */
        static Everything.Address readMember(Class<?> member, ByteBuffer from, int at) {
            if (member == Everything.Address.V4.class) {
                return new Everything.Address.V4(WireValues.getInet4(from, at));
            }
            if (member == Everything.Address.Halves.class) {
                return HalvesCodec.INSTANCE.read(from, at);
            }
            throw WireUnions.noMember(Everything.Address.class, member);
        }
    }

    /**
     * Writes and reads {@code union ev_price} as members of {@link Everything.Price}.
     */
    public static final class PriceUnion implements Codec<Untagged<Everything.Price>> {
        /**
         * For generated code.
         */
        static final PriceUnion INSTANCE = new PriceUnion();

        private PriceUnion() {
        }

        /**
         * The bytes of a member, and zeros after it.
         */
        public static Untagged<Everything.Price> of(Everything.Price member) {
            return WireUnions.of(Everything.Price.class, member, 16, PriceUnion::writeMember,
                    PriceUnion::readMember);
        }

        /**
         * An array of unions, each with the bytes of a member.
         */
        public static Untagged<Everything.Price>[] arrayOf(Everything.Price... members) {
            return WireUnions.arrayOf(Everything.Price.class, members, 16, PriceUnion::writeMember,
                    PriceUnion::readMember);
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Untagged<Everything.Price> value, ByteBuffer to, int at) {
            WireUnions.put(to, at, value, "Price");
        }

        @Override
        public Untagged<Everything.Price> read(ByteBuffer from, int at) {
            return WireUnions.get(from, at, Everything.Price.class, 16, PriceUnion::readMember);
        }

        /**
         * Writes a member, and zeros after it.
         */
        static void writeMember(Everything.Price member, ByteBuffer to, int at) {
            if (member instanceof Everything.Price.Free actual) {
                WireUnions.put(to, at, actual.source(), "Free.source");
            }
            if (member instanceof Everything.Price.PaidMonthly actual) {
                Wire.putU32(to, at, actual.cents(), "PaidMonthly.cents");
                Wire.zero(to, at + 4, 12);
            }
        }

        /**
         * Reads the bytes as this member.
         */
        static Everything.Price readMember(Class<?> member, ByteBuffer from, int at) {
            if (member == Everything.Price.Free.class) {
                return new Everything.Price.Free(AddressUnion.INSTANCE.read(from, at));
            }
            if (member == Everything.Price.PaidMonthly.class) {
                return new Everything.Price.PaidMonthly(Wire.getU32(from, at));
            }
            throw WireUnions.noMember(Everything.Price.class, member);
        }
    }
}
