package com.acme;

import dev.nestmap.runtime.DescriptorAccessor;
import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.LpmTrieAccessor;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.RemovableAccessor;
import dev.nestmap.runtime.RingBufferAccessor;
import dev.nestmap.runtime.StackTraceAccessor;
import dev.nestmap.runtime.StorageAccessor;
import dev.nestmap.runtime.UserRingBufferAccessor;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.codec.WireArrays;
import dev.nestmap.runtime.codec.WireValues;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.BoundObject;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.types.Ipv4Prefix;
import java.lang.Integer;
import java.lang.InterruptedException;
import java.lang.Long;
import java.lang.Override;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;
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

    private final EventsMap events;

    private final PortsMap ports;

    private final StackMap stack;

    private final PeerMap peer;

    private final SessionsMap sessions;

    private final JobMap job;

    private final CommandMap command;

    private KindsBpf(BoundObject binding) {
        super(binding);
        this.routes = new RoutesMap(binding.map("routes"));
        this.events = new EventsMap(binding.map("events"));
        this.ports = new PortsMap(binding.map("ports"));
        this.stack = new StackMap(binding.map("stack"));
        this.peer = new PeerMap(binding.map("peer"));
        this.sessions = new SessionsMap(binding.map("sessions"));
        this.job = new JobMap(binding.map("job"));
        this.command = new CommandMap(binding.map("command"));
    }

    /**
     * The map {@code routes}.
     */
    public RoutesMap routes() {
        return routes;
    }

    /**
     * The map {@code events}.
     */
    public EventsMap events() {
        return events;
    }

    /**
     * The map {@code ports}.
     */
    public PortsMap ports() {
        return ports;
    }

    /**
     * The map {@code stack}.
     */
    public StackMap stack() {
        return stack;
    }

    /**
     * The map {@code peer}.
     */
    public PeerMap peer() {
        return peer;
    }

    /**
     * The map {@code sessions}.
     */
    public SessionsMap sessions() {
        return sessions;
    }

    /**
     * The map {@code job}.
     */
    public JobMap job() {
        return job;
    }

    /**
     * The map {@code command}.
     */
    public CommandMap command() {
        return command;
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
     * A live inner map of {@link Kinds.Event} entries.
     */
    public static class EventMap extends RingBufferAccessor<Kinds.Event> {
        private static final Codec<Kinds.Event> CODEC = new Entries();

        EventMap(MapHandle handle) {
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
            return KindsBpf.SPEC.openPinned("event_map", pin, access, Owned::new);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends EventMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements Codec<Kinds.Event> {
            @Override
            public int size() {
                return 16;
            }

            @Override
            public void write(Kinds.Event value, ByteBuffer to, int at) {
                Wire.putU64(to, at, value.at());
                Wire.putU8(to, at + 8, value.code(), "Event.code");
                Wire.zero(to, at + 9, 7);
            }

            @Override
            public Kinds.Event read(ByteBuffer from, int at) {
                return new Kinds.Event(Wire.getU64(from, at), (int) Wire.getU8(from, at + 8));
            }
        }
    }

    /**
     * A live inner map of {@link Kinds.Port} entries.
     */
    public static class PortMap extends RemovableAccessor<Integer, Kinds.Port> {
        /**
         * For generated code.
         */
        static final EntryCodec<Integer, Kinds.Port> CODEC = new Entries();

        PortMap(MapHandle handle) {
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
            return KindsBpf.SPEC.openPinned("port_map", pin, access, Owned::new);
        }

        /**
         * {@link #get(Integer)} without a box.
         */
        public Kinds. @Nullable Port get(int index) {
            return get((Integer) index);
        }

        /**
         * {@link #contains(Integer)} without a box.
         */
        public boolean contains(int index) {
            return contains((Integer) index);
        }

        /**
         * {@link #remove(Integer)} without a box.
         */
        public boolean remove(int index) {
            return remove((Integer) index);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends PortMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Integer, Kinds.Port> {
            private static final Codec<Integer> KEY = Codec.of(4,
                    (value, to, at) -> Wire.putS32(to, at, value),
                    (from, at) -> (int) Wire.getS32(from, at));

            @Override
            public Codec<Integer> key() {
                return KEY;
            }

            @Override
            public Integer keyOf(Kinds.Port entry) {
                return entry.index();
            }

            @Override
            public int valueSize() {
                return 4;
            }

            @Override
            public void writeValue(Kinds.Port entry, ByteBuffer to, int at) {
                Wire.putU32(to, at, entry.device(), "Port.device");
            }

            @Override
            public Kinds.Port read(Integer key, ByteBuffer from, int at) {
                return new Kinds.Port(key, Wire.getU32(from, at));
            }
        }
    }

    /**
     * A live inner map of {@link Kinds.Session} entries.
     */
    public static class SessionMap extends StorageAccessor<Kinds.Session> {
        private static final Codec<Kinds.Session> CODEC = new Entries();

        SessionMap(MapHandle handle) {
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
            return KindsBpf.SPEC.openPinned("session_map", pin, access, Owned::new);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends SessionMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements Codec<Kinds.Session> {
            @Override
            public int size() {
                return 24;
            }

            @Override
            public void write(Kinds.Session value, ByteBuffer to, int at) {
                Wire.putU64(to, at, value.packets());
                Wire.putU64(to, at + 8, value.bytes());
                Wire.zero(to, at + 20, 4);
                Wire.zero(to, at + 16, 4);
            }

            @Override
            public Kinds.Session read(ByteBuffer from, int at) {
                return new Kinds.Session(Wire.getU64(from, at), Wire.getU64(from, at + 8));
            }

            @Override
            public boolean locked() {
                return true;
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
            return bind(KindsBpf.SPEC, object, "routes", RoutesMap::new);
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
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return KindsBpf.SPEC.migrate("routes", pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return KindsBpf.SPEC.newMap("routes", Owned::new);
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
            return KindsBpf.SPEC.newMap("routes", pin, options, Owned::new);
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

    /**
     * The live outer map {@code events} of {@link Kinds.Events}: inner maps of {@link Kinds.Event} entries.
     */
    public static class EventsMap extends OuterAccessor<Long, EventMap, EventMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(4,
                (value, to, at) -> Wire.putU32(to, at, value, "Events.tenant"),
                (from, at) -> Wire.getU32(from, at));

        EventsMap(MapHandle handle) {
            super(handle, KEY, EventMap::new, EventMap.Owned::new);
        }

        /**
         * The map {@code events} of any loaded object, once it is known to be as declared.
         */
        public static EventsMap in(LoadedObject object) {
            return bind(KindsBpf.SPEC, object, "events", EventsMap::new);
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
            return KindsBpf.SPEC.openPinned("events", pin, access, Owned::new);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return KindsBpf.SPEC.newMap("events", Owned::new);
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
            return KindsBpf.SPEC.newMap("events", pin, options, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public @Nullable EventMap get(long tenant) {
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
        public EventMap getOrCreate(long tenant) {
            return getOrCreate((Long) tenant);
        }

        /**
         * {@link #create(Long)} without a box.
         */
        public EventMap create(long tenant) {
            return create((Long) tenant);
        }

        /**
         * {@link #create(Long, Consumer)} without a box.
         */
        public EventMap create(long tenant, Consumer<? super EventMap> fill) {
            return create((Long) tenant, fill);
        }

        /**
         * {@link #put(Long, EventMap.Owned)} without a box.
         */
        public void put(long tenant, EventMap.Owned map) {
            put((Long) tenant, map);
        }

        /**
         * {@link #swap(Long, EventMap.Owned)} without a box.
         */
        public EventMap. @Nullable Owned swap(long tenant, EventMap.Owned map) {
            return swap((Long) tenant, map);
        }

        /**
         * {@link #share(Long, EventMap)} without a box.
         */
        public void share(long tenant, EventMap map) {
            share((Long) tenant, map);
        }

        /**
         * {@link #rotate(Long)} without a box.
         */
        public EventMap. @Nullable Owned rotate(long tenant) {
            return rotate((Long) tenant);
        }

        /**
         * {@link #rotate(Long, Exactness)} without a box.
         */
        public EventMap. @Nullable Owned rotate(long tenant, Exactness exactness) {
            return rotate((Long) tenant, exactness);
        }

        /**
         * {@link #take(Long)} without a box.
         */
        public EventMap. @Nullable Owned take(long tenant) {
            return take((Long) tenant);
        }

        /**
         * {@link #take(Long, Exactness)} without a box.
         */
        public EventMap. @Nullable Owned take(long tenant, Exactness exactness) {
            return take((Long) tenant, exactness);
        }

        /**
         * {@link #remove(Long)} without a box.
         */
        public boolean remove(long tenant) {
            return remove((Long) tenant);
        }

        /**
         * Takes every event out of the inner ring buffers and shows it with the key of its map, oldest first of each. Waits
         * for the first one, as long as the timeout at most.
         *
         * @return how many there were
         */
        public long consume(Duration timeout, BiConsumer<? super Long, ? super Kinds.Event> action)
                throws InterruptedException {
            return consumeInners(this, timeout, action);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends EventsMap implements OwnedMap {
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
     * The live outer map {@code ports} of {@link Kinds.Ports}: inner maps of {@link Kinds.Port} entries.
     */
    public static class PortsMap extends OuterAccessor<Long, PortMap, PortMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(4,
                (value, to, at) -> Wire.putU32(to, at, value, "Ports.tenant"),
                (from, at) -> Wire.getU32(from, at));

        PortsMap(MapHandle handle) {
            super(handle, KEY, PortMap::new, PortMap.Owned::new);
        }

        /**
         * The map {@code ports} of any loaded object, once it is known to be as declared.
         */
        public static PortsMap in(LoadedObject object) {
            return bind(KindsBpf.SPEC, object, "ports", PortsMap::new);
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
            return KindsBpf.SPEC.openPinned("ports", pin, access, Owned::new);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return KindsBpf.SPEC.newMap("ports", Owned::new);
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
            return KindsBpf.SPEC.newMap("ports", pin, options, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public @Nullable PortMap get(long tenant) {
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
        public PortMap getOrCreate(long tenant) {
            return getOrCreate((Long) tenant);
        }

        /**
         * {@link #create(Long)} without a box.
         */
        public PortMap create(long tenant) {
            return create((Long) tenant);
        }

        /**
         * {@link #create(Long, Consumer)} without a box.
         */
        public PortMap create(long tenant, Consumer<? super PortMap> fill) {
            return create((Long) tenant, fill);
        }

        /**
         * {@link #put(Long, PortMap.Owned)} without a box.
         */
        public void put(long tenant, PortMap.Owned map) {
            put((Long) tenant, map);
        }

        /**
         * {@link #swap(Long, PortMap.Owned)} without a box.
         */
        public PortMap. @Nullable Owned swap(long tenant, PortMap.Owned map) {
            return swap((Long) tenant, map);
        }

        /**
         * {@link #share(Long, PortMap)} without a box.
         */
        public void share(long tenant, PortMap map) {
            share((Long) tenant, map);
        }

        /**
         * {@link #rotate(Long)} without a box.
         */
        public PortMap. @Nullable Owned rotate(long tenant) {
            return rotate((Long) tenant);
        }

        /**
         * {@link #rotate(Long, Exactness)} without a box.
         */
        public PortMap. @Nullable Owned rotate(long tenant, Exactness exactness) {
            return rotate((Long) tenant, exactness);
        }

        /**
         * {@link #take(Long)} without a box.
         */
        public PortMap. @Nullable Owned take(long tenant) {
            return take((Long) tenant);
        }

        /**
         * {@link #take(Long, Exactness)} without a box.
         */
        public PortMap. @Nullable Owned take(long tenant, Exactness exactness) {
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
        public Kinds. @Nullable Port get(long tenant, int index) {
            return getInner(tenant, index, PortMap.CODEC);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends PortsMap implements OwnedMap {
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
     * A live map {@code stack} of {@link Kinds.Stack} entries.
     */
    public static class StackMap extends StackTraceAccessor<Long, Kinds.Stack> {
        /**
         * For generated code.
         */
        static final EntryCodec<Long, Kinds.Stack> CODEC = new Entries();

        StackMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code stack} of any loaded object, once it is known to be as declared.
         */
        public static StackMap in(LoadedObject object) {
            return bind(KindsBpf.SPEC, object, "stack", StackMap::new);
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
            return KindsBpf.SPEC.openPinned("stack", pin, access, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public Kinds. @Nullable Stack get(long id) {
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
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends StackMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Long, Kinds.Stack> {
            private static final Codec<Long> KEY = Codec.of(4,
                    (value, to, at) -> Wire.putU32(to, at, value, "Stack.id"),
                    (from, at) -> Wire.getU32(from, at));

            @Override
            public Codec<Long> key() {
                return KEY;
            }

            @Override
            public Long keyOf(Kinds.Stack entry) {
                return entry.id();
            }

            @Override
            public int valueSize() {
                return 128;
            }

            @Override
            public void writeValue(Kinds.Stack entry, ByteBuffer to, int at) {
                WireArrays.putLongs(to, at, entry.addresses(), 16, "Stack.addresses");
            }

            @Override
            public Kinds.Stack read(Long key, ByteBuffer from, int at) {
                return new Kinds.Stack(key, WireArrays.getLongs(from, at, 16));
            }
        }
    }

    /**
     * A live map {@code peer} of {@link Kinds.Peer} entries.
     */
    public static class PeerMap extends DescriptorAccessor<Integer, Kinds.Peer> {
        /**
         * For generated code.
         */
        static final EntryCodec<Integer, Kinds.Peer> CODEC = new Entries();

        PeerMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code peer} of any loaded object, once it is known to be as declared.
         */
        public static PeerMap in(LoadedObject object) {
            return bind(KindsBpf.SPEC, object, "peer", PeerMap::new);
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
            return KindsBpf.SPEC.openPinned("peer", pin, access, Owned::new);
        }

        /**
         * {@link #remove(Integer)} without a box.
         */
        public boolean remove(int index) {
            return remove((Integer) index);
        }

        /**
         * {@link #put(Integer, int)} without a box.
         */
        public void put(int index, int descriptor) {
            put((Integer) index, descriptor);
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

        private static final class Entries implements EntryCodec<Integer, Kinds.Peer> {
            private static final Codec<Integer> KEY = Codec.of(4,
                    (value, to, at) -> Wire.putS32(to, at, value),
                    (from, at) -> (int) Wire.getS32(from, at));

            @Override
            public Codec<Integer> key() {
                return KEY;
            }

            @Override
            public Integer keyOf(Kinds.Peer entry) {
                return entry.index();
            }

            @Override
            public int valueSize() {
                return 8;
            }

            @Override
            public void writeValue(Kinds.Peer entry, ByteBuffer to, int at) {
            }

            @Override
            public Kinds.Peer read(Integer key, ByteBuffer from, int at) {
                return new Kinds.Peer(key);
            }
        }
    }

    /**
     * The live outer map {@code sessions} of {@link Kinds.Sessions}: inner maps of {@link Kinds.Session} entries.
     */
    public static class SessionsMap extends OuterAccessor<Long, SessionMap, SessionMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(4,
                (value, to, at) -> Wire.putU32(to, at, value, "Sessions.tenant"),
                (from, at) -> Wire.getU32(from, at));

        SessionsMap(MapHandle handle) {
            super(handle, KEY, SessionMap::new, SessionMap.Owned::new);
        }

        /**
         * The map {@code sessions} of any loaded object, once it is known to be as declared.
         */
        public static SessionsMap in(LoadedObject object) {
            return bind(KindsBpf.SPEC, object, "sessions", SessionsMap::new);
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
            return KindsBpf.SPEC.openPinned("sessions", pin, access, Owned::new);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return KindsBpf.SPEC.newMap("sessions", Owned::new);
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
            return KindsBpf.SPEC.newMap("sessions", pin, options, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public @Nullable SessionMap get(long tenant) {
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
        public SessionMap getOrCreate(long tenant) {
            return getOrCreate((Long) tenant);
        }

        /**
         * {@link #create(Long)} without a box.
         */
        public SessionMap create(long tenant) {
            return create((Long) tenant);
        }

        /**
         * {@link #create(Long, Consumer)} without a box.
         */
        public SessionMap create(long tenant, Consumer<? super SessionMap> fill) {
            return create((Long) tenant, fill);
        }

        /**
         * {@link #put(Long, SessionMap.Owned)} without a box.
         */
        public void put(long tenant, SessionMap.Owned map) {
            put((Long) tenant, map);
        }

        /**
         * {@link #swap(Long, SessionMap.Owned)} without a box.
         */
        public SessionMap. @Nullable Owned swap(long tenant, SessionMap.Owned map) {
            return swap((Long) tenant, map);
        }

        /**
         * {@link #share(Long, SessionMap)} without a box.
         */
        public void share(long tenant, SessionMap map) {
            share((Long) tenant, map);
        }

        /**
         * {@link #rotate(Long)} without a box.
         */
        public SessionMap. @Nullable Owned rotate(long tenant) {
            return rotate((Long) tenant);
        }

        /**
         * {@link #rotate(Long, Exactness)} without a box.
         */
        public SessionMap. @Nullable Owned rotate(long tenant, Exactness exactness) {
            return rotate((Long) tenant, exactness);
        }

        /**
         * {@link #take(Long)} without a box.
         */
        public SessionMap. @Nullable Owned take(long tenant) {
            return take((Long) tenant);
        }

        /**
         * {@link #take(Long, Exactness)} without a box.
         */
        public SessionMap. @Nullable Owned take(long tenant, Exactness exactness) {
            return take((Long) tenant, exactness);
        }

        /**
         * {@link #remove(Long)} without a box.
         */
        public boolean remove(long tenant) {
            return remove((Long) tenant);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends SessionsMap implements OwnedMap {
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
     * A live map {@code job} of {@link Kinds.Job} entries.
     */
    public static class JobMap extends StorageAccessor<Kinds.Job> {
        private static final Codec<Kinds.Job> CODEC = new Entries();

        JobMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code job} of any loaded object, once it is known to be as declared.
         */
        public static JobMap in(LoadedObject object) {
            return bind(KindsBpf.SPEC, object, "job", JobMap::new);
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
            return KindsBpf.SPEC.openPinned("job", pin, access, Owned::new);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends JobMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements Codec<Kinds.Job> {
            @Override
            public int size() {
                return 8;
            }

            @Override
            public void write(Kinds.Job value, ByteBuffer to, int at) {
                Wire.putU64(to, at, value.runs());
            }

            @Override
            public Kinds.Job read(ByteBuffer from, int at) {
                return new Kinds.Job(Wire.getU64(from, at));
            }
        }
    }

    /**
     * A live map {@code command} of {@link Kinds.Command} entries.
     */
    public static class CommandMap extends UserRingBufferAccessor<Kinds.Command> {
        private static final Codec<Kinds.Command> CODEC = new Entries();

        CommandMap(MapHandle handle) {
            super(handle, CODEC);
        }

        /**
         * The map {@code command} of any loaded object, once it is known to be as declared.
         */
        public static CommandMap in(LoadedObject object) {
            return bind(KindsBpf.SPEC, object, "command", CommandMap::new);
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
            return KindsBpf.SPEC.openPinned("command", pin, access, Owned::new);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends CommandMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements Codec<Kinds.Command> {
            @Override
            public int size() {
                return 4;
            }

            @Override
            public void write(Kinds.Command value, ByteBuffer to, int at) {
                Wire.putU32(to, at, value.number(), "Command.number");
            }

            @Override
            public Kinds.Command read(ByteBuffer from, int at) {
                return new Kinds.Command(Wire.getU32(from, at));
            }
        }
    }
}
