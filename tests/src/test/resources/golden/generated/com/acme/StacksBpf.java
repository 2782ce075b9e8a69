package com.acme;

import com.acme.net.Samples;
import com.acme.net.SamplesMap;
import dev.nestmap.runtime.ArrayAccessor;
import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OnDemandAccessor;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.BoundObject;
import dev.nestmap.runtime.spi.MapFamily;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Long;
import java.lang.Override;
import java.lang.String;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The live maps and programs of {@code stacks.bpf.o}, as {@link Stacks} declares them.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class StacksBpf extends LoadedObject {
    private static final ObjectSpec SPEC = ObjectSpec.of(StacksBpf.class, "stacks", 1)
            .pinned("st_exe_8_deltas", "exe_8", false);

    private final ExeMap exe8Deltas;

    private final ExeMap exe9Deltas;

    private final ExeMap exe9More;

    private final ExeMap exe10Deltas;

    private final PageMap page;

    private final PageMap latePage;

    private StacksBpf(BoundObject binding) {
        super(binding);
        this.exe8Deltas = new ExeMap(binding.map("st_exe_8_deltas"));
        this.exe9Deltas = new ExeMap(binding.map("st_exe_9_deltas"));
        this.exe9More = new ExeMap(binding.map("st_exe_9_more"));
        this.exe10Deltas = new ExeMap(binding.map("st_exe_10_deltas"));
        this.page = new PageMap(binding.map("st_page"));
        this.latePage = new PageMap(binding.map("st_late_page"));
    }

    /**
     * The map {@code st_exe_8_deltas}.
     */
    public ExeMap exe8Deltas() {
        return exe8Deltas;
    }

    /**
     * The map {@code st_exe_9_deltas}.
     */
    public ExeMap exe9Deltas() {
        return exe9Deltas;
    }

    /**
     * The map {@code st_exe_9_more}.
     */
    public ExeMap exe9More() {
        return exe9More;
    }

    /**
     * The map {@code st_exe_10_deltas}.
     */
    public ExeMap exe10Deltas() {
        return exe10Deltas;
    }

    /**
     * The map {@code st_page}.
     */
    public PageMap page() {
        return page;
    }

    /**
     * The map {@code st_late_page}.
     */
    public PageMap latePage() {
        return latePage;
    }

    /**
     * Loads {@code META-INF/bpf/stacks.bpf.o} from the class path into the kernel, all of it or nothing.
     */
    public static StacksBpf load() {
        return SPEC.load(StacksBpf::new);
    }

    /**
     * Loads an object file into the kernel, all of it or nothing.
     */
    public static StacksBpf load(Path object) {
        return SPEC.load(object, StacksBpf::new);
    }

    /**
     * Loads {@code META-INF/bpf/stacks.bpf.o} from the class path into the kernel, all of it or nothing.
     *
     * @param pins where maps are pinned, and who may open the pins
     */
    public static StacksBpf load(PinOptions pins) {
        return SPEC.load(pins, StacksBpf::new);
    }

    /**
     * Loads an object file into the kernel, all of it or nothing.
     *
     * @param pins where maps are pinned, and who may open the pins
     */
    public static StacksBpf load(Path object, PinOptions pins) {
        return SPEC.load(object, pins, StacksBpf::new);
    }

    /**
     * The same maps over the heap, for tests without privileges. There are no programs.
     */
    public static StacksBpf inMemory() {
        return SPEC.inMemory(StacksBpf::new);
    }

    /**
     * A live inner map of {@link Stacks.Delta} entries.
     */
    public static class DeltaMap extends ArrayAccessor<Long, Stacks.Delta> {
        /**
         * For generated code.
         */
        static final EntryCodec<Long, Stacks.Delta> CODEC = new Entries();

        DeltaMap(MapHandle handle) {
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
            return StacksBpf.SPEC.openPinned("st_delta_map", pin, access, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public Stacks. @Nullable Delta get(long index) {
            return get((Long) index);
        }

        /**
         * {@link #contains(Long)} without a box.
         */
        public boolean contains(long index) {
            return contains((Long) index);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends DeltaMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Long, Stacks.Delta> {
            private static final Codec<Long> KEY = Codec.of(4,
                    (value, to, at) -> Wire.putU32(to, at, value, "Delta.index"),
                    (from, at) -> Wire.getU32(from, at));

            @Override
            public Codec<Long> key() {
                return KEY;
            }

            @Override
            public Long keyOf(Stacks.Delta entry) {
                return entry.index();
            }

            @Override
            public int valueSize() {
                return 4;
            }

            @Override
            public void writeValue(Stacks.Delta entry, ByteBuffer to, int at) {
                Wire.putU16(to, at, entry.low(), "Delta.low");
                Wire.putU16(to, at + 2, entry.info(), "Delta.info");
            }

            @Override
            public Stacks.Delta read(Long key, ByteBuffer from, int at) {
                return new Stacks.Delta(key, (int) Wire.getU16(from, at),
                        (int) Wire.getU16(from, at + 2));
            }
        }
    }

    /**
     * A live outer map of {@link Stacks.Exe}, which is any of {@link #MAPS}: inner maps of {@link Stacks.Delta} entries.
     */
    public static class ExeMap extends OuterAccessor<Long, DeltaMap, DeltaMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(8,
                (value, to, at) -> Wire.putU64(to, at, value), (from, at) -> Wire.getU64(from, at));

        /**
         * The names of the maps, in order of declaration.
         */
        public static final List<String> MAPS = List.of("st_exe_8_deltas", "st_exe_9_deltas",
                "st_exe_9_more", "st_exe_10_deltas");

        ExeMap(MapHandle handle) {
            super(handle, KEY, DeltaMap::new, DeltaMap.Owned::new);
        }

        /**
         * One of {@link #MAPS} of any loaded object, once it is known to be as declared.
         */
        public static ExeMap in(LoadedObject object, String map) {
            return bind(StacksBpf.SPEC, object, MapFamily.member(MAPS, map), ExeMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(String map, Path pin) {
            return openPinned(map, pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(String map, Path pin, PinAccess access) {
            return StacksBpf.SPEC.openPinned(MapFamily.member(MAPS, map), pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(String map, Path pin, PinOptions options,
                Migration migration) {
            return StacksBpf.SPEC.migrate(MapFamily.member(MAPS, map), pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create(String map) {
            return StacksBpf.SPEC.newMap(MapFamily.member(MAPS, map), Owned::new);
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         */
        public static Owned create(String map, Path pin) {
            return create(map, pin, PinOptions.asDeclared());
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         *
         * @param options who may open the pin
         */
        public static Owned create(String map, Path pin, PinOptions options) {
            return StacksBpf.SPEC.newMap(MapFamily.member(MAPS, map), pin, options, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public @Nullable DeltaMap get(long id) {
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
        public DeltaMap getOrCreate(long id) {
            return getOrCreate((Long) id);
        }

        /**
         * {@link #create(Long)} without a box.
         */
        public DeltaMap create(long id) {
            return create((Long) id);
        }

        /**
         * {@link #create(Long, Consumer)} without a box.
         */
        public DeltaMap create(long id, Consumer<? super DeltaMap> fill) {
            return create((Long) id, fill);
        }

        /**
         * {@link #put(Long, DeltaMap.Owned)} without a box.
         */
        public void put(long id, DeltaMap.Owned map) {
            put((Long) id, map);
        }

        /**
         * {@link #swap(Long, DeltaMap.Owned)} without a box.
         */
        public DeltaMap. @Nullable Owned swap(long id, DeltaMap.Owned map) {
            return swap((Long) id, map);
        }

        /**
         * {@link #share(Long, DeltaMap)} without a box.
         */
        public void share(long id, DeltaMap map) {
            share((Long) id, map);
        }

        /**
         * {@link #rotate(Long)} without a box.
         */
        public DeltaMap. @Nullable Owned rotate(long id) {
            return rotate((Long) id);
        }

        /**
         * {@link #rotate(Long, Exactness)} without a box.
         */
        public DeltaMap. @Nullable Owned rotate(long id, Exactness exactness) {
            return rotate((Long) id, exactness);
        }

        /**
         * {@link #take(Long)} without a box.
         */
        public DeltaMap. @Nullable Owned take(long id) {
            return take((Long) id);
        }

        /**
         * {@link #take(Long, Exactness)} without a box.
         */
        public DeltaMap. @Nullable Owned take(long id, Exactness exactness) {
            return take((Long) id, exactness);
        }

        /**
         * {@link #remove(Long)} without a box.
         */
        public boolean remove(long id) {
            return remove((Long) id);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public Stacks. @Nullable Delta get(long id, long index) {
            return getInner(id, index, DeltaMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends ExeMap implements OwnedMap {
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
     * A live outer map of {@link Stacks.Page}, which is any of {@link #MAPS}: inner maps of {@link Samples} entries.
     */
    public static class PageMap extends OnDemandAccessor<Stacks.Page, SamplesMap, SamplesMap.Owned> {
        private static final Codec<Stacks.Page> KEY = PageCodec.INSTANCE;

        /**
         * The names of the maps, in order of declaration.
         */
        public static final List<String> MAPS = List.of("st_page", "st_late_page");

        PageMap(MapHandle handle) {
            super(handle, KEY, SamplesMap::new, SamplesMap.Owned::new);
        }

        /**
         * One of {@link #MAPS} of any loaded object, once it is known to be as declared.
         */
        public static PageMap in(LoadedObject object, String map) {
            return bind(StacksBpf.SPEC, object, MapFamily.member(MAPS, map), PageMap::new);
        }

        /**
         * The pinned map at a path, to be read and written, once it is known to be as declared. It takes no object file.
         */
        public static Owned openPinned(String map, Path pin) {
            return openPinned(map, pin, PinAccess.READ_WRITE);
        }

        /**
         * The pinned map at a path, once it is known to be as declared. For {@link PinAccess#READ_ONLY} it takes no privileges but to read the pin.
         */
        public static Owned openPinned(String map, Path pin, PinAccess access) {
            return StacksBpf.SPEC.openPinned(MapFamily.member(MAPS, map), pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(String map, Path pin, PinOptions options,
                Migration migration) {
            return StacksBpf.SPEC.migrate(MapFamily.member(MAPS, map), pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create(String map) {
            return StacksBpf.SPEC.newMap(MapFamily.member(MAPS, map), Owned::new);
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         */
        public static Owned create(String map, Path pin) {
            return create(map, pin, PinOptions.asDeclared());
        }

        /**
         * A new, empty map that other processes, and objects, find by its pin.
         *
         * @param options who may open the pin
         */
        public static Owned create(String map, Path pin, PinOptions options) {
            return StacksBpf.SPEC.newMap(MapFamily.member(MAPS, map), pin, options, Owned::new);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public @Nullable Samples get(Stacks.Page page, int index) {
            return getInner(page, index, SamplesMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends PageMap implements OwnedMap {
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
     * Writes and reads {@code struct st_page_key} as {@link Stacks.Page}.
     */
    static final class PageCodec implements Codec<Stacks.Page> {
        /**
         * For generated code.
         */
        static final PageCodec INSTANCE = new PageCodec();

        private PageCodec() {
        }

        @Override
        public int size() {
            return 8;
        }

        @Override
        public void write(Stacks.Page value, ByteBuffer to, int at) {
            Wire.putU32(to, at, value.process(), "Page.process");
            Wire.putU32(to, at + 4, value.page(), "Page.page");
        }

        @Override
        public Stacks.Page read(ByteBuffer from, int at) {
            return new Stacks.Page(Wire.getU32(from, at), Wire.getU32(from, at + 4));
        }
    }
}
