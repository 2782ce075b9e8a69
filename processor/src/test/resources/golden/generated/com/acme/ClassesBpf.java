package com.acme;

import com.acme.net.Samples;
import com.acme.net.SamplesMap;
import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.DeclaredOuterMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.NestAccessor;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.ProgramArrayAccessor;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Integer;
import java.lang.Long;
import java.lang.Override;
import java.lang.String;
import java.lang.SuppressWarnings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The maps and programs of {@code classes.bpf.o}, which {@link Classes} declares. */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class ClassesBpf extends LoadedObject {
    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(ClassesBpf.class, "classes", /* interface */ 1);

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
     * Loads {@code META-INF/bpf/com/acme/classes.bpf.o} from the class path into the kernel. If a part fails, nothing
     * stays loaded.
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

    /** Checks a migration of the pinned maps, as {@code load} does. Needs no kernel and no object. */
    public static Migration.Check check(Migration migration) {
        return SPEC.check(migration);
    }

    /**
     * Opens {@code META-INF/bpf/com/acme/classes.bpf.o} from the class path. The caller can adjust the object before it
     * loads it.
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
    public static final class Open extends OpenObject<ClassesBpf, Open> {
        private Open(@Nullable Path object) {
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
        protected final EntryCodec<Long, Classes.Flow> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Classes. @Nullable Flow get(long id) {
            return getAt(id);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(long id, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putU32(to, 0, id, "Flow.id");
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
        public Classes. @Nullable Flow take(long id) {
            return takeAt(id);
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
                return Scalars.getU32(bytes("Flow.id"), key(0));
            }

            /** Reads the component {@code packets}. */
            public long packets() {
                return Scalars.getU64(bytes("Flow.packets"), value(0));
            }
        }

        /**
         * Converts {@link Classes.Flow} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries extends EntryCodec<Long, Classes.Flow> {
            Entries() {
                super(/* key */ 4, /* value */ 8);
            }

            @Override
            public Long keyOf(Classes.Flow entry) {
                return entry.id();
            }

            @Override
            public void writeKey(Long key, ByteBuffer to, int at) {
                Scalars.putU32(to, at, key, "Flow.id");
            }

            @Override
            public Long readKey(ByteBuffer from, int at) {
                return Scalars.getU32(from, at);
            }

            @Override
            public void writeValue(Classes.Flow entry, ByteBuffer to, int at) {
                Scalars.putU64(to, at, entry.packets());
            }

            @Override
            public Classes.Flow read(Long key, ByteBuffer from, int at) {
                return new Classes.Flow(key, Scalars.getU64(from, at));
            }
        }
    }

    /**
     * Accessor of the outer map {@code cl_rank}, which {@link Classes.Rank} declares. Its inner maps have
     * {@link Classes.Flow} entries.
     */
    public static class RankMap extends NestAccessor<Long, Long, Classes.Flow, FlowMap, FlowMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, value, "Rank.rank"),
                (from, at) -> Scalars.getU32(from, at));

        RankMap(MapBinding binding) {
            super(binding, KEY, FlowMap.CODEC, FlowMap::new, FlowMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Long, Classes.Flow> entryCodec() {
            return FlowMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public Classes. @Nullable Flow get(long rank, long id) {
            return getAt(rank, id);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(long rank, long id, FlowMap.View view) {
            ByteBuffer to = keys(view);
            Scalars.putU32(to, 0, rank, "Rank.rank");
            Scalars.putU32(to, innerKeyAt(), id, "Flow.id");
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable FlowMap get(long rank) {
            return getAt(rank);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(long rank) {
            return containsAt(rank);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public FlowMap getOrCreate(long rank) {
            return getOrCreateAt(rank);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public FlowMap create(long rank) {
            return createAt(rank);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public FlowMap create(long rank, long maxEntries) {
            return createAt(rank, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public FlowMap create(long rank, Consumer<? super FlowMap> fill) {
            return createAt(rank, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Long, FlowMap> swap(long rank, FlowMap.Owned map) {
            return swapAt(rank, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Long, FlowMap> swap(long rank, Displaced<?, FlowMap> displaced) {
            return swapAt(rank, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Long, FlowMap> share(long rank, FlowMap map) {
            return shareAt(rank, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Long, FlowMap> rotate(long rank) {
            return rotateAt(rank);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Long, FlowMap> take(long rank) {
            return takeAt(rank);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(long rank, Displaced.Action<? super Long, ? super FlowMap> action) {
            return drainAt(rank, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(long rank, Displaced.Action<? super Long, ? super FlowMap> action) {
            return drainLastAt(rank, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(long rank) {
            return discardAt(rank);
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
    public static class SiteMap extends NestAccessor<Classes.Site, Long, Classes.Flow, FlowMap, FlowMap.Owned> {
        private static final Codec<Classes.Site> KEY = SiteCodec.INSTANCE;

        SiteMap(MapBinding binding) {
            super(binding, KEY, FlowMap.CODEC, FlowMap::new, FlowMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Long, Classes.Flow> entryCodec() {
            return FlowMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public Classes. @Nullable Flow get(Classes.Site site, long id) {
            return getAt(site, id);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(Classes.Site site, long id, FlowMap.View view) {
            ByteBuffer to = keys(view);
            SiteCodec.INSTANCE.write(Scalars.present(site, "Site"), to, 0);
            Scalars.putU32(to, innerKeyAt(), id, "Flow.id");
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable FlowMap get(Classes.Site site) {
            return getAt(site);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(Classes.Site site) {
            return containsAt(site);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public FlowMap getOrCreate(Classes.Site site) {
            return getOrCreateAt(site);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public FlowMap create(Classes.Site site) {
            return createAt(site);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public FlowMap create(Classes.Site site, long maxEntries) {
            return createAt(site, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public FlowMap create(Classes.Site site, Consumer<? super FlowMap> fill) {
            return createAt(site, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Classes.Site, FlowMap> swap(Classes.Site site,
                FlowMap.Owned map) {
            return swapAt(site, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Classes.Site, FlowMap> swap(Classes.Site site,
                Displaced<?, FlowMap> displaced) {
            return swapAt(site, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Classes.Site, FlowMap> share(Classes.Site site, FlowMap map) {
            return shareAt(site, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Classes.Site, FlowMap> rotate(Classes.Site site) {
            return rotateAt(site);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Classes.Site, FlowMap> take(Classes.Site site) {
            return takeAt(site);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(Classes.Site site,
                Displaced.Action<? super Classes.Site, ? super FlowMap> action) {
            return drainAt(site, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(Classes.Site site,
                Displaced.Action<? super Classes.Site, ? super FlowMap> action) {
            return drainLastAt(site, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(Classes.Site site) {
            return discardAt(site);
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

        /** Puts the object behind a file descriptor into the map, in place of the previous one. */
        public void put(Classes.Tier tier, int descriptor) {
            putAt(tier, descriptor);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(Classes.Tier tier) {
            return removeAt(tier);
        }

        /** Puts a program into the slot, in place of the previous one. */
        public void put(Classes.Tier tier, Program program) {
            putAt(tier, program);
        }

        /** Returns the kernel's id of the program in the slot; null if the slot is empty. */
        public @Nullable Integer programId(Classes.Tier tier) {
            return programIdAt(tier);
        }

        /** Tests for a program in the slot. */
        public boolean contains(Classes.Tier tier) {
            return containsAt(tier);
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
        private static final class Entries extends EntryCodec<Classes.Tier, Classes.Stage> {
            Entries() {
                super(/* key */ 4, /* value */ 4);
            }

            @Override
            public Classes.Tier keyOf(Classes.Stage entry) {
                return Scalars.present(entry.tier(), "Stage.tier");
            }

            @Override
            public void writeKey(Classes.Tier key, ByteBuffer to, int at) {
                Scalars.putU32(to, at, TierCodec.number(key, "Stage.tier"), "Stage.tier");
            }

            @Override
            public Classes.Tier readKey(ByteBuffer from, int at) {
                return TierCodec.constant(Scalars.getU32(from, at));
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
    public static class ByTierMap extends NestAccessor<Classes.Tier, Integer, Samples, SamplesMap, SamplesMap.Owned> {
        private static final Codec<Classes.Tier> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, TierCodec.number(value, "ByTier.tier"),
                "ByTier.tier"), (from, at) -> TierCodec.constant(Scalars.getU32(from, at)));

        ByTierMap(MapBinding binding) {
            super(binding, KEY, SamplesMap.CODEC, SamplesMap::new, SamplesMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Integer, Samples> entryCodec() {
            return SamplesMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public @Nullable Samples get(Classes.Tier tier, int index) {
            return getAt(tier, index);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(Classes.Tier tier, int index, SamplesMap.View view) {
            ByteBuffer to = keys(view);
            Scalars.putU32(to, 0, TierCodec.number(tier, "ByTier.tier"), "ByTier.tier");
            Scalars.putU32(to, innerKeyAt(), index);
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable SamplesMap get(Classes.Tier tier) {
            return getAt(tier);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(Classes.Tier tier) {
            return containsAt(tier);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public SamplesMap getOrCreate(Classes.Tier tier) {
            return getOrCreateAt(tier);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public SamplesMap create(Classes.Tier tier) {
            return createAt(tier);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public SamplesMap create(Classes.Tier tier, long maxEntries) {
            return createAt(tier, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public SamplesMap create(Classes.Tier tier, Consumer<? super SamplesMap> fill) {
            return createAt(tier, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Classes.Tier, SamplesMap> swap(Classes.Tier tier,
                SamplesMap.Owned map) {
            return swapAt(tier, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Classes.Tier, SamplesMap> swap(Classes.Tier tier,
                Displaced<?, SamplesMap> displaced) {
            return swapAt(tier, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Classes.Tier, SamplesMap> share(Classes.Tier tier,
                SamplesMap map) {
            return shareAt(tier, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Classes.Tier, SamplesMap> rotate(Classes.Tier tier) {
            return rotateAt(tier);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Classes.Tier, SamplesMap> take(Classes.Tier tier) {
            return takeAt(tier);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(Classes.Tier tier,
                Displaced.Action<? super Classes.Tier, ? super SamplesMap> action) {
            return drainAt(tier, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(Classes.Tier tier,
                Displaced.Action<? super Classes.Tier, ? super SamplesMap> action) {
            return drainLastAt(tier, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(Classes.Tier tier) {
            return discardAt(tier);
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

        private SiteCodec() {
        }

        @Override
        public int size() {
            return 12;
        }

        @Override
        public void write(Classes.Site value, ByteBuffer to, int at) {
            Scalars.putBe16(to, at, value.region(), "Site.region");
            Scalars.putU32(to, at + 4, TierCodec.number(value.tier(), "Site.tier"), "Site.tier");
            Scalars.putBool(to, at + 8, value.indoors());
            Scalars.zero(to, at + 2, 2); // padding
            Scalars.zero(to, at + 9, 3); // padding
        }

        @Override
        public Classes.Site read(ByteBuffer from, int at) {
            return new Classes.Site((int) Scalars.getBe16(from, at),
                    TierCodec.constant(Scalars.getU32(from, at + 4)),
                    Scalars.getBool(from, at + 8));
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
            return switch (Scalars.present(constant, component)) {
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
            throw Scalars.unknownConstant(Classes.Tier.class, number);
        }
    }
}
