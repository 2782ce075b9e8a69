package com.acme;

import com.acme.net.Samples;
import com.acme.net.SamplesMap;
import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.ProgramArrayAccessor;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.BoundObject;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Long;
import java.lang.Override;
import java.lang.String;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The live maps and programs of {@code classes.bpf.o}, as {@link Classes} declares them.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class ClassesBpf extends LoadedObject {
    private static final ObjectSpec SPEC = ObjectSpec.of(ClassesBpf.class, "classes", 1);

    private final RankMap rank;

    private final SiteMap site;

    private final StageMap stage;

    private final ByTierMap byTier;

    private final FlowMap gold;

    private final FlowMap lastOne;

    private final SamplesMap samplesFree;

    private final SamplesMap samplesPaidMonthly;

    private ClassesBpf(BoundObject binding) {
        super(binding);
        this.rank = new RankMap(binding.map("cl_rank"));
        this.site = new SiteMap(binding.map("cl_site"));
        this.stage = new StageMap(binding.map("cl_stage"));
        this.byTier = new ByTierMap(binding.map("cl_by_tier"));
        this.gold = new FlowMap(binding.map("cl_gold"));
        this.lastOne = new FlowMap(binding.map("cl_last_one"));
        this.samplesFree = new SamplesMap(binding.map("cl_samples_free"));
        this.samplesPaidMonthly = new SamplesMap(binding.map("cl_samples_paid_monthly"));
    }

    /**
     * The map {@code cl_rank}.
     */
    public RankMap rank() {
        return rank;
    }

    /**
     * The map {@code cl_site}.
     */
    public SiteMap site() {
        return site;
    }

    /**
     * The map {@code cl_stage}.
     */
    public StageMap stage() {
        return stage;
    }

    /**
     * The map {@code cl_by_tier}.
     */
    public ByTierMap byTier() {
        return byTier;
    }

    /**
     * The inner map {@code cl_gold}, which {@link Classes.Rank} has in a slot from the start. It is this map wherever it is now.
     */
    public FlowMap gold() {
        return gold;
    }

    /**
     * The inner map {@code cl_last_one}, which {@link Classes.Rank} has in a slot from the start. It is this map wherever it is now.
     */
    public FlowMap lastOne() {
        return lastOne;
    }

    /**
     * The inner map {@code cl_samples_free}, which {@link Classes.ByTier} has in a slot from the start. It is this map wherever it is now.
     */
    public SamplesMap samplesFree() {
        return samplesFree;
    }

    /**
     * The inner map {@code cl_samples_paid_monthly}, which {@link Classes.ByTier} has in a slot from the start. It is this map wherever it is now.
     */
    public SamplesMap samplesPaidMonthly() {
        return samplesPaidMonthly;
    }

    /**
     * Loads {@code META-INF/bpf/classes.bpf.o} from the class path into the kernel, all of it or nothing.
     */
    public static ClassesBpf load() {
        return SPEC.load(ClassesBpf::new);
    }

    /**
     * Loads an object file into the kernel, all of it or nothing.
     */
    public static ClassesBpf load(Path object) {
        return SPEC.load(object, ClassesBpf::new);
    }

    /**
     * The same maps over the heap, for tests without privileges. There are no programs.
     */
    public static ClassesBpf inMemory() {
        return SPEC.inMemory(ClassesBpf::new);
    }

    /**
     * A live inner map of {@link Classes.Flow} entries.
     */
    public static class FlowMap extends HashAccessor<Long, Classes.Flow> {
        /**
         * For generated code.
         */
        static final EntryCodec<Long, Classes.Flow> CODEC = new Entries();

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
            return ClassesBpf.SPEC.openPinned("cl_flow_map", pin, access, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public Classes. @Nullable Flow get(long id) {
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
        public Classes. @Nullable Flow take(long id) {
            return take((Long) id);
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

        private static final class Entries implements EntryCodec<Long, Classes.Flow> {
            private static final Codec<Long> KEY = Codec.of(4,
                    (value, to, at) -> Wire.putU32(to, at, value, "Flow.id"),
                    (from, at) -> Wire.getU32(from, at));

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
                return 8;
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
     * The live outer map {@code cl_rank} of {@link Classes.Rank}: inner maps of {@link Classes.Flow} entries.
     */
    public static class RankMap extends OuterAccessor<Long, FlowMap, FlowMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(4,
                (value, to, at) -> Wire.putU32(to, at, value, "Rank.rank"),
                (from, at) -> Wire.getU32(from, at));

        RankMap(MapHandle handle) {
            super(handle, KEY, FlowMap::new, FlowMap.Owned::new);
        }

        /**
         * The map {@code cl_rank} of any loaded object, once it is known to be as declared.
         */
        public static RankMap in(LoadedObject object) {
            return bind(ClassesBpf.SPEC, object, "cl_rank", RankMap::new);
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
            return ClassesBpf.SPEC.openPinned("cl_rank", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return ClassesBpf.SPEC.migrate("cl_rank", pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return ClassesBpf.SPEC.newMap("cl_rank", Owned::new);
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
            return ClassesBpf.SPEC.newMap("cl_rank", pin, options, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public @Nullable FlowMap get(long rank) {
            return get((Long) rank);
        }

        /**
         * {@link #contains(Long)} without a box.
         */
        public boolean contains(long rank) {
            return contains((Long) rank);
        }

        /**
         * {@link #getOrCreate(Long)} without a box.
         */
        public FlowMap getOrCreate(long rank) {
            return getOrCreate((Long) rank);
        }

        /**
         * {@link #create(Long)} without a box.
         */
        public FlowMap create(long rank) {
            return create((Long) rank);
        }

        /**
         * {@link #create(Long, Consumer)} without a box.
         */
        public FlowMap create(long rank, Consumer<? super FlowMap> fill) {
            return create((Long) rank, fill);
        }

        /**
         * {@link #put(Long, FlowMap.Owned)} without a box.
         */
        public void put(long rank, FlowMap.Owned map) {
            put((Long) rank, map);
        }

        /**
         * {@link #swap(Long, FlowMap.Owned)} without a box.
         */
        public FlowMap. @Nullable Owned swap(long rank, FlowMap.Owned map) {
            return swap((Long) rank, map);
        }

        /**
         * {@link #share(Long, FlowMap)} without a box.
         */
        public void share(long rank, FlowMap map) {
            share((Long) rank, map);
        }

        /**
         * {@link #rotate(Long)} without a box.
         */
        public FlowMap. @Nullable Owned rotate(long rank) {
            return rotate((Long) rank);
        }

        /**
         * {@link #rotate(Long, Exactness)} without a box.
         */
        public FlowMap. @Nullable Owned rotate(long rank, Exactness exactness) {
            return rotate((Long) rank, exactness);
        }

        /**
         * {@link #take(Long)} without a box.
         */
        public FlowMap. @Nullable Owned take(long rank) {
            return take((Long) rank);
        }

        /**
         * {@link #take(Long, Exactness)} without a box.
         */
        public FlowMap. @Nullable Owned take(long rank, Exactness exactness) {
            return take((Long) rank, exactness);
        }

        /**
         * {@link #remove(Long)} without a box.
         */
        public boolean remove(long rank) {
            return remove((Long) rank);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public Classes. @Nullable Flow get(long rank, long id) {
            return getInner(rank, id, FlowMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends RankMap implements OwnedMap {
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
     * The live outer map {@code cl_site} of {@link Classes.Site}: inner maps of {@link Classes.Flow} entries.
     */
    public static class SiteMap extends OuterAccessor<Classes.Site, FlowMap, FlowMap.Owned> {
        private static final Codec<Classes.Site> KEY = SiteCodec.INSTANCE;

        SiteMap(MapHandle handle) {
            super(handle, KEY, FlowMap::new, FlowMap.Owned::new);
        }

        /**
         * The map {@code cl_site} of any loaded object, once it is known to be as declared.
         */
        public static SiteMap in(LoadedObject object) {
            return bind(ClassesBpf.SPEC, object, "cl_site", SiteMap::new);
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
            return ClassesBpf.SPEC.openPinned("cl_site", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return ClassesBpf.SPEC.migrate("cl_site", pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return ClassesBpf.SPEC.newMap("cl_site", Owned::new);
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
            return ClassesBpf.SPEC.newMap("cl_site", pin, options, Owned::new);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public Classes. @Nullable Flow get(Classes.Site site, long id) {
            return getInner(site, id, FlowMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends SiteMap implements OwnedMap {
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
     * A live map {@code cl_stage} of {@link Classes.Stage} entries.
     */
    public static class StageMap extends ProgramArrayAccessor<Classes.Tier, Classes.Stage> {
        /**
         * For generated code.
         */
        static final EntryCodec<Classes.Tier, Classes.Stage> CODEC = new Entries();

        StageMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code cl_stage} of any loaded object, once it is known to be as declared.
         */
        public static StageMap in(LoadedObject object) {
            return bind(ClassesBpf.SPEC, object, "cl_stage", StageMap::new);
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
            return ClassesBpf.SPEC.openPinned("cl_stage", pin, access, Owned::new);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends StageMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Classes.Tier, Classes.Stage> {
            private static final Codec<Classes.Tier> KEY = Codec.of(4,
                    (value, to, at) -> Wire.putU32(to, at, TierCodec.number(value, "Stage.tier"), "Stage.tier"),
                    (from, at) -> TierCodec.constant(Wire.getU32(from, at)));

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
                return 4;
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
     * The live outer map {@code cl_by_tier} of {@link Classes.ByTier}: inner maps of {@link Samples} entries.
     */
    public static class ByTierMap extends OuterAccessor<Classes.Tier, SamplesMap, SamplesMap.Owned> {
        private static final Codec<Classes.Tier> KEY = Codec.of(4,
                (value, to, at) -> Wire.putU32(to, at, TierCodec.number(value, "ByTier.tier"), "ByTier.tier"),
                (from, at) -> TierCodec.constant(Wire.getU32(from, at)));

        ByTierMap(MapHandle handle) {
            super(handle, KEY, SamplesMap::new, SamplesMap.Owned::new);
        }

        /**
         * The map {@code cl_by_tier} of any loaded object, once it is known to be as declared.
         */
        public static ByTierMap in(LoadedObject object) {
            return bind(ClassesBpf.SPEC, object, "cl_by_tier", ByTierMap::new);
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
            return ClassesBpf.SPEC.openPinned("cl_by_tier", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return ClassesBpf.SPEC.migrate("cl_by_tier", pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return ClassesBpf.SPEC.newMap("cl_by_tier", Owned::new);
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
            return ClassesBpf.SPEC.newMap("cl_by_tier", pin, options, Owned::new);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public @Nullable Samples get(Classes.Tier tier, int index) {
            return getInner(tier, index, SamplesMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends ByTierMap implements OwnedMap {
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
     * Writes and reads {@code struct cl_site_key} as {@link Classes.Site}.
     */
    static final class SiteCodec implements Codec<Classes.Site> {
        /**
         * For generated code.
         */
        static final SiteCodec INSTANCE = new SiteCodec();

        private SiteCodec() {
        }

        @Override
        public int size() {
            return 12;
        }

        @Override
        public void write(Classes.Site value, ByteBuffer to, int at) {
            Wire.putBe16(to, at, value.region(), "Site.region");
            Wire.putU32(to, at + 4, TierCodec.number(value.tier(), "Site.tier"), "Site.tier");
            Wire.putBool(to, at + 8, value.indoors());
            Wire.zero(to, at + 2, 2);
            Wire.zero(to, at + 9, 3);
        }

        @Override
        public Classes.Site read(ByteBuffer from, int at) {
            return new Classes.Site((int) Wire.getBe16(from, at),
                    TierCodec.constant(Wire.getU32(from, at + 4)), Wire.getBool(from, at + 8));
        }
    }

    /**
     * The numbers that {@link Classes.Tier} has in {@code enum cl_tier}.
     */
    static final class TierCodec {
        private static final Classes.Tier[] CONSTANTS = Classes.Tier.values();

        private TierCodec() {
        }

        /**
         * The number of a constant.
         */
        static long number(Classes.Tier constant, String component) {
            return switch (Wire.present(constant, component)) {
                case FREE -> 0L;
                case PaidMonthly -> 1L;
            };
        }

        /**
         * The constant with this number.
         */
        static Classes.Tier constant(long number) {
            for (Classes.Tier constant : CONSTANTS) {
                if (number(constant, "") == number) {
                    return constant;
                }
            }
            throw Wire.unknownConstant(Classes.Tier.class, number);
        }
    }
}
