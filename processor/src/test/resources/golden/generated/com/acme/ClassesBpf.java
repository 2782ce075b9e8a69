package com.acme;

import com.acme.net.Samples;
import com.acme.net.SamplesMap;
import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.DeclaredOuterMap;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.ProgramArrayAccessor;
import dev.nestmap.runtime.StructView;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Integer;
import java.lang.Long;
import java.lang.Object;
import java.lang.Override;
import java.lang.String;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The maps and programs of {@code classes.bpf.o}, which {@link Classes} declares. */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class ClassesBpf extends LoadedObject {
    /** Version of the interface between this class and the runtime. */
    private static final int INTERFACE_VERSION = 1;

    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(ClassesBpf.class, "classes", INTERFACE_VERSION);

    /** The map {@code cl_flow_map}, before it is opened. */
    public static final DeclaredMap<FlowMap, FlowMap.Owned> FLOW_MAP = new DeclaredMap<>(SPEC,
            "cl_flow_map", FlowMap::new, FlowMap.Owned::new);

    /** The outer map {@code cl_rank}, before it is opened. */
    public static final DeclaredOuterMap<RankMap, RankMap.Owned> RANK_MAP = new DeclaredOuterMap<>(
            SPEC, "cl_rank", RankMap::new, RankMap.Owned::new);

    /** The outer map {@code cl_site}, before it is opened. */
    public static final DeclaredOuterMap<SiteMap, SiteMap.Owned> SITE_MAP = new DeclaredOuterMap<>(
            SPEC, "cl_site", SiteMap::new, SiteMap.Owned::new);

    /** The map {@code cl_stage}, before it is opened. */
    public static final DeclaredMap<StageMap, StageMap.Owned> STAGE_MAP = new DeclaredMap<>(SPEC,
            "cl_stage", StageMap::new, StageMap.Owned::new);

    /** The outer map {@code cl_by_tier}, before it is opened. */
    public static final DeclaredOuterMap<ByTierMap, ByTierMap.Owned> BY_TIER_MAP = new DeclaredOuterMap<>(
            SPEC, "cl_by_tier", ByTierMap::new, ByTierMap.Owned::new);

    private final RankMap rank;

    private final SiteMap site;

    private final StageMap stage;

    private final ByTierMap byTier;

    private final FlowMap gold;

    private final FlowMap lastOne;

    private final SamplesMap samplesFree;

    private final SamplesMap samplesPaidMonthly;

    private ClassesBpf(ObjectBinding object) {
        super(object);
        this.rank = map(RANK_MAP);
        this.site = map(SITE_MAP);
        this.stage = map(STAGE_MAP);
        this.byTier = map(BY_TIER_MAP);
        this.gold = new FlowMap(object.map("cl_gold"));
        this.lastOne = new FlowMap(object.map("cl_last_one"));
        this.samplesFree = new SamplesMap(object.map("cl_samples_free"));
        this.samplesPaidMonthly = new SamplesMap(object.map("cl_samples_paid_monthly"));
    }

    /** Returns the map {@code cl_rank}. */
    public RankMap rank() {
        return rank;
    }

    /** Returns the map {@code cl_site}. */
    public SiteMap site() {
        return site;
    }

    /** Returns the map {@code cl_stage}. */
    public StageMap stage() {
        return stage;
    }

    /** Returns the map {@code cl_by_tier}. */
    public ByTierMap byTier() {
        return byTier;
    }

    /**
     * Returns the inner map {@code cl_gold}, which is in a slot of {@link Classes.Rank} when the object has been
     * loaded. The handle refers to this map, even if the map is no longer in that slot.
     */
    public FlowMap gold() {
        return gold;
    }

    /**
     * Returns the inner map {@code cl_last_one}, which is in a slot of {@link Classes.Rank} when the object has been
     * loaded. The handle refers to this map, even if the map is no longer in that slot.
     */
    public FlowMap lastOne() {
        return lastOne;
    }

    /**
     * Returns the inner map {@code cl_samples_free}, which is in a slot of {@link Classes.ByTier} when the object has
     * been loaded. The handle refers to this map, even if the map is no longer in that slot.
     */
    public SamplesMap samplesFree() {
        return samplesFree;
    }

    /**
     * Returns the inner map {@code cl_samples_paid_monthly}, which is in a slot of {@link Classes.ByTier} when the
     * object has been loaded. The handle refers to this map, even if the map is no longer in that slot.
     */
    public SamplesMap samplesPaidMonthly() {
        return samplesPaidMonthly;
    }

    /**
     * Loads {@code META-INF/bpf/classes.bpf.o} from the class path into the kernel. If a part fails, nothing stays
     * loaded.
     */
    public static ClassesBpf load() {
        return SPEC.load(ClassesBpf::new);
    }

    /**
     * Loads an object file into the kernel. If a part fails, nothing stays loaded.
     *
     * @param object path of the file
     */
    public static ClassesBpf load(Path object) {
        return SPEC.load(object, ClassesBpf::new);
    }

    /** Creates the maps in the Java heap, for tests without privileges. There are no programs. */
    public static ClassesBpf inMemory() {
        return SPEC.inMemory(ClassesBpf::new);
    }

    /**
     * Opens {@code META-INF/bpf/classes.bpf.o} from the class path. The caller can adjust the object before it loads
     * it.
     */
    public static Open open() {
        return new Open();
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
    public static final class Open extends OpenObject<ClassesBpf, Open> {
        private Open() {
            super(SPEC, ClassesBpf::new);
        }

        private Open(Path object) {
            super(SPEC, object, ClassesBpf::new);
        }
    }

    /** Accessor of an inner map with {@link Classes.Flow} entries. */
    public static class FlowMap extends HashAccessor<Long, Classes.Flow> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Long, Classes.Flow> CODEC = new Entries();

        FlowMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected void writeKey(Long key, ByteBuffer to) {
            Wire.putU32(to, 0, key, "Flow.id");
        }

        @Override
        protected Classes.Flow read(Long key, ByteBuffer from, int at) {
            return CODEC.read(key, from, at);
        }

        @Override
        protected void write(Classes.Flow entry, ByteBuffer to, int at) {
            writeKey(CODEC.keyOf(entry), to);
            CODEC.writeValue(entry, to, at);
        }

        /** Like {@link #get(Object)}, with a primitive key. */
        public Classes. @Nullable Flow get(long id) {
            return get((Long) id);
        }

        /** Like {@link #get(Object, EntryView)}, with a primitive key. */
        public boolean get(long id, View view) {
            ByteBuffer to = keyOf(view);
            Wire.putU32(to, 0, id, "Flow.id");
            return lookup(view);
        }

        /** Like {@link #contains(Object)}, with a primitive key. */
        public boolean contains(long id) {
            return contains((Long) id);
        }

        /** Like {@link #remove(Object)}, with a primitive key. */
        public boolean remove(long id) {
            return remove((Long) id);
        }

        /** Like {@link #take(Object)}, with a primitive key. */
        public Classes. @Nullable Flow take(long id) {
            return take((Long) id);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends FlowMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Classes.Flow} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Classes.Flow> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code id}. */
            public long id() {
                ByteBuffer from = bytes("Flow.id");
                int at = key(0);
                return Wire.getU32(from, at);
            }

            /** Reads the component {@code packets}. */
            public long packets() {
                ByteBuffer from = bytes("Flow.packets");
                int at = value(0);
                return Wire.getU64(from, at);
            }
        }

        /**
         * Converts {@link Classes.Flow} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries implements EntryCodec<Long, Classes.Flow> {
            /** Size of a key in bytes. */
            private static final int KEY_SIZE = 4;

            private static final Codec<Long> KEY = Codec.of(KEY_SIZE,
                    (value, to, at) -> Wire.putU32(to, at, value, "Flow.id"),
                    (from, at) -> Wire.getU32(from, at));

            /** Size of a value in bytes. */
            private static final int VALUE_SIZE = 8;

            @Override
            public Codec<Long> key() {
                return KEY;
            }

            @Override
            public Long keyOf(Classes.Flow entry) {
                return entry.id();
            }

            @Override
            public int valueSize() {
                return VALUE_SIZE;
            }

            @Override
            public void writeValue(Classes.Flow entry, ByteBuffer to, int at) {
                Wire.putU64(to, at, entry.packets());
            }

            @Override
            public Classes.Flow read(Long key, ByteBuffer from, int at) {
                return new Classes.Flow(key, Wire.getU64(from, at));
            }
        }
    }

    /**
     * Accessor of the outer map {@code cl_rank}, which {@link Classes.Rank} declares. Its inner maps have
     * {@link Classes.Flow} entries.
     */
    public static class RankMap extends OuterAccessor<Long, FlowMap, FlowMap.Owned> {
        /** Size of a key in bytes. */
        private static final int KEY_SIZE = 4;

        private static final Codec<Long> KEY = Codec.of(KEY_SIZE,
                (value, to, at) -> Wire.putU32(to, at, value, "Rank.rank"),
                (from, at) -> Wire.getU32(from, at));

        RankMap(MapBinding binding) {
            super(binding, KEY, FlowMap::new, FlowMap.Owned::new);
        }

        /** Like {@link #get(Object)}, with a primitive key. */
        public @Nullable FlowMap get(long rank) {
            return get((Long) rank);
        }

        /** Like {@link #contains(Object)}, with a primitive key. */
        public boolean contains(long rank) {
            return contains((Long) rank);
        }

        /** Like {@link #getOrCreate(Object)}, with a primitive key. */
        public FlowMap getOrCreate(long rank) {
            return getOrCreate((Long) rank);
        }

        /** Like {@link #create(Object)}, with a primitive key. */
        public FlowMap create(long rank) {
            return create((Long) rank);
        }

        /** Like {@link #create(Object, Consumer)}, with a primitive key. */
        public FlowMap create(long rank, Consumer<? super FlowMap> fill) {
            return create((Long) rank, fill);
        }

        /** Like {@link #put(Object, MapAccessor)}, with a primitive key. */
        public void put(long rank, FlowMap.Owned map) {
            put((Long) rank, map);
        }

        /** Like {@link #swap(Object, MapAccessor)}, with a primitive key. */
        public FlowMap. @Nullable Owned swap(long rank, FlowMap.Owned map) {
            return swap((Long) rank, map);
        }

        /** Like {@link #share(Object, MapAccessor)}, with a primitive key. */
        public void share(long rank, FlowMap map) {
            share((Long) rank, map);
        }

        /** Like {@link #rotate(Object)}, with a primitive key. */
        public FlowMap. @Nullable Owned rotate(long rank) {
            return rotate((Long) rank);
        }

        /** Like {@link #rotate(Object, Exactness)}, with a primitive key. */
        public FlowMap. @Nullable Owned rotate(long rank, Exactness exactness) {
            return rotate((Long) rank, exactness);
        }

        /** Like {@link #take(Object)}, with a primitive key. */
        public FlowMap. @Nullable Owned take(long rank) {
            return take((Long) rank);
        }

        /** Like {@link #take(Object, Exactness)}, with a primitive key. */
        public FlowMap. @Nullable Owned take(long rank, Exactness exactness) {
            return take((Long) rank, exactness);
        }

        /** Like {@link #remove(Object)}, with a primitive key. */
        public boolean remove(long rank) {
            return remove((Long) rank);
        }

        /**
         * Returns one entry of one inner map, or null if there is no such inner map or entry.
         *
         * @param rank key of the inner map
         * @param id key of the entry
         */
        public Classes. @Nullable Flow get(long rank, long id) {
            return getInner(rank, id, FlowMap.CODEC);
        }

        /**
         * Reads one entry of one inner map into a view.
         *
         * @param rank key of the inner map
         * @param id key of the entry
         * @param view shows the entry until the next read with it
         * @return false if there is no such inner map or entry
         */
        public boolean get(long rank, long id, FlowMap.View view) {
            ByteBuffer to = keysOf(view);
            Wire.putU32(to, 0, rank, "Rank.rank");
            Wire.putU32(to, innerKeyAt(), id, "Flow.id");
            return getInner(view, FlowMap.CODEC);
        }

        /**
         * Returns entries of several inner maps, in the order of the keys. Keys without an entry are left out.
         *
         * @param keys keys of inner maps and of entries in them
         */
        public Map<NestedKey<Long, Long>, Classes.Flow> getAll(
                Collection<NestedKey<Long, Long>> keys) {
            return getAllInner(keys, FlowMap.CODEC);
        }

        /**
         * Shows entries of several inner maps to an action, in the order of the keys. Keys without an entry are left
         * out.
         *
         * @param keys keys of inner maps and of entries in them
         * @param view shows each entry until the action returns
         * @param action receives the keys and the view
         */
        public void getAll(Collection<NestedKey<Long, Long>> keys, FlowMap.View view,
                BiConsumer<? super NestedKey<Long, Long>, ? super FlowMap.View> action) {
            getAllInner(keys, FlowMap.CODEC, view, action);
        }

        /**
         * Passes every entry of every inner map to an action. While entries of an inner map are removed, its other
         * entries may be
         * passed twice or not at all: see {@link OuterAccessor#forEachInner}.
         *
         * @param action receives the key of each inner map and each entry
         */
        public void forEachEntry(BiConsumer<? super Long, ? super Classes.Flow> action) {
            forEachInner(FlowMap.CODEC, action);
        }

        /**
         * Shows every entry of every inner map to an action, under the conditions of {@link #forEachEntry(BiConsumer)}.
         *
         * @param view shows each entry until the action returns
         * @param action receives the key of each inner map and the view
         */
        public void forEachEntry(FlowMap.View view,
                BiConsumer<? super Long, ? super FlowMap.View> action) {
            forEachInner(FlowMap.CODEC, view, action);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends RankMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Accessor of the outer map {@code cl_site}, which {@link Classes.Site} declares. Its inner maps have
     * {@link Classes.Flow} entries.
     */
    public static class SiteMap extends OuterAccessor<Classes.Site, FlowMap, FlowMap.Owned> {
        private static final Codec<Classes.Site> KEY = SiteCodec.INSTANCE;

        SiteMap(MapBinding binding) {
            super(binding, KEY, FlowMap::new, FlowMap.Owned::new);
        }

        /**
         * Returns one entry of one inner map, or null if there is no such inner map or entry.
         *
         * @param site key of the inner map
         * @param id key of the entry
         */
        public Classes. @Nullable Flow get(Classes.Site site, long id) {
            return getInner(site, id, FlowMap.CODEC);
        }

        /**
         * Reads one entry of one inner map into a view.
         *
         * @param site key of the inner map
         * @param id key of the entry
         * @param view shows the entry until the next read with it
         * @return false if there is no such inner map or entry
         */
        public boolean get(Classes.Site site, long id, FlowMap.View view) {
            ByteBuffer to = keysOf(view);
            SiteCodec.INSTANCE.write(Wire.present(site, "Site"), to, 0);
            Wire.putU32(to, innerKeyAt(), id, "Flow.id");
            return getInner(view, FlowMap.CODEC);
        }

        /**
         * Returns entries of several inner maps, in the order of the keys. Keys without an entry are left out.
         *
         * @param keys keys of inner maps and of entries in them
         */
        public Map<NestedKey<Classes.Site, Long>, Classes.Flow> getAll(
                Collection<NestedKey<Classes.Site, Long>> keys) {
            return getAllInner(keys, FlowMap.CODEC);
        }

        /**
         * Shows entries of several inner maps to an action, in the order of the keys. Keys without an entry are left
         * out.
         *
         * @param keys keys of inner maps and of entries in them
         * @param view shows each entry until the action returns
         * @param action receives the keys and the view
         */
        public void getAll(Collection<NestedKey<Classes.Site, Long>> keys, FlowMap.View view,
                BiConsumer<? super NestedKey<Classes.Site, Long>, ? super FlowMap.View> action) {
            getAllInner(keys, FlowMap.CODEC, view, action);
        }

        /**
         * Passes every entry of every inner map to an action. While entries of an inner map are removed, its other
         * entries may be
         * passed twice or not at all: see {@link OuterAccessor#forEachInner}.
         *
         * @param action receives the key of each inner map and each entry
         */
        public void forEachEntry(BiConsumer<? super Classes.Site, ? super Classes.Flow> action) {
            forEachInner(FlowMap.CODEC, action);
        }

        /**
         * Shows every entry of every inner map to an action, under the conditions of {@link #forEachEntry(BiConsumer)}.
         *
         * @param view shows each entry until the action returns
         * @param action receives the key of each inner map and the view
         */
        public void forEachEntry(FlowMap.View view,
                BiConsumer<? super Classes.Site, ? super FlowMap.View> action) {
            forEachInner(FlowMap.CODEC, view, action);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends SiteMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /** Accessor of the map {@code cl_stage} with {@link Classes.Stage} entries. */
    public static class StageMap extends ProgramArrayAccessor<Classes.Tier, Classes.Stage> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Classes.Tier, Classes.Stage> CODEC = new Entries();

        StageMap(MapBinding binding) {
            super(binding, CODEC);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends StageMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /**
         * Converts {@link Classes.Stage} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries implements EntryCodec<Classes.Tier, Classes.Stage> {
            /** Size of a key in bytes. */
            private static final int KEY_SIZE = 4;

            private static final Codec<Classes.Tier> KEY = Codec.of(KEY_SIZE,
                    (value, to, at) -> Wire.putU32(to, at, TierCodec.number(value, "Stage.tier"),
                    "Stage.tier"), (from, at) -> TierCodec.constant(Wire.getU32(from, at)));

            /** Size of a value in bytes. */
            private static final int VALUE_SIZE = 4;

            @Override
            public Codec<Classes.Tier> key() {
                return KEY;
            }

            @Override
            public Classes.Tier keyOf(Classes.Stage entry) {
                return Wire.present(entry.tier(), "Stage.tier");
            }

            @Override
            public int valueSize() {
                return VALUE_SIZE;
            }

            @Override
            public void writeValue(Classes.Stage entry, ByteBuffer to, int at) {
            }

            @Override
            public Classes.Stage read(Classes.Tier key, ByteBuffer from, int at) {
                return new Classes.Stage(key);
            }
        }
    }

    /**
     * Accessor of the outer map {@code cl_by_tier}, which {@link Classes.ByTier} declares. Its inner maps have
     * {@link Samples} entries.
     */
    public static class ByTierMap extends OuterAccessor<Classes.Tier, SamplesMap, SamplesMap.Owned> {
        /** Size of a key in bytes. */
        private static final int KEY_SIZE = 4;

        private static final Codec<Classes.Tier> KEY = Codec.of(KEY_SIZE,
                (value, to, at) -> Wire.putU32(to, at, TierCodec.number(value, "ByTier.tier"),
                "ByTier.tier"), (from, at) -> TierCodec.constant(Wire.getU32(from, at)));

        ByTierMap(MapBinding binding) {
            super(binding, KEY, SamplesMap::new, SamplesMap.Owned::new);
        }

        /**
         * Returns one entry of one inner map, or null if there is no such inner map or entry.
         *
         * @param tier key of the inner map
         * @param index key of the entry
         */
        public @Nullable Samples get(Classes.Tier tier, int index) {
            return getInner(tier, index, SamplesMap.CODEC);
        }

        /**
         * Reads one entry of one inner map into a view.
         *
         * @param tier key of the inner map
         * @param index key of the entry
         * @param view shows the entry until the next read with it
         * @return false if there is no such inner map or entry
         */
        public boolean get(Classes.Tier tier, int index, SamplesMap.View view) {
            ByteBuffer to = keysOf(view);
            Wire.putU32(to, 0, TierCodec.number(tier, "ByTier.tier"), "ByTier.tier");
            Wire.putS32(to, innerKeyAt(), index);
            return getInner(view, SamplesMap.CODEC);
        }

        /**
         * Returns entries of several inner maps, in the order of the keys. Keys without an entry are left out.
         *
         * @param keys keys of inner maps and of entries in them
         */
        public Map<NestedKey<Classes.Tier, Integer>, Samples> getAll(
                Collection<NestedKey<Classes.Tier, Integer>> keys) {
            return getAllInner(keys, SamplesMap.CODEC);
        }

        /**
         * Shows entries of several inner maps to an action, in the order of the keys. Keys without an entry are left
         * out.
         *
         * @param keys keys of inner maps and of entries in them
         * @param view shows each entry until the action returns
         * @param action receives the keys and the view
         */
        public void getAll(Collection<NestedKey<Classes.Tier, Integer>> keys, SamplesMap.View view,
                BiConsumer<? super NestedKey<Classes.Tier, Integer>, ? super SamplesMap.View> action) {
            getAllInner(keys, SamplesMap.CODEC, view, action);
        }

        /**
         * Passes every entry of every inner map to an action. While entries of an inner map are removed, its other
         * entries may be
         * passed twice or not at all: see {@link OuterAccessor#forEachInner}.
         *
         * @param action receives the key of each inner map and each entry
         */
        public void forEachEntry(BiConsumer<? super Classes.Tier, ? super Samples> action) {
            forEachInner(SamplesMap.CODEC, action);
        }

        /**
         * Shows every entry of every inner map to an action, under the conditions of {@link #forEachEntry(BiConsumer)}.
         *
         * @param view shows each entry until the action returns
         * @param action receives the key of each inner map and the view
         */
        public void forEachEntry(SamplesMap.View view,
                BiConsumer<? super Classes.Tier, ? super SamplesMap.View> action) {
            forEachInner(SamplesMap.CODEC, view, action);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends ByTierMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Converts {@link Classes.Site} to and from the bytes of {@code struct cl_site_key}. Numbers after {@code at} are
     * offsets in it.
     */
    static final class SiteCodec implements Codec<Classes.Site> {
        /** The only instance, for generated classes. */
        static final SiteCodec INSTANCE = new SiteCodec();

        /** Size of the struct in bytes. */
        private static final int SIZE = 12;

        private SiteCodec() {
        }

        @Override
        public int size() {
            return SIZE;
        }

        @Override
        public void write(Classes.Site value, ByteBuffer to, int at) {
            Wire.putBe16(to, at, value.region(), "Site.region");
            Wire.putU32(to, at + 4, TierCodec.number(value.tier(), "Site.tier"), "Site.tier");
            Wire.putBool(to, at + 8, value.indoors());
            Wire.zero(to, at + 2, 2); // padding
            Wire.zero(to, at + 9, 3); // padding
        }

        @Override
        public Classes.Site read(ByteBuffer from, int at) {
            return new Classes.Site((int) Wire.getBe16(from, at),
                    TierCodec.constant(Wire.getU32(from, at + 4)), Wire.getBool(from, at + 8));
        }
    }

    /** Reads the components of a {@link Classes.Site} from its bytes: see {@link StructView}. */
    public static final class SiteView extends StructView {
        /** Creates a view of a component of an entry. Generated code calls it. */
        public SiteView(EntryView<?> entry, boolean inKey, int offset) {
            super(entry, inKey, offset);
        }

        /** Creates a view of a component of another struct. Generated code calls it. */
        public SiteView(StructView outer, int offset) {
            super(outer, offset);
        }

        /** Reads the component {@code region}. */
        public int region() {
            ByteBuffer from = bytes("Site.region");
            int at = value(0);
            return (int) Wire.getBe16(from, at);
        }

        /** Reads the component {@code tier}. */
        public Classes.Tier tier() {
            ByteBuffer from = bytes("Site.tier");
            int at = value(0);
            return TierCodec.constant(Wire.getU32(from, at + 4));
        }

        /** Reads the component {@code indoors}. */
        public boolean indoors() {
            ByteBuffer from = bytes("Site.indoors");
            int at = value(0);
            return Wire.getBool(from, at + 8);
        }
    }

    /** Converts constants of {@link Classes.Tier} to and from the numbers of {@code enum cl_tier}. */
    static final class TierCodec {
        private static final Classes.Tier[] CONSTANTS = Classes.Tier.values();

        private TierCodec() {
        }

        /**
         * Returns the number of a constant.
         *
         * @param component the component that holds the constant, for error messages
         */
        static long number(Classes.Tier constant, String component) {
            return switch (Wire.present(constant, component)) {
                case FREE -> 0L;
                case PaidMonthly -> 1L;
            };
        }

        /** Returns the constant with this number. */
        static Classes.Tier constant(long number) {
            for (Classes.Tier constant : CONSTANTS) {
                if (number(constant, constant.name()) == number) {
                    return constant;
                }
            }
            throw Wire.unknownConstant(Classes.Tier.class, number);
        }
    }
}
