package com.acme;

import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.DeclaredOuterMap;
import dev.nestmap.runtime.DescriptorAccessor;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.LpmTrieAccessor;
import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.OpenObject;
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
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.types.Ipv4Prefix;
import java.lang.Integer;
import java.lang.InterruptedException;
import java.lang.Long;
import java.lang.Object;
import java.lang.Override;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The maps and programs of {@code kinds.bpf.o}, which {@link Kinds} declares. */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class KindsBpf extends LoadedObject {
    /** Version of the interface between this class and the runtime. */
    private static final int INTERFACE_VERSION = 1;

    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(KindsBpf.class, "kinds", INTERFACE_VERSION);

    /** The map {@code route_map}, before it is opened. */
    public static final DeclaredMap<RouteMap, RouteMap.Owned> ROUTE_MAP = new DeclaredMap<>(SPEC,
            "route_map", RouteMap::new, RouteMap.Owned::new);

    /** The map {@code event_map}, before it is opened. */
    public static final DeclaredMap<EventMap, EventMap.Owned> EVENT_MAP = new DeclaredMap<>(SPEC,
            "event_map", EventMap::new, EventMap.Owned::new);

    /** The map {@code port_map}, before it is opened. */
    public static final DeclaredMap<PortMap, PortMap.Owned> PORT_MAP = new DeclaredMap<>(SPEC,
            "port_map", PortMap::new, PortMap.Owned::new);

    /** The map {@code session_map}, before it is opened. */
    public static final DeclaredMap<SessionMap, SessionMap.Owned> SESSION_MAP = new DeclaredMap<>(
            SPEC, "session_map", SessionMap::new, SessionMap.Owned::new);

    /** The outer map {@code routes}, before it is opened. */
    public static final DeclaredOuterMap<RoutesMap, RoutesMap.Owned> ROUTES_MAP = new DeclaredOuterMap<>(
            SPEC, "routes", RoutesMap::new, RoutesMap.Owned::new);

    /** The outer map {@code events}, before it is opened. */
    public static final DeclaredOuterMap<EventsMap, EventsMap.Owned> EVENTS_MAP = new DeclaredOuterMap<>(
            SPEC, "events", EventsMap::new, EventsMap.Owned::new);

    /** The outer map {@code ports}, before it is opened. */
    public static final DeclaredOuterMap<PortsMap, PortsMap.Owned> PORTS_MAP = new DeclaredOuterMap<>(
            SPEC, "ports", PortsMap::new, PortsMap.Owned::new);

    /** The map {@code stack}, before it is opened. */
    public static final DeclaredMap<StackMap, StackMap.Owned> STACK_MAP = new DeclaredMap<>(SPEC,
            "stack", StackMap::new, StackMap.Owned::new);

    /** The map {@code peer}, before it is opened. */
    public static final DeclaredMap<PeerMap, PeerMap.Owned> PEER_MAP = new DeclaredMap<>(SPEC,
            "peer", PeerMap::new, PeerMap.Owned::new);

    /** The outer map {@code sessions}, before it is opened. */
    public static final DeclaredOuterMap<SessionsMap, SessionsMap.Owned> SESSIONS_MAP = new DeclaredOuterMap<>(
            SPEC, "sessions", SessionsMap::new, SessionsMap.Owned::new);

    /** The map {@code job}, before it is opened. */
    public static final DeclaredMap<JobMap, JobMap.Owned> JOB_MAP = new DeclaredMap<>(SPEC, "job",
            JobMap::new, JobMap.Owned::new);

    /** The map {@code command}, before it is opened. */
    public static final DeclaredMap<CommandMap, CommandMap.Owned> COMMAND_MAP = new DeclaredMap<>(
            SPEC, "command", CommandMap::new, CommandMap.Owned::new);

    private final RoutesMap routes;

    private final EventsMap events;

    private final PortsMap ports;

    private final StackMap stack;

    private final PeerMap peer;

    private final SessionsMap sessions;

    private final JobMap job;

    private final CommandMap command;

    private KindsBpf(ObjectBinding object) {
        super(object);
        this.routes = map(ROUTES_MAP);
        this.events = map(EVENTS_MAP);
        this.ports = map(PORTS_MAP);
        this.stack = map(STACK_MAP);
        this.peer = map(PEER_MAP);
        this.sessions = map(SESSIONS_MAP);
        this.job = map(JOB_MAP);
        this.command = map(COMMAND_MAP);
    }

    /** Returns the map {@code routes}. */
    public RoutesMap routes() {
        return routes;
    }

    /** Returns the map {@code events}. */
    public EventsMap events() {
        return events;
    }

    /** Returns the map {@code ports}. */
    public PortsMap ports() {
        return ports;
    }

    /** Returns the map {@code stack}. */
    public StackMap stack() {
        return stack;
    }

    /** Returns the map {@code peer}. */
    public PeerMap peer() {
        return peer;
    }

    /** Returns the map {@code sessions}. */
    public SessionsMap sessions() {
        return sessions;
    }

    /** Returns the map {@code job}. */
    public JobMap job() {
        return job;
    }

    /** Returns the map {@code command}. */
    public CommandMap command() {
        return command;
    }

    /**
     * Loads {@code META-INF/bpf/kinds.bpf.o} from the class path into the kernel. If a part fails, nothing stays
     * loaded.
     */
    public static KindsBpf load() {
        return SPEC.load(KindsBpf::new);
    }

    /**
     * Loads an object file into the kernel. If a part fails, nothing stays loaded.
     *
     * @param object path of the file
     */
    public static KindsBpf load(Path object) {
        return SPEC.load(object, KindsBpf::new);
    }

    /** Creates the maps in the Java heap, for tests without privileges. There are no programs. */
    public static KindsBpf inMemory() {
        return SPEC.inMemory(KindsBpf::new);
    }

    /**
     * Opens {@code META-INF/bpf/kinds.bpf.o} from the class path. The caller can adjust the object before it loads it.
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
    public static final class Open extends OpenObject<KindsBpf, Open> {
        private Open() {
            super(SPEC, KindsBpf::new);
        }

        private Open(Path object) {
            super(SPEC, object, KindsBpf::new);
        }
    }

    /** Accessor of an inner map with {@link Kinds.Route} entries. */
    public static class RouteMap extends LpmTrieAccessor<Ipv4Prefix, Kinds.Route> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Ipv4Prefix, Kinds.Route> CODEC = new Entries();

        RouteMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected void writeKey(Ipv4Prefix key, ByteBuffer to) {
            WireValues.putIpv4Prefix(to, 0, key, "Route.prefix");
        }

        @Override
        protected Kinds.Route read(Ipv4Prefix key, ByteBuffer from, int at) {
            return CODEC.read(key, from, at);
        }

        @Override
        protected void write(Kinds.Route entry, ByteBuffer to, int at) {
            writeKey(CODEC.keyOf(entry), to);
            CODEC.writeValue(entry, to, at);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends RouteMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Kinds.Route} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Kinds.Route> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code prefix}. */
            public Ipv4Prefix prefix() {
                ByteBuffer from = bytes("Route.prefix");
                int at = key(0);
                return WireValues.getIpv4Prefix(from, at);
            }

            /** Reads the component {@code via}. */
            public long via() {
                ByteBuffer from = bytes("Route.via");
                int at = value(0);
                return Wire.getU32(from, at);
            }
        }

        /**
         * Converts {@link Kinds.Route} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries implements EntryCodec<Ipv4Prefix, Kinds.Route> {
            /** Size of a key in bytes. */
            private static final int KEY_SIZE = 8;

            private static final Codec<Ipv4Prefix> KEY = Codec.of(KEY_SIZE,
                    (value, to, at) -> WireValues.putIpv4Prefix(to, at, value, "Route.prefix"),
                    (from, at) -> WireValues.getIpv4Prefix(from, at));

            /** Size of a value in bytes. */
            private static final int VALUE_SIZE = 4;

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
                return VALUE_SIZE;
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

    /** Accessor of an inner map with {@link Kinds.Event} entries. */
    public static class EventMap extends RingBufferAccessor<Kinds.Event> {
        private static final Codec<Kinds.Event> CODEC = new Entries();

        EventMap(MapBinding binding) {
            super(binding, CODEC);
        }

        /** Reads the components of a {@link Kinds.Event} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Kinds.Event> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code at}. */
            public long at() {
                ByteBuffer from = bytes("Event.at");
                int at = value(0);
                return Wire.getU64(from, at);
            }

            /** Reads the component {@code code}. */
            public int code() {
                ByteBuffer from = bytes("Event.code");
                int at = value(0);
                return (int) Wire.getU8(from, at + 8);
            }
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends EventMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /**
         * Converts {@link Kinds.Event} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries implements Codec<Kinds.Event> {
            /** Size of an entry in bytes. */
            private static final int SIZE = 16;

            @Override
            public int size() {
                return SIZE;
            }

            @Override
            public void write(Kinds.Event value, ByteBuffer to, int at) {
                Wire.putU64(to, at, value.at());
                Wire.putU8(to, at + 8, value.code(), "Event.code");
                Wire.zero(to, at + 9, 7); // padding
            }

            @Override
            public Kinds.Event read(ByteBuffer from, int at) {
                return new Kinds.Event(Wire.getU64(from, at), (int) Wire.getU8(from, at + 8));
            }
        }
    }

    /** Accessor of an inner map with {@link Kinds.Port} entries. */
    public static class PortMap extends RemovableAccessor<Integer, Kinds.Port> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Integer, Kinds.Port> CODEC = new Entries();

        PortMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected void writeKey(Integer key, ByteBuffer to) {
            Wire.putS32(to, 0, key);
        }

        @Override
        protected Kinds.Port read(Integer key, ByteBuffer from, int at) {
            return CODEC.read(key, from, at);
        }

        @Override
        protected void write(Kinds.Port entry, ByteBuffer to, int at) {
            writeKey(CODEC.keyOf(entry), to);
            CODEC.writeValue(entry, to, at);
        }

        /** Like {@link #get(Object)}, with a primitive key. */
        public Kinds. @Nullable Port get(int index) {
            return get((Integer) index);
        }

        /** Like {@link #get(Object, EntryView)}, with a primitive key. */
        public boolean get(int index, View view) {
            ByteBuffer to = keyOf(view);
            Wire.putS32(to, 0, index);
            return lookup(view);
        }

        /** Like {@link #contains(Object)}, with a primitive key. */
        public boolean contains(int index) {
            return contains((Integer) index);
        }

        /** Like {@link #remove(Object)}, with a primitive key. */
        public boolean remove(int index) {
            return remove((Integer) index);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends PortMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Kinds.Port} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Kinds.Port> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code index}. */
            public int index() {
                ByteBuffer from = bytes("Port.index");
                int at = key(0);
                return (int) Wire.getS32(from, at);
            }

            /** Reads the component {@code device}. */
            public long device() {
                ByteBuffer from = bytes("Port.device");
                int at = value(0);
                return Wire.getU32(from, at);
            }
        }

        /**
         * Converts {@link Kinds.Port} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries implements EntryCodec<Integer, Kinds.Port> {
            /** Size of a key in bytes. */
            private static final int KEY_SIZE = 4;

            private static final Codec<Integer> KEY = Codec.of(KEY_SIZE,
                    (value, to, at) -> Wire.putS32(to, at, value),
                    (from, at) -> (int) Wire.getS32(from, at));

            /** Size of a value in bytes. */
            private static final int VALUE_SIZE = 4;

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
                return VALUE_SIZE;
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

    /** Accessor of an inner map with {@link Kinds.Session} entries. */
    public static class SessionMap extends StorageAccessor<Kinds.Session> {
        private static final Codec<Kinds.Session> CODEC = new Entries();

        SessionMap(MapBinding binding) {
            super(binding, CODEC);
        }

        /** Reads the components of a {@link Kinds.Session} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Kinds.Session> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code packets}. */
            public long packets() {
                ByteBuffer from = bytes("Session.packets");
                int at = value(0);
                return Wire.getU64(from, at);
            }

            /** Reads the component {@code bytes}. */
            public long bytes() {
                ByteBuffer from = bytes("Session.bytes");
                int at = value(0);
                return Wire.getU64(from, at + 8);
            }
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends SessionMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /**
         * Converts {@link Kinds.Session} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries implements Codec<Kinds.Session> {
            /** Size of an entry in bytes. */
            private static final int SIZE = 24;

            @Override
            public int size() {
                return SIZE;
            }

            @Override
            public void write(Kinds.Session value, ByteBuffer to, int at) {
                Wire.putU64(to, at, value.packets());
                Wire.putU64(to, at + 8, value.bytes());
                Wire.zero(to, at + 20, 4); // padding
                Wire.zero(to, at + 16, 4); // managed by the kernel, which ignores these bytes
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
     * Accessor of the outer map {@code routes}, which {@link Kinds.Routes} declares. Its inner maps have
     * {@link Kinds.Route} entries.
     */
    public static class RoutesMap extends OuterAccessor<Long, RouteMap, RouteMap.Owned> {
        /** Size of a key in bytes. */
        private static final int KEY_SIZE = 4;

        private static final Codec<Long> KEY = Codec.of(KEY_SIZE,
                (value, to, at) -> Wire.putU32(to, at, value, "Routes.tenant"),
                (from, at) -> Wire.getU32(from, at));

        RoutesMap(MapBinding binding) {
            super(binding, KEY, RouteMap::new, RouteMap.Owned::new);
        }

        /** Like {@link #get(Object)}, with a primitive key. */
        public @Nullable RouteMap get(long tenant) {
            return get((Long) tenant);
        }

        /** Like {@link #contains(Object)}, with a primitive key. */
        public boolean contains(long tenant) {
            return contains((Long) tenant);
        }

        /** Like {@link #getOrCreate(Object)}, with a primitive key. */
        public RouteMap getOrCreate(long tenant) {
            return getOrCreate((Long) tenant);
        }

        /** Like {@link #create(Object)}, with a primitive key. */
        public RouteMap create(long tenant) {
            return create((Long) tenant);
        }

        /** Like {@link #create(Object, Consumer)}, with a primitive key. */
        public RouteMap create(long tenant, Consumer<? super RouteMap> fill) {
            return create((Long) tenant, fill);
        }

        /** Like {@link #put(Object, MapAccessor)}, with a primitive key. */
        public void put(long tenant, RouteMap.Owned map) {
            put((Long) tenant, map);
        }

        /** Like {@link #swap(Object, MapAccessor)}, with a primitive key. */
        public RouteMap. @Nullable Owned swap(long tenant, RouteMap.Owned map) {
            return swap((Long) tenant, map);
        }

        /** Like {@link #share(Object, MapAccessor)}, with a primitive key. */
        public void share(long tenant, RouteMap map) {
            share((Long) tenant, map);
        }

        /** Like {@link #rotate(Object)}, with a primitive key. */
        public RouteMap. @Nullable Owned rotate(long tenant) {
            return rotate((Long) tenant);
        }

        /** Like {@link #rotate(Object, Exactness)}, with a primitive key. */
        public RouteMap. @Nullable Owned rotate(long tenant, Exactness exactness) {
            return rotate((Long) tenant, exactness);
        }

        /** Like {@link #take(Object)}, with a primitive key. */
        public RouteMap. @Nullable Owned take(long tenant) {
            return take((Long) tenant);
        }

        /** Like {@link #take(Object, Exactness)}, with a primitive key. */
        public RouteMap. @Nullable Owned take(long tenant, Exactness exactness) {
            return take((Long) tenant, exactness);
        }

        /** Like {@link #remove(Object)}, with a primitive key. */
        public boolean remove(long tenant) {
            return remove((Long) tenant);
        }

        /**
         * Returns one entry of one inner map, or null if there is no such inner map or entry.
         *
         * @param tenant key of the inner map
         * @param prefix key of the entry
         */
        public Kinds. @Nullable Route get(long tenant, Ipv4Prefix prefix) {
            return getInner(tenant, prefix, RouteMap.CODEC);
        }

        /**
         * Reads one entry of one inner map into a view.
         *
         * @param tenant key of the inner map
         * @param prefix key of the entry
         * @param view shows the entry until the next read with it
         * @return false if there is no such inner map or entry
         */
        public boolean get(long tenant, Ipv4Prefix prefix, RouteMap.View view) {
            ByteBuffer to = keysOf(view);
            Wire.putU32(to, 0, tenant, "Routes.tenant");
            WireValues.putIpv4Prefix(to, innerKeyAt(), prefix, "Route.prefix");
            return getInner(view, RouteMap.CODEC);
        }

        /**
         * Returns entries of several inner maps, in the order of the keys. Keys without an entry are left out.
         *
         * @param keys keys of inner maps and of entries in them
         */
        public Map<NestedKey<Long, Ipv4Prefix>, Kinds.Route> getAll(
                Collection<NestedKey<Long, Ipv4Prefix>> keys) {
            return getAllInner(keys, RouteMap.CODEC);
        }

        /**
         * Shows entries of several inner maps to an action, in the order of the keys. Keys without an entry are left
         * out.
         *
         * @param keys keys of inner maps and of entries in them
         * @param view shows each entry until the action returns
         * @param action receives the keys and the view
         */
        public void getAll(Collection<NestedKey<Long, Ipv4Prefix>> keys, RouteMap.View view,
                BiConsumer<? super NestedKey<Long, Ipv4Prefix>, ? super RouteMap.View> action) {
            getAllInner(keys, RouteMap.CODEC, view, action);
        }

        /**
         * Passes every entry of every inner map to an action. While entries of an inner map are removed, its other
         * entries may be
         * passed twice or not at all: see {@link OuterAccessor#forEachInner}.
         *
         * @param action receives the key of each inner map and each entry
         */
        public void forEachEntry(BiConsumer<? super Long, ? super Kinds.Route> action) {
            forEachInner(RouteMap.CODEC, action);
        }

        /**
         * Shows every entry of every inner map to an action, under the conditions of {@link #forEachEntry(BiConsumer)}.
         *
         * @param view shows each entry until the action returns
         * @param action receives the key of each inner map and the view
         */
        public void forEachEntry(RouteMap.View view,
                BiConsumer<? super Long, ? super RouteMap.View> action) {
            forEachInner(RouteMap.CODEC, view, action);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends RoutesMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Accessor of the outer map {@code events}, which {@link Kinds.Events} declares. Its inner maps have
     * {@link Kinds.Event} entries.
     */
    public static class EventsMap extends OuterAccessor<Long, EventMap, EventMap.Owned> {
        /** Size of a key in bytes. */
        private static final int KEY_SIZE = 4;

        private static final Codec<Long> KEY = Codec.of(KEY_SIZE,
                (value, to, at) -> Wire.putU32(to, at, value, "Events.tenant"),
                (from, at) -> Wire.getU32(from, at));

        EventsMap(MapBinding binding) {
            super(binding, KEY, EventMap::new, EventMap.Owned::new);
        }

        /** Like {@link #get(Object)}, with a primitive key. */
        public @Nullable EventMap get(long tenant) {
            return get((Long) tenant);
        }

        /** Like {@link #contains(Object)}, with a primitive key. */
        public boolean contains(long tenant) {
            return contains((Long) tenant);
        }

        /** Like {@link #getOrCreate(Object)}, with a primitive key. */
        public EventMap getOrCreate(long tenant) {
            return getOrCreate((Long) tenant);
        }

        /** Like {@link #create(Object)}, with a primitive key. */
        public EventMap create(long tenant) {
            return create((Long) tenant);
        }

        /** Like {@link #create(Object, Consumer)}, with a primitive key. */
        public EventMap create(long tenant, Consumer<? super EventMap> fill) {
            return create((Long) tenant, fill);
        }

        /** Like {@link #put(Object, MapAccessor)}, with a primitive key. */
        public void put(long tenant, EventMap.Owned map) {
            put((Long) tenant, map);
        }

        /** Like {@link #swap(Object, MapAccessor)}, with a primitive key. */
        public EventMap. @Nullable Owned swap(long tenant, EventMap.Owned map) {
            return swap((Long) tenant, map);
        }

        /** Like {@link #share(Object, MapAccessor)}, with a primitive key. */
        public void share(long tenant, EventMap map) {
            share((Long) tenant, map);
        }

        /** Like {@link #rotate(Object)}, with a primitive key. */
        public EventMap. @Nullable Owned rotate(long tenant) {
            return rotate((Long) tenant);
        }

        /** Like {@link #rotate(Object, Exactness)}, with a primitive key. */
        public EventMap. @Nullable Owned rotate(long tenant, Exactness exactness) {
            return rotate((Long) tenant, exactness);
        }

        /** Like {@link #take(Object)}, with a primitive key. */
        public EventMap. @Nullable Owned take(long tenant) {
            return take((Long) tenant);
        }

        /** Like {@link #take(Object, Exactness)}, with a primitive key. */
        public EventMap. @Nullable Owned take(long tenant, Exactness exactness) {
            return take((Long) tenant, exactness);
        }

        /** Like {@link #remove(Object)}, with a primitive key. */
        public boolean remove(long tenant) {
            return remove((Long) tenant);
        }

        /**
         * Takes every event out of the inner ring buffers and passes it to the action, with the key of its inner map.
         * Events of one buffer come oldest first. Waits for the first event, at most for the timeout.
         *
         * @return the number of events
         */
        public long consume(Duration timeout, BiConsumer<? super Long, ? super Kinds.Event> action)
                throws InterruptedException {
            return consumeInners(this, timeout, action);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends EventsMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Accessor of the outer map {@code ports}, which {@link Kinds.Ports} declares. Its inner maps have
     * {@link Kinds.Port} entries.
     */
    public static class PortsMap extends OuterAccessor<Long, PortMap, PortMap.Owned> {
        /** Size of a key in bytes. */
        private static final int KEY_SIZE = 4;

        private static final Codec<Long> KEY = Codec.of(KEY_SIZE,
                (value, to, at) -> Wire.putU32(to, at, value, "Ports.tenant"),
                (from, at) -> Wire.getU32(from, at));

        PortsMap(MapBinding binding) {
            super(binding, KEY, PortMap::new, PortMap.Owned::new);
        }

        /** Like {@link #get(Object)}, with a primitive key. */
        public @Nullable PortMap get(long tenant) {
            return get((Long) tenant);
        }

        /** Like {@link #contains(Object)}, with a primitive key. */
        public boolean contains(long tenant) {
            return contains((Long) tenant);
        }

        /** Like {@link #getOrCreate(Object)}, with a primitive key. */
        public PortMap getOrCreate(long tenant) {
            return getOrCreate((Long) tenant);
        }

        /** Like {@link #create(Object)}, with a primitive key. */
        public PortMap create(long tenant) {
            return create((Long) tenant);
        }

        /** Like {@link #create(Object, Consumer)}, with a primitive key. */
        public PortMap create(long tenant, Consumer<? super PortMap> fill) {
            return create((Long) tenant, fill);
        }

        /** Like {@link #put(Object, MapAccessor)}, with a primitive key. */
        public void put(long tenant, PortMap.Owned map) {
            put((Long) tenant, map);
        }

        /** Like {@link #swap(Object, MapAccessor)}, with a primitive key. */
        public PortMap. @Nullable Owned swap(long tenant, PortMap.Owned map) {
            return swap((Long) tenant, map);
        }

        /** Like {@link #share(Object, MapAccessor)}, with a primitive key. */
        public void share(long tenant, PortMap map) {
            share((Long) tenant, map);
        }

        /** Like {@link #rotate(Object)}, with a primitive key. */
        public PortMap. @Nullable Owned rotate(long tenant) {
            return rotate((Long) tenant);
        }

        /** Like {@link #rotate(Object, Exactness)}, with a primitive key. */
        public PortMap. @Nullable Owned rotate(long tenant, Exactness exactness) {
            return rotate((Long) tenant, exactness);
        }

        /** Like {@link #take(Object)}, with a primitive key. */
        public PortMap. @Nullable Owned take(long tenant) {
            return take((Long) tenant);
        }

        /** Like {@link #take(Object, Exactness)}, with a primitive key. */
        public PortMap. @Nullable Owned take(long tenant, Exactness exactness) {
            return take((Long) tenant, exactness);
        }

        /** Like {@link #remove(Object)}, with a primitive key. */
        public boolean remove(long tenant) {
            return remove((Long) tenant);
        }

        /**
         * Returns one entry of one inner map, or null if there is no such inner map or entry.
         *
         * @param tenant key of the inner map
         * @param index key of the entry
         */
        public Kinds. @Nullable Port get(long tenant, int index) {
            return getInner(tenant, index, PortMap.CODEC);
        }

        /**
         * Reads one entry of one inner map into a view.
         *
         * @param tenant key of the inner map
         * @param index key of the entry
         * @param view shows the entry until the next read with it
         * @return false if there is no such inner map or entry
         */
        public boolean get(long tenant, int index, PortMap.View view) {
            ByteBuffer to = keysOf(view);
            Wire.putU32(to, 0, tenant, "Ports.tenant");
            Wire.putS32(to, innerKeyAt(), index);
            return getInner(view, PortMap.CODEC);
        }

        /**
         * Returns entries of several inner maps, in the order of the keys. Keys without an entry are left out.
         *
         * @param keys keys of inner maps and of entries in them
         */
        public Map<NestedKey<Long, Integer>, Kinds.Port> getAll(
                Collection<NestedKey<Long, Integer>> keys) {
            return getAllInner(keys, PortMap.CODEC);
        }

        /**
         * Shows entries of several inner maps to an action, in the order of the keys. Keys without an entry are left
         * out.
         *
         * @param keys keys of inner maps and of entries in them
         * @param view shows each entry until the action returns
         * @param action receives the keys and the view
         */
        public void getAll(Collection<NestedKey<Long, Integer>> keys, PortMap.View view,
                BiConsumer<? super NestedKey<Long, Integer>, ? super PortMap.View> action) {
            getAllInner(keys, PortMap.CODEC, view, action);
        }

        /**
         * Passes every entry of every inner map to an action. While entries of an inner map are removed, its other
         * entries may be
         * passed twice or not at all: see {@link OuterAccessor#forEachInner}.
         *
         * @param action receives the key of each inner map and each entry
         */
        public void forEachEntry(BiConsumer<? super Long, ? super Kinds.Port> action) {
            forEachInner(PortMap.CODEC, action);
        }

        /**
         * Shows every entry of every inner map to an action, under the conditions of {@link #forEachEntry(BiConsumer)}.
         *
         * @param view shows each entry until the action returns
         * @param action receives the key of each inner map and the view
         */
        public void forEachEntry(PortMap.View view,
                BiConsumer<? super Long, ? super PortMap.View> action) {
            forEachInner(PortMap.CODEC, view, action);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends PortsMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /** Accessor of the map {@code stack} with {@link Kinds.Stack} entries. */
    public static class StackMap extends StackTraceAccessor<Long, Kinds.Stack> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Long, Kinds.Stack> CODEC = new Entries();

        StackMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected void writeKey(Long key, ByteBuffer to) {
            Wire.putU32(to, 0, key, "Stack.id");
        }

        @Override
        protected Kinds.Stack read(Long key, ByteBuffer from, int at) {
            return CODEC.read(key, from, at);
        }

        /** Like {@link #get(Object)}, with a primitive key. */
        public Kinds. @Nullable Stack get(long id) {
            return get((Long) id);
        }

        /** Like {@link #get(Object, EntryView)}, with a primitive key. */
        public boolean get(long id, View view) {
            ByteBuffer to = keyOf(view);
            Wire.putU32(to, 0, id, "Stack.id");
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

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends StackMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Kinds.Stack} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Kinds.Stack> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code id}. */
            public long id() {
                ByteBuffer from = bytes("Stack.id");
                int at = key(0);
                return Wire.getU32(from, at);
            }

            /** Reads the component {@code addresses}. */
            public long[] addresses() {
                ByteBuffer from = bytes("Stack.addresses");
                int at = value(0);
                return WireArrays.getLongs(from, at, 16);
            }
        }

        /**
         * Converts {@link Kinds.Stack} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries implements EntryCodec<Long, Kinds.Stack> {
            /** Size of a key in bytes. */
            private static final int KEY_SIZE = 4;

            private static final Codec<Long> KEY = Codec.of(KEY_SIZE,
                    (value, to, at) -> Wire.putU32(to, at, value, "Stack.id"),
                    (from, at) -> Wire.getU32(from, at));

            /** Size of a value in bytes. */
            private static final int VALUE_SIZE = 128;

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
                return VALUE_SIZE;
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

    /** Accessor of the map {@code peer} with {@link Kinds.Peer} entries. */
    public static class PeerMap extends DescriptorAccessor<Integer, Kinds.Peer> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Integer, Kinds.Peer> CODEC = new Entries();

        PeerMap(MapBinding binding) {
            super(binding, CODEC);
        }

        /** Like {@link #remove(Object)}, with a primitive key. */
        public boolean remove(int index) {
            return remove((Integer) index);
        }

        /** Like {@link #put(Object, int)}, with a primitive key. */
        public void put(int index, int descriptor) {
            put((Integer) index, descriptor);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends PeerMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /**
         * Converts {@link Kinds.Peer} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries implements EntryCodec<Integer, Kinds.Peer> {
            /** Size of a key in bytes. */
            private static final int KEY_SIZE = 4;

            private static final Codec<Integer> KEY = Codec.of(KEY_SIZE,
                    (value, to, at) -> Wire.putS32(to, at, value),
                    (from, at) -> (int) Wire.getS32(from, at));

            /** Size of a value in bytes. */
            private static final int VALUE_SIZE = 8;

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
                return VALUE_SIZE;
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
     * Accessor of the outer map {@code sessions}, which {@link Kinds.Sessions} declares. Its inner maps have
     * {@link Kinds.Session} entries.
     */
    public static class SessionsMap extends OuterAccessor<Long, SessionMap, SessionMap.Owned> {
        /** Size of a key in bytes. */
        private static final int KEY_SIZE = 4;

        private static final Codec<Long> KEY = Codec.of(KEY_SIZE,
                (value, to, at) -> Wire.putU32(to, at, value, "Sessions.tenant"),
                (from, at) -> Wire.getU32(from, at));

        SessionsMap(MapBinding binding) {
            super(binding, KEY, SessionMap::new, SessionMap.Owned::new);
        }

        /** Like {@link #get(Object)}, with a primitive key. */
        public @Nullable SessionMap get(long tenant) {
            return get((Long) tenant);
        }

        /** Like {@link #contains(Object)}, with a primitive key. */
        public boolean contains(long tenant) {
            return contains((Long) tenant);
        }

        /** Like {@link #getOrCreate(Object)}, with a primitive key. */
        public SessionMap getOrCreate(long tenant) {
            return getOrCreate((Long) tenant);
        }

        /** Like {@link #create(Object)}, with a primitive key. */
        public SessionMap create(long tenant) {
            return create((Long) tenant);
        }

        /** Like {@link #create(Object, Consumer)}, with a primitive key. */
        public SessionMap create(long tenant, Consumer<? super SessionMap> fill) {
            return create((Long) tenant, fill);
        }

        /** Like {@link #put(Object, MapAccessor)}, with a primitive key. */
        public void put(long tenant, SessionMap.Owned map) {
            put((Long) tenant, map);
        }

        /** Like {@link #swap(Object, MapAccessor)}, with a primitive key. */
        public SessionMap. @Nullable Owned swap(long tenant, SessionMap.Owned map) {
            return swap((Long) tenant, map);
        }

        /** Like {@link #share(Object, MapAccessor)}, with a primitive key. */
        public void share(long tenant, SessionMap map) {
            share((Long) tenant, map);
        }

        /** Like {@link #rotate(Object)}, with a primitive key. */
        public SessionMap. @Nullable Owned rotate(long tenant) {
            return rotate((Long) tenant);
        }

        /** Like {@link #rotate(Object, Exactness)}, with a primitive key. */
        public SessionMap. @Nullable Owned rotate(long tenant, Exactness exactness) {
            return rotate((Long) tenant, exactness);
        }

        /** Like {@link #take(Object)}, with a primitive key. */
        public SessionMap. @Nullable Owned take(long tenant) {
            return take((Long) tenant);
        }

        /** Like {@link #take(Object, Exactness)}, with a primitive key. */
        public SessionMap. @Nullable Owned take(long tenant, Exactness exactness) {
            return take((Long) tenant, exactness);
        }

        /** Like {@link #remove(Object)}, with a primitive key. */
        public boolean remove(long tenant) {
            return remove((Long) tenant);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends SessionsMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /** Accessor of the map {@code job} with {@link Kinds.Job} entries. */
    public static class JobMap extends StorageAccessor<Kinds.Job> {
        private static final Codec<Kinds.Job> CODEC = new Entries();

        JobMap(MapBinding binding) {
            super(binding, CODEC);
        }

        /** Reads the components of a {@link Kinds.Job} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Kinds.Job> {
            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code runs}. */
            public long runs() {
                ByteBuffer from = bytes("Job.runs");
                int at = value(0);
                return Wire.getU64(from, at);
            }
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends JobMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Converts {@link Kinds.Job} entries to and from bytes. Numbers after {@code at} are offsets in the C type. */
        private static final class Entries implements Codec<Kinds.Job> {
            /** Size of an entry in bytes. */
            private static final int SIZE = 8;

            @Override
            public int size() {
                return SIZE;
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

    /** Accessor of the map {@code command} with {@link Kinds.Command} entries. */
    public static class CommandMap extends UserRingBufferAccessor<Kinds.Command> {
        private static final Codec<Kinds.Command> CODEC = new Entries();

        CommandMap(MapBinding binding) {
            super(binding, CODEC);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends CommandMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /**
         * Converts {@link Kinds.Command} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries implements Codec<Kinds.Command> {
            /** Size of an entry in bytes. */
            private static final int SIZE = 4;

            @Override
            public int size() {
                return SIZE;
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
