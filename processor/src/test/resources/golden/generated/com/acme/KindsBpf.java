package com.acme;

import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.DeclaredOuterMap;
import dev.nestmap.runtime.DescriptorAccessor;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.NestAccessor;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.RemovableAccessor;
import dev.nestmap.runtime.RingBufferAccessor;
import dev.nestmap.runtime.StackTraceAccessor;
import dev.nestmap.runtime.StorageAccessor;
import dev.nestmap.runtime.UserRingBufferAccessor;
import dev.nestmap.runtime.codec.ArrayBytes;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.codec.ValueBytes;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.types.Ipv4Prefix;
import java.lang.Integer;
import java.lang.InterruptedException;
import java.lang.Long;
import java.lang.Override;
import java.lang.SuppressWarnings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The maps and programs of {@code kinds.bpf.o}, which {@link Kinds} declares. */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class KindsBpf extends LoadedObject {
    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(KindsBpf.class, "kinds", /* interface */ 1);

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
     * Loads {@code META-INF/bpf/com/acme/kinds.bpf.o} from the class path into the kernel. If a part fails, nothing
     * stays loaded.
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

    /** Checks a migration of the pinned maps, as {@code load} does. Needs no kernel and no object. */
    public static Migration.Check check(Migration migration) {
        return SPEC.check(migration);
    }

    /**
     * Opens {@code META-INF/bpf/com/acme/kinds.bpf.o} from the class path. The caller can adjust the object before it
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
    public static final class Open extends OpenObject<KindsBpf, Open> {
        private Open(@Nullable Path object) {
            super(SPEC, object, KindsBpf::new);
        }
    }

    /** Accessor of an inner map with {@link Kinds.Route} entries. */
    public static class RouteMap extends RemovableAccessor<Ipv4Prefix, Kinds.Route> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Ipv4Prefix, Kinds.Route> CODEC = new Entries();

        RouteMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Ipv4Prefix, Kinds.Route> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Kinds. @Nullable Route get(Ipv4Prefix prefix) {
            return getAt(prefix);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(Ipv4Prefix prefix, View view) {
            return getAt(prefix, view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(Ipv4Prefix prefix) {
            return containsAt(prefix);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(Ipv4Prefix prefix) {
            return removeAt(prefix);
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
                return ValueBytes.getIpv4Prefix(bytes("Route.prefix"), key(0));
            }

            /** Reads the component {@code via}. */
            public long via() {
                return Scalars.getU32(bytes("Route.via"), value(0));
            }
        }

        /**
         * Converts {@link Kinds.Route} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries extends EntryCodec<Ipv4Prefix, Kinds.Route> {
            Entries() {
                super(/* key */ 8, /* value */ 4);
            }

            @Override
            public Ipv4Prefix keyOf(Kinds.Route entry) {
                return Scalars.present(entry.prefix(), "Route.prefix");
            }

            @Override
            public void writeKey(Ipv4Prefix key, ByteBuffer to, int at) {
                ValueBytes.putIpv4Prefix(to, at, key, "Route.prefix");
            }

            @Override
            public Ipv4Prefix readKey(ByteBuffer from, int at) {
                return ValueBytes.getIpv4Prefix(from, at);
            }

            @Override
            public void writeValue(Kinds.Route entry, ByteBuffer to, int at) {
                Scalars.putU32(to, at, entry.via(), "Route.via");
            }

            @Override
            public Kinds.Route read(Ipv4Prefix key, ByteBuffer from, int at) {
                return new Kinds.Route(key, Scalars.getU32(from, at));
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
                return Scalars.getU64(bytes("Event.at"), value(0));
            }

            /** Reads the component {@code code}. */
            public int code() {
                return (int) Scalars.getU8(bytes("Event.code"), value(8));
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
            @Override
            public int size() {
                return 16;
            }

            @Override
            public void write(Kinds.Event value, ByteBuffer to, int at) {
                Scalars.putU64(to, at, value.at());
                Scalars.putU8(to, at + 8, value.code(), "Event.code");
                Scalars.zero(to, at + 9, 7); // padding
            }

            @Override
            public Kinds.Event read(ByteBuffer from, int at) {
                return new Kinds.Event(Scalars.getU64(from, at), (int) Scalars.getU8(from, at + 8));
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
        protected final EntryCodec<Integer, Kinds.Port> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Kinds. @Nullable Port get(int index) {
            return getAt(index);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(int index, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putU32(to, 0, index);
            return lookup(view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(int index) {
            return containsAt(index);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(int index) {
            return removeAt(index);
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
                return (int) Scalars.getU32(bytes("Port.index"), key(0));
            }

            /** Reads the component {@code device}. */
            public long device() {
                return Scalars.getU32(bytes("Port.device"), value(0));
            }
        }

        /**
         * Converts {@link Kinds.Port} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries extends EntryCodec<Integer, Kinds.Port> {
            Entries() {
                super(/* key */ 4, /* value */ 4);
            }

            @Override
            public Integer keyOf(Kinds.Port entry) {
                return entry.index();
            }

            @Override
            public void writeKey(Integer key, ByteBuffer to, int at) {
                Scalars.putU32(to, at, key);
            }

            @Override
            public Integer readKey(ByteBuffer from, int at) {
                return (int) Scalars.getU32(from, at);
            }

            @Override
            public void writeValue(Kinds.Port entry, ByteBuffer to, int at) {
                Scalars.putU32(to, at, entry.device(), "Port.device");
            }

            @Override
            public Kinds.Port read(Integer key, ByteBuffer from, int at) {
                return new Kinds.Port(key, Scalars.getU32(from, at));
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
                return Scalars.getU64(bytes("Session.packets"), value(0));
            }

            /** Reads the component {@code bytes}. */
            public long bytes() {
                return Scalars.getU64(bytes("Session.bytes"), value(8));
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
            @Override
            public int size() {
                return 24;
            }

            @Override
            public void write(Kinds.Session value, ByteBuffer to, int at) {
                Scalars.putU64(to, at, value.packets());
                Scalars.putU64(to, at + 8, value.bytes());
                Scalars.zero(to, at + 20, 4); // padding
                Scalars.zero(to, at + 16, 4); // managed by the kernel, which ignores these bytes
            }

            @Override
            public Kinds.Session read(ByteBuffer from, int at) {
                return new Kinds.Session(Scalars.getU64(from, at), Scalars.getU64(from, at + 8));
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
    public static class RoutesMap extends NestAccessor<Long, Ipv4Prefix, Kinds.Route, RouteMap, RouteMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, value, "Routes.tenant"),
                (from, at) -> Scalars.getU32(from, at));

        RoutesMap(MapBinding binding) {
            super(binding, KEY, RouteMap.CODEC, RouteMap::new, RouteMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Ipv4Prefix, Kinds.Route> entryCodec() {
            return RouteMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public Kinds. @Nullable Route get(long tenant, Ipv4Prefix prefix) {
            return getAt(tenant, prefix);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(long tenant, Ipv4Prefix prefix, RouteMap.View view) {
            ByteBuffer to = keys(view);
            Scalars.putU32(to, 0, tenant, "Routes.tenant");
            RouteMap.CODEC.writeKey(prefix, to, innerKeyAt());
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable RouteMap get(long tenant) {
            return getAt(tenant);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(long tenant) {
            return containsAt(tenant);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public RouteMap getOrCreate(long tenant) {
            return getOrCreateAt(tenant);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public RouteMap create(long tenant) {
            return createAt(tenant);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public RouteMap create(long tenant, long maxEntries) {
            return createAt(tenant, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public RouteMap create(long tenant, Consumer<? super RouteMap> fill) {
            return createAt(tenant, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Long, RouteMap> swap(long tenant, RouteMap.Owned map) {
            return swapAt(tenant, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Long, RouteMap> swap(long tenant,
                Displaced<?, RouteMap> displaced) {
            return swapAt(tenant, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Long, RouteMap> share(long tenant, RouteMap map) {
            return shareAt(tenant, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Long, RouteMap> rotate(long tenant) {
            return rotateAt(tenant);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Long, RouteMap> take(long tenant) {
            return takeAt(tenant);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(long tenant, Displaced.Action<? super Long, ? super RouteMap> action) {
            return drainAt(tenant, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(long tenant,
                Displaced.Action<? super Long, ? super RouteMap> action) {
            return drainLastAt(tenant, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(long tenant) {
            return discardAt(tenant);
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
        private static final Codec<Long> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, value, "Events.tenant"),
                (from, at) -> Scalars.getU32(from, at));

        EventsMap(MapBinding binding) {
            super(binding, KEY, EventMap::new, EventMap.Owned::new);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable EventMap get(long tenant) {
            return getAt(tenant);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(long tenant) {
            return containsAt(tenant);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public EventMap getOrCreate(long tenant) {
            return getOrCreateAt(tenant);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public EventMap create(long tenant) {
            return createAt(tenant);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public EventMap create(long tenant, long maxEntries) {
            return createAt(tenant, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public EventMap create(long tenant, Consumer<? super EventMap> fill) {
            return createAt(tenant, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Long, EventMap> swap(long tenant, EventMap.Owned map) {
            return swapAt(tenant, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Long, EventMap> swap(long tenant,
                Displaced<?, EventMap> displaced) {
            return swapAt(tenant, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Long, EventMap> share(long tenant, EventMap map) {
            return shareAt(tenant, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Long, EventMap> rotate(long tenant) {
            return rotateAt(tenant);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Long, EventMap> take(long tenant) {
            return takeAt(tenant);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(long tenant, Displaced.Action<? super Long, ? super EventMap> action) {
            return drainAt(tenant, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(long tenant,
                Displaced.Action<? super Long, ? super EventMap> action) {
            return drainLastAt(tenant, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(long tenant) {
            return discardAt(tenant);
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
    public static class PortsMap extends NestAccessor<Long, Integer, Kinds.Port, PortMap, PortMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, value, "Ports.tenant"),
                (from, at) -> Scalars.getU32(from, at));

        PortsMap(MapBinding binding) {
            super(binding, KEY, PortMap.CODEC, PortMap::new, PortMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Integer, Kinds.Port> entryCodec() {
            return PortMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public Kinds. @Nullable Port get(long tenant, int index) {
            return getAt(tenant, index);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(long tenant, int index, PortMap.View view) {
            ByteBuffer to = keys(view);
            Scalars.putU32(to, 0, tenant, "Ports.tenant");
            Scalars.putU32(to, innerKeyAt(), index);
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable PortMap get(long tenant) {
            return getAt(tenant);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(long tenant) {
            return containsAt(tenant);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public PortMap getOrCreate(long tenant) {
            return getOrCreateAt(tenant);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public PortMap create(long tenant) {
            return createAt(tenant);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public PortMap create(long tenant, long maxEntries) {
            return createAt(tenant, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public PortMap create(long tenant, Consumer<? super PortMap> fill) {
            return createAt(tenant, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Long, PortMap> swap(long tenant, PortMap.Owned map) {
            return swapAt(tenant, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Long, PortMap> swap(long tenant,
                Displaced<?, PortMap> displaced) {
            return swapAt(tenant, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Long, PortMap> share(long tenant, PortMap map) {
            return shareAt(tenant, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Long, PortMap> rotate(long tenant) {
            return rotateAt(tenant);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Long, PortMap> take(long tenant) {
            return takeAt(tenant);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(long tenant, Displaced.Action<? super Long, ? super PortMap> action) {
            return drainAt(tenant, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(long tenant, Displaced.Action<? super Long, ? super PortMap> action) {
            return drainLastAt(tenant, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(long tenant) {
            return discardAt(tenant);
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
        protected final EntryCodec<Long, Kinds.Stack> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Kinds. @Nullable Stack get(long id) {
            return getAt(id);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(long id, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putU32(to, 0, id, "Stack.id");
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
                return Scalars.getU32(bytes("Stack.id"), key(0));
            }

            /** Reads the component {@code addresses}. */
            public long[] addresses() {
                return ArrayBytes.getLongs(bytes("Stack.addresses"), value(0), 16);
            }
        }

        /**
         * Converts {@link Kinds.Stack} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries extends EntryCodec<Long, Kinds.Stack> {
            Entries() {
                super(/* key */ 4, /* value */ 128);
            }

            @Override
            public Long keyOf(Kinds.Stack entry) {
                return entry.id();
            }

            @Override
            public void writeKey(Long key, ByteBuffer to, int at) {
                Scalars.putU32(to, at, key, "Stack.id");
            }

            @Override
            public Long readKey(ByteBuffer from, int at) {
                return Scalars.getU32(from, at);
            }

            @Override
            public void writeValue(Kinds.Stack entry, ByteBuffer to, int at) {
                ArrayBytes.putLongs(to, at, entry.addresses(), 16, "Stack.addresses");
            }

            @Override
            public Kinds.Stack read(Long key, ByteBuffer from, int at) {
                return new Kinds.Stack(key, ArrayBytes.getLongs(from, at, 16));
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

        /** Puts the object behind a file descriptor into the map, in place of the previous one. */
        public void put(int index, int descriptor) {
            putAt(index, descriptor);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(int index) {
            return removeAt(index);
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
        private static final class Entries extends EntryCodec<Integer, Kinds.Peer> {
            Entries() {
                super(/* key */ 4, /* value */ 8);
            }

            @Override
            public Integer keyOf(Kinds.Peer entry) {
                return entry.index();
            }

            @Override
            public void writeKey(Integer key, ByteBuffer to, int at) {
                Scalars.putU32(to, at, key);
            }

            @Override
            public Integer readKey(ByteBuffer from, int at) {
                return (int) Scalars.getU32(from, at);
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
        private static final Codec<Long> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, value, "Sessions.tenant"),
                (from, at) -> Scalars.getU32(from, at));

        SessionsMap(MapBinding binding) {
            super(binding, KEY, SessionMap::new, SessionMap.Owned::new);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable SessionMap get(long tenant) {
            return getAt(tenant);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(long tenant) {
            return containsAt(tenant);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public SessionMap getOrCreate(long tenant) {
            return getOrCreateAt(tenant);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public SessionMap create(long tenant) {
            return createAt(tenant);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public SessionMap create(long tenant, long maxEntries) {
            return createAt(tenant, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public SessionMap create(long tenant, Consumer<? super SessionMap> fill) {
            return createAt(tenant, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Long, SessionMap> swap(long tenant, SessionMap.Owned map) {
            return swapAt(tenant, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Long, SessionMap> swap(long tenant,
                Displaced<?, SessionMap> displaced) {
            return swapAt(tenant, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Long, SessionMap> share(long tenant, SessionMap map) {
            return shareAt(tenant, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Long, SessionMap> rotate(long tenant) {
            return rotateAt(tenant);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Long, SessionMap> take(long tenant) {
            return takeAt(tenant);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(long tenant, Displaced.Action<? super Long, ? super SessionMap> action) {
            return drainAt(tenant, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(long tenant,
                Displaced.Action<? super Long, ? super SessionMap> action) {
            return drainLastAt(tenant, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(long tenant) {
            return discardAt(tenant);
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
                return Scalars.getU64(bytes("Job.runs"), value(0));
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
            @Override
            public int size() {
                return 8;
            }

            @Override
            public void write(Kinds.Job value, ByteBuffer to, int at) {
                Scalars.putU64(to, at, value.runs());
            }

            @Override
            public Kinds.Job read(ByteBuffer from, int at) {
                return new Kinds.Job(Scalars.getU64(from, at));
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
            @Override
            public int size() {
                return 4;
            }

            @Override
            public void write(Kinds.Command value, ByteBuffer to, int at) {
                Scalars.putU32(to, at, value.number(), "Command.number");
            }

            @Override
            public Kinds.Command read(ByteBuffer from, int at) {
                return new Kinds.Command(Scalars.getU32(from, at));
            }
        }
    }
}
