package com.acme;

import com.google.errorprone.annotations.CheckReturnValue;
import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.NestAccessor;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.pin.PlannedUpgrade;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Integer;
import java.lang.Long;
import java.lang.Override;
import java.lang.RuntimeException;
import java.lang.SuppressWarnings;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The maps and programs of {@code flows.bpf.o}, which {@link Flows} declares.
 */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class FlowsBpf extends LoadedObject {
    /**
     * The name of the object, and what its records declare for the load.
     */
    private static final ObjectSpec SPEC = spec(FlowsBpf.class, "flows", /* interface */ 12);

    /**
     * The map {@code flow_map}, before it is opened.
     */
    public static final DeclaredMap<FlowMap, FlowMap.Owned> FLOW_MAP = new DeclaredMap<>(SPEC,
            "flow_map", FlowMap::new, FlowMap.Owned::new);

    /**
     * The outer map {@code tenant}, before it is opened.
     */
    public static final DeclaredMap.Outer<TenantMap, TenantMap.Owned> TENANT_MAP = new DeclaredMap.Outer<>(
            SPEC, "tenant", TenantMap::new, TenantMap.Owned::new);

    /**
     * The map {@code port}, before it is opened.
     */
    public static final DeclaredMap<PortMap, PortMap.Owned> PORT_MAP = new DeclaredMap<>(SPEC,
            "port", PortMap::new, PortMap.Owned::new);

    private final TenantMap tenant;

    private final PortMap port;

    private FlowsBpf(ObjectBinding object) {
        super(object);
        this.tenant = map(TENANT_MAP);
        this.port = map(PORT_MAP);
    }

    /**
     * Returns the map {@code tenant}.
     */
    public TenantMap tenant() {
        return tenant;
    }

    /**
     * Returns the map {@code port}.
     */
    public PortMap port() {
        return port;
    }

    /**
     * Loads {@code META-INF/bpf/com/acme/flows.bpf.o} from the class path into the kernel.
     */
    public static FlowsBpf load() {
        return SPEC.load(FlowsBpf::new);
    }

    /**
     * Loads an object file into the kernel.
     *
     * @param object path of the file
     */
    public static FlowsBpf load(Path object) {
        return SPEC.load(object, FlowsBpf::new);
    }

    /**
     * Creates the maps in the Java heap, for tests without privileges. There are no programs.
     */
    public static FlowsBpf inMemory() {
        return SPEC.inMemory(FlowsBpf::new);
    }

    /**
     * Plans what a load does with pinned maps of another version. Needs no kernel and no object.
     *
     * @param schemaText the schema text of that version
     */
    public static PlannedUpgrade plan(Path schemaText) {
        return SPEC.plan(schemaText);
    }

    /**
     * Opens {@code META-INF/bpf/com/acme/flows.bpf.o} from the class path. The caller can adjust the object before it loads it.
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

    /**
     * The object before it is loaded. The methods adjust it, in any order.
     */
    public static final class Open extends OpenObject<FlowsBpf, Open> {
        private Open(@Nullable Path object) {
            super(SPEC, object, FlowsBpf::new);
        }
    }

    /**
     * Accessor of an inner map with {@link Flows.Flow} entries.
     */
    public static class FlowMap extends HashAccessor<Long, Flows.Flow> {
        /**
         * Codec of the entries, for generated classes.
         */
        static final EntryCodec<Long, Flows.Flow> CODEC = new Entries();

        FlowMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Long, Flows.Flow> codec() {
            return CODEC;
        }

        @Override
        protected int passAll(MappedByteBuffer from, int keyAt, int valueAt, int count,
                Consumer<? super Flows.Flow> action) {
            for (int i = 0; i < count; i++) {
                Flows.Flow entry;
                try {
                    int at = keyAt + i * 4;
                    long key = Scalars.getU32(from, at);
                    at = valueAt + i * 8;
                    entry = new Flows.Flow(key, Scalars.getU64(from, at));
                } catch (RuntimeException e) {
                    return i;
                }
                action.accept(entry);
            }
            return count;
        }

        /**
         * Returns the entry with this key; null if there is none.
         */
        public Flows. @Nullable Flow get(long id) {
            return getAt(id);
        }

        /**
         * Reads the entry with this key into a view. Returns false if there is none.
         */
        public boolean get(long id, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putU32(to, 0, id, "Flow.id");
            return lookup(view);
        }

        /**
         * Tests for an entry with this key.
         */
        public boolean contains(long id) {
            return containsAt(id);
        }

        /**
         * Removes the entry with this key. Returns false if there is none.
         */
        public boolean remove(long id) {
            return removeAt(id);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. If a program has looked the entry up before, what it writes afterwards is lost.
         */
        public Flows. @Nullable Flow getAndRemove(long id) {
            return getAndRemoveAt(id);
        }

        /**
         * A handle to a map that the caller owns and has to close.
         */
        public static final class Owned extends FlowMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /**
         * Reads the components of a {@link Flows.Flow} entry from its bytes: see {@link EntryView}.
         */
        public static final class View extends EntryView<Flows.Flow> {
            /**
             * Creates a view that has no entry yet.
             */
            public View() {
                super(CODEC);
            }

            /**
             * Reads the component {@code id}.
             */
            public long id() {
                return Scalars.getU32(bytes("Flow.id"), key(0));
            }

            /**
             * Reads the component {@code packets}.
             */
            public long packets() {
                return Scalars.getU64(bytes("Flow.packets"), value(0));
            }
        }

        /**
         * Converts {@link Flows.Flow} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries extends EntryCodec<Long, Flows.Flow> {
            Entries() {
                super(/* key */ 4, /* value */ 8);
            }

            @Override
            public Long keyOf(Flows.Flow entry) {
                return entry.id();
            }

            @Override
            public void writeKey(Long key, ByteBuffer to, int at) {
                Scalars.putU32(to, at, Scalars.present(key, "Flow.id"), "Flow.id");
            }

            @Override
            public Long readKey(ByteBuffer from, int at) {
                return Scalars.getU32(from, at);
            }

            @Override
            public void writeValue(Flows.Flow entry, ByteBuffer to, int at) {
                Scalars.putU64(to, at, entry.packets());
            }

            @Override
            public Flows.Flow read(Long key, ByteBuffer from, int at) {
                return new Flows.Flow(key, Scalars.getU64(from, at));
            }
        }
    }

    /**
     * Accessor of the outer map {@code tenant}, which {@link Flows.Tenant} declares. Its inner maps have {@link Flows.Flow} entries.
     */
    public static class TenantMap extends NestAccessor<Long, Long, Flows.Flow, FlowMap> {
        private static final Codec<Long> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, value, "Tenant.id"),
                (from, at) -> Scalars.getU32(from, at));

        TenantMap(MapBinding binding) {
            super(binding, KEY, FlowMap.CODEC, FlowMap::new);
        }

        @Override
        protected final EntryCodec<Long, Flows.Flow> entryCodec() {
            return FlowMap.CODEC;
        }

        /**
         * Returns an entry of the inner map at a key; null if there is no inner map or no entry.
         */
        public Flows. @Nullable Flow get(long id, long innerId) {
            return getAt(id, innerId);
        }

        /**
         * Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry.
         */
        public boolean get(long id, long innerId, FlowMap.View view) {
            ByteBuffer to = keys(view);
            Scalars.putU32(to, 0, id, "Tenant.id");
            Scalars.putU32(to, innerKeyAt(), innerId, "Flow.id");
            return find(view);
        }

        /**
         * Returns the inner map at a key; null if there is none.
         */
        public @Nullable FlowMap get(long id) {
            return getAt(id);
        }

        /**
         * Tests for an inner map at a key.
         */
        public boolean contains(long id) {
            return containsAt(id);
        }

        /**
         * Returns the inner map at a key. Creates an empty map if the slot is empty.
         */
        public FlowMap getOrCreate(long id) {
            return getOrCreateAt(id);
        }

        /**
         * Creates an empty inner map at a key. Fails with EEXIST if the slot has one.
         */
        public FlowMap create(long id) {
            return createAt(id);
        }

        /**
         * Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one.
         */
        public FlowMap create(long id, long maxEntries) {
            return createAt(id, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public FlowMap create(long id, Consumer<? super FlowMap> fill) {
            return createAt(id, fill);
        }

        /**
         * Replaces the inner map at a key: fills a new map, puts it into the slot, and drops the previous one with its entries. Each lookup finds either the old or the new map. If programs count in the map, call {@code rotate} instead, because this method drops counts.
         *
         * @return whether there was a previous map
         * @throws BpfException if the kernel refuses the change; nothing is changed
         */
        public boolean replace(long id, Consumer<? super FlowMap> fill) {
            return replaceAt(id, fill);
        }

        /**
         * Puts an existing inner map, which programs can't write, into this slot, too: see {@link #shareAt}.
         */
        public boolean share(long id, FlowMap map) {
            return shareAt(id, map);
        }

        /**
         * Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}.
         *
         * @return the displaced map, which waits until you acknowledge or discard it; null if there was none
         * @throws BpfException if the operation is refused, and nothing is changed; or if the pins of the displaced map could not be moved, and it waits
         */
        @CheckReturnValue
        public @Nullable Displaced<Long, FlowMap> rotate(long id) {
            return rotateAt(id);
        }

        /**
         * Replaces the inner map at a key with one that is filled already, and displaces the previous one: see {@link #rotateAt}.
         *
         * @return the displaced map, which waits until you acknowledge or discard it; null if there was none
         * @throws BpfException if the operation is refused, and nothing is changed; or if the pins of the displaced map could not be moved, and it waits
         */
        @CheckReturnValue
        public @Nullable Displaced<Long, FlowMap> rotate(long id, Consumer<? super FlowMap> fill) {
            return rotateAt(id, fill);
        }

        /**
         * Takes the inner map at a key out of its slot, which stays empty, and displaces it: see {@link #takeAt}.
         *
         * @return the displaced map, which waits until you acknowledge or discard it; null if there was none
         * @throws BpfException if the operation is refused, and nothing is changed; or if the pins of the displaced map could not be moved, and it waits
         */
        @CheckReturnValue
        public @Nullable Displaced<Long, FlowMap> take(long id) {
            return takeAt(id);
        }

        /**
         * Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. When the action returns, its map is acknowledged and does not come again, so store the counts before. If the action throws, the map waits, and the next drain passes it again.
         *
         * @return the number of maps; 0 if the key has no inner map
         * @throws DrainException if the action throws
         * @throws BpfException if a program or another process may still write to the map, or if the kernel refuses the change; nothing is changed
         */
        public long drain(long id, Displaced.Action<? super Long, ? super FlowMap> action) {
            return drainAt(id, action);
        }

        /**
         * Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. When the action returns, its map is acknowledged and does not come again, so store the counts before. If the action throws, the map waits, and the next drain passes it again.
         *
         * @return the number of maps; 0 if the key has no inner map
         * @throws DrainException if the action throws
         * @throws BpfException if a program or another process may still write to the map, or if the kernel refuses the change; nothing is changed
         */
        public long drainLast(long id, Displaced.Action<? super Long, ? super FlowMap> action) {
            return drainLastAt(id, action);
        }

        /**
         * Removes the inner map at a key, and drops its entries. Returns false if there is none.
         */
        public boolean discard(long id) {
            return discardAt(id);
        }

        /**
         * A handle to a map that the caller owns and has to close.
         */
        public static final class Owned extends TenantMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Accessor of the map {@code port} with {@link Flows.Port} entries.
     */
    public static class PortMap extends HashAccessor<Integer, Flows.Port> {
        /**
         * Codec of the entries, for generated classes.
         */
        static final EntryCodec<Integer, Flows.Port> CODEC = new Entries();

        PortMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Integer, Flows.Port> codec() {
            return CODEC;
        }

        @Override
        protected int passAll(MappedByteBuffer from, int keyAt, int valueAt, int count,
                Consumer<? super Flows.Port> action) {
            for (int i = 0; i < count; i++) {
                Flows.Port entry;
                try {
                    int at = keyAt + i * 2;
                    int key = (int) Scalars.getU16(from, at);
                    at = valueAt + i * 16;
                    entry = new Flows.Port(key, Scalars.getU64(from, at),
                            Scalars.getU64(from, at + 8));
                } catch (RuntimeException e) {
                    return i;
                }
                action.accept(entry);
            }
            return count;
        }

        /**
         * Returns the entry with this key; null if there is none.
         */
        public Flows. @Nullable Port get(int number) {
            return getAt(number);
        }

        /**
         * Reads the entry with this key into a view. Returns false if there is none.
         */
        public boolean get(int number, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putU16(to, 0, number, "Port.number");
            return lookup(view);
        }

        /**
         * Tests for an entry with this key.
         */
        public boolean contains(int number) {
            return containsAt(number);
        }

        /**
         * Removes the entry with this key. Returns false if there is none.
         */
        public boolean remove(int number) {
            return removeAt(number);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. If a program has looked the entry up before, what it writes afterwards is lost.
         */
        public Flows. @Nullable Port getAndRemove(int number) {
            return getAndRemoveAt(number);
        }

        /**
         * A handle to a map that the caller owns and has to close.
         */
        public static final class Owned extends PortMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /**
         * Reads the components of a {@link Flows.Port} entry from its bytes: see {@link EntryView}.
         */
        public static final class View extends EntryView<Flows.Port> {
            /**
             * Creates a view that has no entry yet.
             */
            public View() {
                super(CODEC);
            }

            /**
             * Reads the component {@code number}.
             */
            public int number() {
                return (int) Scalars.getU16(bytes("Port.number"), key(0));
            }

            /**
             * Reads the component {@code packets}.
             */
            public long packets() {
                return Scalars.getU64(bytes("Port.packets"), value(0));
            }

            /**
             * Reads the component {@code bytes}.
             */
            public long bytes() {
                return Scalars.getU64(bytes("Port.bytes"), value(8));
            }
        }

        /**
         * Converts {@link Flows.Port} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries extends EntryCodec<Integer, Flows.Port> {
            Entries() {
                super(/* key */ 2, /* value */ 16);
            }

            @Override
            public Integer keyOf(Flows.Port entry) {
                return entry.number();
            }

            @Override
            public void writeKey(Integer key, ByteBuffer to, int at) {
                Scalars.putU16(to, at, Scalars.present(key, "Port.number"), "Port.number");
            }

            @Override
            public Integer readKey(ByteBuffer from, int at) {
                return (int) Scalars.getU16(from, at);
            }

            @Override
            public void writeValue(Flows.Port entry, ByteBuffer to, int at) {
                Scalars.putU64(to, at, entry.packets());
                Scalars.putU64(to, at + 8, entry.bytes());
            }

            @Override
            public Flows.Port read(Integer key, ByteBuffer from, int at) {
                return new Flows.Port(key, Scalars.getU64(from, at), Scalars.getU64(from, at + 8));
            }
        }
    }
}
