package com.acme;

import com.acme.net.Samples;
import com.acme.net.SamplesMap;
import dev.nestmap.runtime.ArrayAccessor;
import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.DeclaredOuterMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.NestAccessor;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.OwnedMap;
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
import java.lang.SuppressWarnings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The maps and programs of {@code stacks.bpf.o}, which {@link Stacks} declares. */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class StacksBpf extends LoadedObject {
    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(StacksBpf.class, "stacks", /* interface */ 1)
            .pinned("st_exe_8_deltas", "exe_8", /* pinInners */ true);

    /** The map {@code st_delta_map}, before it is opened. */
    public static final DeclaredMap<DeltaMap, DeltaMap.Owned> DELTA_MAP = new DeclaredMap<>(SPEC,
            "st_delta_map", DeltaMap::new, DeltaMap.Owned::new);

    /** The outer map {@code st_exe_8_deltas}, before it is opened. */
    public static final DeclaredOuterMap<ExeMap, ExeMap.Owned> EXE8_DELTAS_MAP = new DeclaredOuterMap<>(
            SPEC, "st_exe_8_deltas", ExeMap::new, ExeMap.Owned::new);

    /** The outer map {@code st_exe_9_deltas}, before it is opened. */
    public static final DeclaredOuterMap<ExeMap, ExeMap.Owned> EXE9_DELTAS_MAP = new DeclaredOuterMap<>(
            SPEC, "st_exe_9_deltas", ExeMap::new, ExeMap.Owned::new);

    /** The outer map {@code st_exe_9_more}, before it is opened. */
    public static final DeclaredOuterMap<ExeMap, ExeMap.Owned> EXE9_MORE_MAP = new DeclaredOuterMap<>(
            SPEC, "st_exe_9_more", ExeMap::new, ExeMap.Owned::new);

    /** The outer map {@code st_exe_10_deltas}, before it is opened. */
    public static final DeclaredOuterMap<ExeMap, ExeMap.Owned> EXE10_DELTAS_MAP = new DeclaredOuterMap<>(
            SPEC, "st_exe_10_deltas", ExeMap::new, ExeMap.Owned::new);

    /** The outer map {@code st_page}, before it is opened. */
    public static final DeclaredOuterMap<PageMap, PageMap.Owned> PAGE_MAP = new DeclaredOuterMap<>(
            SPEC, "st_page", PageMap::new, PageMap.Owned::new);

    /** The outer map {@code st_late_page}, before it is opened. */
    public static final DeclaredOuterMap<PageMap, PageMap.Owned> LATE_PAGE_MAP = new DeclaredOuterMap<>(
            SPEC, "st_late_page", PageMap::new, PageMap.Owned::new);

    private final ExeMap exe8Deltas;

    private final ExeMap exe9Deltas;

    private final ExeMap exe9More;

    private final ExeMap exe10Deltas;

    private final PageMap page;

    private final PageMap latePage;

    private StacksBpf(ObjectBinding object) {
        super(object);
        this.exe8Deltas = map(EXE8_DELTAS_MAP);
        this.exe9Deltas = map(EXE9_DELTAS_MAP);
        this.exe9More = map(EXE9_MORE_MAP);
        this.exe10Deltas = map(EXE10_DELTAS_MAP);
        this.page = map(PAGE_MAP);
        this.latePage = map(LATE_PAGE_MAP);
    }

    /** Returns the map {@code st_exe_8_deltas}. */
    public ExeMap exe8Deltas() {
        return exe8Deltas;
    }

    /** Returns the map {@code st_exe_9_deltas}. */
    public ExeMap exe9Deltas() {
        return exe9Deltas;
    }

    /** Returns the map {@code st_exe_9_more}. */
    public ExeMap exe9More() {
        return exe9More;
    }

    /** Returns the map {@code st_exe_10_deltas}. */
    public ExeMap exe10Deltas() {
        return exe10Deltas;
    }

    /** Returns the map {@code st_page}. */
    public PageMap page() {
        return page;
    }

    /** Returns the map {@code st_late_page}. */
    public PageMap latePage() {
        return latePage;
    }

    /**
     * Loads {@code META-INF/bpf/com/acme/stacks.bpf.o} from the class path into the kernel. If a part fails, nothing
     * stays loaded.
     */
    public static StacksBpf load() {
        return SPEC.load(StacksBpf::new);
    }

    /**
     * Loads an object file into the kernel. If a part fails, nothing stays loaded.
     *
     * @param object path of the file
     */
    public static StacksBpf load(Path object) {
        return SPEC.load(object, StacksBpf::new);
    }

    /** Creates the maps in the Java heap, for tests without privileges. There are no programs. */
    public static StacksBpf inMemory() {
        return SPEC.inMemory(StacksBpf::new);
    }

    /** Checks a migration of the pinned maps, as {@code load} does. Needs no kernel and no object. */
    public static Migration.Check check(Migration migration) {
        return SPEC.check(migration);
    }

    /**
     * Opens {@code META-INF/bpf/com/acme/stacks.bpf.o} from the class path. The caller can adjust the object before it
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
    public static final class Open extends OpenObject<StacksBpf, Open> {
        private Open(@Nullable Path object) {
            super(SPEC, object, StacksBpf::new);
        }
    }

    /** Accessor of an inner map with {@link Stacks.Delta} entries. */
    public static class DeltaMap extends ArrayAccessor<Long, Stacks.Delta> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Long, Stacks.Delta> CODEC = new Entries();

        DeltaMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Long, Stacks.Delta> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Stacks. @Nullable Delta get(long index) {
            return getAt(index);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(long index, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putU32(to, 0, index, "Delta.index");
            return lookup(view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(long index) {
            return containsAt(index);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends DeltaMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Stacks.Delta} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Stacks.Delta> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code index}. */
            public long index() {
                return Scalars.getU32(bytes("Delta.index"), key(0));
            }

            /** Reads the component {@code low}. */
            public int low() {
                return (int) Scalars.getU16(bytes("Delta.low"), value(0));
            }

            /** Reads the component {@code info}. */
            public int info() {
                return (int) Scalars.getU16(bytes("Delta.info"), value(2));
            }
        }

        /**
         * Converts {@link Stacks.Delta} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries extends EntryCodec<Long, Stacks.Delta> {
            Entries() {
                super(/* key */ 4, /* value */ 4);
            }

            @Override
            public Long keyOf(Stacks.Delta entry) {
                return entry.index();
            }

            @Override
            public void writeKey(Long key, ByteBuffer to, int at) {
                Scalars.putU32(to, at, key, "Delta.index");
            }

            @Override
            public Long readKey(ByteBuffer from, int at) {
                return Scalars.getU32(from, at);
            }

            @Override
            public void writeValue(Stacks.Delta entry, ByteBuffer to, int at) {
                Scalars.putU16(to, at, entry.low(), "Delta.low");
                Scalars.putU16(to, at + 2, entry.info(), "Delta.info");
            }

            @Override
            public Stacks.Delta read(Long key, ByteBuffer from, int at) {
                return new Stacks.Delta(key, (int) Scalars.getU16(from, at),
                        (int) Scalars.getU16(from, at + 2));
            }
        }
    }

    /**
     * Accessor of one of the outer maps {@code st_exe_8_deltas}, {@code st_exe_9_deltas}, {@code st_exe_9_more},
     * {@code st_exe_10_deltas}, which {@link Stacks.Exe} declares. Its inner maps have {@link Stacks.Delta} entries.
     */
    public static class ExeMap extends NestAccessor<Long, Long, Stacks.Delta, DeltaMap, DeltaMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(/* bytes */ 8,
                (value, to, at) -> Scalars.putU64(to, at, value),
                (from, at) -> Scalars.getU64(from, at));

        ExeMap(MapBinding binding) {
            super(binding, KEY, DeltaMap.CODEC, DeltaMap::new, DeltaMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Long, Stacks.Delta> entryCodec() {
            return DeltaMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public Stacks. @Nullable Delta get(long id, long index) {
            return getAt(id, index);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(long id, long index, DeltaMap.View view) {
            ByteBuffer to = keys(view);
            Scalars.putU64(to, 0, id);
            Scalars.putU32(to, innerKeyAt(), index, "Delta.index");
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable DeltaMap get(long id) {
            return getAt(id);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(long id) {
            return containsAt(id);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public DeltaMap getOrCreate(long id) {
            return getOrCreateAt(id);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public DeltaMap create(long id) {
            return createAt(id);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public DeltaMap create(long id, long maxEntries) {
            return createAt(id, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public DeltaMap create(long id, Consumer<? super DeltaMap> fill) {
            return createAt(id, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Long, DeltaMap> swap(long id, DeltaMap.Owned map) {
            return swapAt(id, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Long, DeltaMap> swap(long id, Displaced<?, DeltaMap> displaced) {
            return swapAt(id, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Long, DeltaMap> share(long id, DeltaMap map) {
            return shareAt(id, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Long, DeltaMap> rotate(long id) {
            return rotateAt(id);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Long, DeltaMap> take(long id) {
            return takeAt(id);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(long id, Displaced.Action<? super Long, ? super DeltaMap> action) {
            return drainAt(id, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(long id, Displaced.Action<? super Long, ? super DeltaMap> action) {
            return drainLastAt(id, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(long id) {
            return discardAt(id);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends ExeMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Accessor of one of the outer maps {@code st_page}, {@code st_late_page}, which {@link Stacks.Page} declares. Its
     * inner maps have {@link Samples} entries.
     */
    public static class PageMap extends NestAccessor<Stacks.Page, Integer, Samples, SamplesMap, SamplesMap.Owned> {
        private static final Codec<Stacks.Page> KEY = PageCodec.INSTANCE;

        PageMap(MapBinding binding) {
            super(binding, KEY, SamplesMap.CODEC, SamplesMap::new, SamplesMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Integer, Samples> entryCodec() {
            return SamplesMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public @Nullable Samples get(Stacks.Page page, int index) {
            return getAt(page, index);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(Stacks.Page page, int index, SamplesMap.View view) {
            ByteBuffer to = keys(view);
            PageCodec.INSTANCE.write(Scalars.present(page, "Page"), to, 0);
            Scalars.putU32(to, innerKeyAt(), index);
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable SamplesMap get(Stacks.Page page) {
            return getAt(page);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(Stacks.Page page) {
            return containsAt(page);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public SamplesMap getOrCreate(Stacks.Page page) {
            return getOrCreateAt(page);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public SamplesMap create(Stacks.Page page) {
            return createAt(page);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public SamplesMap create(Stacks.Page page, long maxEntries) {
            return createAt(page, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public SamplesMap create(Stacks.Page page, Consumer<? super SamplesMap> fill) {
            return createAt(page, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Stacks.Page, SamplesMap> swap(Stacks.Page page,
                SamplesMap.Owned map) {
            return swapAt(page, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Stacks.Page, SamplesMap> swap(Stacks.Page page,
                Displaced<?, SamplesMap> displaced) {
            return swapAt(page, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Stacks.Page, SamplesMap> share(Stacks.Page page,
                SamplesMap map) {
            return shareAt(page, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Stacks.Page, SamplesMap> rotate(Stacks.Page page) {
            return rotateAt(page);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Stacks.Page, SamplesMap> take(Stacks.Page page) {
            return takeAt(page);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(Stacks.Page page,
                Displaced.Action<? super Stacks.Page, ? super SamplesMap> action) {
            return drainAt(page, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(Stacks.Page page,
                Displaced.Action<? super Stacks.Page, ? super SamplesMap> action) {
            return drainLastAt(page, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(Stacks.Page page) {
            return discardAt(page);
        }

        /** Starts a server that creates the inner maps that programs miss: see {@link #serveMisses}. */
        public OnDemandServer<Stacks.Page> serveRequests(
                OnDemandServer.Listener<Stacks.Page, SamplesMap> listener) {
            return serveMisses(OnDemandServer.Options.defaults(), listener);
        }

        /** Starts a server that creates the inner maps that programs miss: see {@link #serveMisses}. */
        public OnDemandServer<Stacks.Page> serveRequests(OnDemandServer.Options options,
                OnDemandServer.Listener<Stacks.Page, SamplesMap> listener) {
            return serveMisses(options, listener);
        }

        /** Requests an inner map as a program does, but without counting a miss: see {@link #requestAt}. */
        public boolean request(Stacks.Page page) {
            return requestAt(page);
        }

        /** Counts the misses that are in no report yet: see {@link #pendingMisses}. */
        public long pending() {
            return pendingMisses();
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends PageMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Converts {@link Stacks.Page} to and from the bytes of {@code struct st_page_key}. Numbers after {@code at} are
     * offsets in it.
     */
    static final class PageCodec implements Codec<Stacks.Page> {
        /** The only instance, for generated classes. */
        static final PageCodec INSTANCE = new PageCodec();

        private PageCodec() {
        }

        @Override
        public int size() {
            return 8;
        }

        @Override
        public void write(Stacks.Page value, ByteBuffer to, int at) {
            Scalars.putU32(to, at, value.process(), "Page.process");
            Scalars.putU32(to, at + 4, value.page(), "Page.page");
        }

        @Override
        public Stacks.Page read(ByteBuffer from, int at) {
            return new Stacks.Page(Scalars.getU32(from, at), Scalars.getU32(from, at + 4));
        }
    }
}
