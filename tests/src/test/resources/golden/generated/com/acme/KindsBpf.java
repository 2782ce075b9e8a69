package com.acme;

import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.LpmTrieAccessor;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.PinAccess;
import dev.nestmap.runtime.PinOptions;
import dev.nestmap.runtime.spi.Codec;
import dev.nestmap.runtime.spi.EntryCodec;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.runtime.spi.Wire;
import dev.nestmap.runtime.spi.WireValues;
import dev.nestmap.types.Ipv4Prefix;
import java.lang.Long;
import java.lang.Override;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The live maps and programs of {@code kinds.bpf.o}, as {@link Kinds} declares them.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class KindsBpf extends LoadedObject {
    private static final ObjectSpec SPEC = ObjectSpec.of(KindsBpf.class, "kinds", 1);

    private final RoutesMap routes;

    private KindsBpf(ObjectBinding binding) {
        super(binding);
        this.routes = new RoutesMap(binding.map("routes"));
    }

    /**
     * The map {@code routes}.
     */
    public RoutesMap routes() {
        return routes;
    }

    /**
     * Loads {@code META-INF/bpf/kinds.bpf.o} from the class path into the kernel, all of it or nothing.
     */
    public static KindsBpf load() {
        return SPEC.load(KindsBpf::new);
    }

    /**
     * Loads an object file into the kernel, all of it or nothing.
     */
    public static KindsBpf load(Path object) {
        return SPEC.load(object, KindsBpf::new);
    }

    /**
     * The same maps over the heap, for tests without privileges. There are no programs.
     */
    public static KindsBpf inMemory() {
        return SPEC.inMemory(KindsBpf::new);
    }

    /**
     * A live inner map of {@link Kinds.Route} entries.
     */
    public static class RouteMap extends LpmTrieAccessor<Ipv4Prefix, Kinds.Route> {
        /**
         * For generated code.
         */
        static final EntryCodec<Ipv4Prefix, Kinds.Route> CODEC = new Entries();

        RouteMap(MapHandle handle) {
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
            return KindsBpf.SPEC.openPinned("route_map", pin, access, Owned::new);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends RouteMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Ipv4Prefix, Kinds.Route> {
            private static final Codec<Ipv4Prefix> KEY = Codec.of(8,
                    (value, to, at) -> WireValues.putIpv4Prefix(to, at, value, "Route.prefix"),
                    (from, at) -> WireValues.getIpv4Prefix(from, at));

            @Override
            public Codec<Ipv4Prefix> key() {
                return KEY;
            }

            @Override
            public Ipv4Prefix keyOf(Kinds.Route entry) {
                return Wire.present(entry.prefix(), "Route.prefix");
            }

            @Override
            public int valueSize() {
                return 4;
            }

            @Override
            public void writeValue(Kinds.Route entry, ByteBuffer to, int at) {
                Wire.putU32(to, at, entry.via(), "Route.via");
            }

            @Override
            public Kinds.Route read(Ipv4Prefix key, ByteBuffer from, int at) {
                return new Kinds.Route(key, Wire.getU32(from, at));
            }
        }
    }

    /**
     * The live outer map {@code routes} of {@link Kinds.Routes}: inner maps of {@link Kinds.Route} entries.
     */
    public static class RoutesMap extends OuterAccessor<Long, RouteMap, RouteMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(4,
                (value, to, at) -> Wire.putU32(to, at, value, "Routes.tenant"),
                (from, at) -> Wire.getU32(from, at));

        RoutesMap(MapHandle handle) {
            super(handle, KEY, RouteMap::new, RouteMap.Owned::new);
        }

        /**
         * The map {@code routes} of any loaded object, once it is known to be as declared.
         */
        public static RoutesMap in(LoadedObject object) {
            return KindsBpf.SPEC.bind(object, "routes", RoutesMap::new);
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
            return KindsBpf.SPEC.openPinned("routes", pin, access, Owned::new);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return KindsBpf.SPEC.create("routes", Owned::new);
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
            return KindsBpf.SPEC.create("routes", pin, options, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public @Nullable RouteMap get(long tenant) {
            return get((Long) tenant);
        }

        /**
         * {@link #contains(Long)} without a box.
         */
        public boolean contains(long tenant) {
            return contains((Long) tenant);
        }

        /**
         * {@link #getOrCreate(Long)} without a box.
         */
        public RouteMap getOrCreate(long tenant) {
            return getOrCreate((Long) tenant);
        }

        /**
         * {@link #create(Long)} without a box.
         */
        public RouteMap create(long tenant) {
            return create((Long) tenant);
        }

        /**
         * {@link #create(Long, Consumer)} without a box.
         */
        public RouteMap create(long tenant, Consumer<? super RouteMap> fill) {
            return create((Long) tenant, fill);
        }

        /**
         * {@link #put(Long, RouteMap.Owned)} without a box.
         */
        public void put(long tenant, RouteMap.Owned map) {
            put((Long) tenant, map);
        }

        /**
         * {@link #swap(Long, RouteMap.Owned)} without a box.
         */
        public RouteMap. @Nullable Owned swap(long tenant, RouteMap.Owned map) {
            return swap((Long) tenant, map);
        }

        /**
         * {@link #share(Long, RouteMap)} without a box.
         */
        public void share(long tenant, RouteMap map) {
            share((Long) tenant, map);
        }

        /**
         * {@link #rotate(Long)} without a box.
         */
        public RouteMap. @Nullable Owned rotate(long tenant) {
            return rotate((Long) tenant);
        }

        /**
         * {@link #rotate(Long, Exactness)} without a box.
         */
        public RouteMap. @Nullable Owned rotate(long tenant, Exactness exactness) {
            return rotate((Long) tenant, exactness);
        }

        /**
         * {@link #take(Long)} without a box.
         */
        public RouteMap. @Nullable Owned take(long tenant) {
            return take((Long) tenant);
        }

        /**
         * {@link #take(Long, Exactness)} without a box.
         */
        public RouteMap. @Nullable Owned take(long tenant, Exactness exactness) {
            return take((Long) tenant, exactness);
        }

        /**
         * {@link #remove(Long)} without a box.
         */
        public boolean remove(long tenant) {
            return remove((Long) tenant);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public Kinds. @Nullable Route get(long tenant, Ipv4Prefix prefix) {
            return getInner(tenant, prefix, RouteMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends RoutesMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }
    }
}
