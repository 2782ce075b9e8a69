package com.acme;

import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.DeclaredOuterMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.NestAccessor;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.ArrayBytes;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.codec.ValueBytes;
import dev.nestmap.runtime.codec.WideIntegerBytes;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.types.MacAddress;
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

/** The maps and programs of {@code frames.bpf.o}, which {@link Frames} declares. */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
final class FramesBpf extends LoadedObject {
    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(FramesBpf.class, "frames", /* interface */ 1);

    /** The map {@code acme_frame_map}, before it is opened. */
    public static final DeclaredMap<FrameMap, FrameMap.Owned> FRAME_MAP = new DeclaredMap<>(SPEC,
            "acme_frame_map", FrameMap::new, FrameMap.Owned::new);

    /** The outer map {@code acme_port}, before it is opened. */
    public static final DeclaredOuterMap<PortMap, PortMap.Owned> PORT_MAP = new DeclaredOuterMap<>(
            SPEC, "acme_port", PortMap::new, PortMap.Owned::new);

    private final PortMap port;

    private FramesBpf(ObjectBinding object) {
        super(object);
        this.port = map(PORT_MAP);
    }

    /** Returns the map {@code acme_port}. */
    public PortMap port() {
        return port;
    }

    /**
     * Loads {@code META-INF/bpf/com/acme/frames.bpf.o} from the class path into the kernel. If a part fails, nothing
     * stays loaded.
     */
    public static FramesBpf load() {
        return SPEC.load(FramesBpf::new);
    }

    /**
     * Loads an object file into the kernel. If a part fails, nothing stays loaded.
     *
     * @param object path of the file
     */
    public static FramesBpf load(Path object) {
        return SPEC.load(object, FramesBpf::new);
    }

    /** Creates the maps in the Java heap, for tests without privileges. There are no programs. */
    public static FramesBpf inMemory() {
        return SPEC.inMemory(FramesBpf::new);
    }

    /** Checks a migration of the pinned maps, as {@code load} does. Needs no kernel and no object. */
    public static Migration.Check check(Migration migration) {
        return SPEC.check(migration);
    }

    /**
     * Opens {@code META-INF/bpf/com/acme/frames.bpf.o} from the class path. The caller can adjust the object before it
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
    public static final class Open extends OpenObject<FramesBpf, Open> {
        private Open(@Nullable Path object) {
            super(SPEC, object, FramesBpf::new);
        }
    }

    /** Accessor of an inner map with {@link Frames.Frame} entries. */
    public static class FrameMap extends HashAccessor<Frames.Ethernet, Frames.Frame> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Frames.Ethernet, Frames.Frame> CODEC = new Entries();

        FrameMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Frames.Ethernet, Frames.Frame> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Frames. @Nullable Frame get(Frames.Ethernet header) {
            return getAt(header);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(Frames.Ethernet header, View view) {
            return getAt(header, view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(Frames.Ethernet header) {
            return containsAt(header);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(Frames.Ethernet header) {
            return removeAt(header);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. What a program writes that
         * looked the entry up earlier is lost.
         */
        public Frames. @Nullable Frame take(Frames.Ethernet header) {
            return takeAt(header);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends FrameMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Frames.Frame} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Frames.Frame> {
            private final EthernetView header = new EthernetView(inKey(0));

            private final LinkView link = new LinkView(inValue(8));

            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code header}. */
            public EthernetView header() {
                return header;
            }

            /** Reads the component {@code count}. */
            public long count() {
                return Scalars.getU64(bytes("Frame.count"), value(0));
            }

            /** Reads the component {@code link}. */
            public LinkView link() {
                return link;
            }
        }

        /**
         * Converts {@link Frames.Frame} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries extends EntryCodec<Frames.Ethernet, Frames.Frame> {
            Entries() {
                super(/* key */ 14, /* value */ 24);
            }

            @Override
            public Frames.Ethernet keyOf(Frames.Frame entry) {
                return Scalars.present(entry.header(), "Frame.header");
            }

            @Override
            public void writeKey(Frames.Ethernet key, ByteBuffer to, int at) {
                EthernetCodec.INSTANCE.write(Scalars.present(key, "Frame.header"), to, at);
            }

            @Override
            public Frames.Ethernet readKey(ByteBuffer from, int at) {
                return EthernetCodec.INSTANCE.read(from, at);
            }

            @Override
            public void writeValue(Frames.Frame entry, ByteBuffer to, int at) {
                Scalars.putU64(to, at, entry.count());
                LinkCodec.INSTANCE.write(Scalars.present(entry.link(), "Frame.link"), to, at + 8);
            }

            @Override
            public Frames.Frame read(Frames.Ethernet key, ByteBuffer from, int at) {
                return new Frames.Frame(key, Scalars.getU64(from, at),
                        LinkCodec.INSTANCE.read(from, at + 8));
            }
        }
    }

    /**
     * Accessor of the outer map {@code acme_port}, which {@link Frames.Port} declares. Its inner maps have
     * {@link Frames.Frame} entries.
     */
    public static class PortMap extends NestAccessor<Long, Frames.Ethernet, Frames.Frame, FrameMap, FrameMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(/* bytes */ 4,
                (value, to, at) -> Scalars.putU32(to, at, value, "Port.number"),
                (from, at) -> Scalars.getU32(from, at));

        PortMap(MapBinding binding) {
            super(binding, KEY, FrameMap.CODEC, FrameMap::new, FrameMap.Owned::new);
        }

        @Override
        protected final EntryCodec<Frames.Ethernet, Frames.Frame> entryCodec() {
            return FrameMap.CODEC;
        }

        /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
        public Frames. @Nullable Frame get(long number, Frames.Ethernet header) {
            return getAt(number, header);
        }

        /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
        public boolean get(long number, Frames.Ethernet header, FrameMap.View view) {
            ByteBuffer to = keys(view);
            Scalars.putU32(to, 0, number, "Port.number");
            FrameMap.CODEC.writeKey(header, to, innerKeyAt());
            return find(view);
        }

        /** Returns the inner map at a key; null if there is none. */
        public @Nullable FrameMap get(long number) {
            return getAt(number);
        }

        /** Tests for an inner map at a key. */
        public boolean contains(long number) {
            return containsAt(number);
        }

        /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
        public FrameMap getOrCreate(long number) {
            return getOrCreateAt(number);
        }

        /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
        public FrameMap create(long number) {
            return createAt(number);
        }

        /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
        public FrameMap create(long number, long maxEntries) {
            return createAt(number, maxEntries);
        }

        /**
         * Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one.
         */
        public FrameMap create(long number, Consumer<? super FrameMap> fill) {
            return createAt(number, fill);
        }

        /**
         * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
         * {@link #swapAt}.
         */
        public @Nullable Displaced<Long, FrameMap> swap(long number, FrameMap.Owned map) {
            return swapAt(number, map);
        }

        /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
        public @Nullable Displaced<Long, FrameMap> swap(long number,
                Displaced<?, FrameMap> displaced) {
            return swapAt(number, displaced);
        }

        /**
         * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see
         * {@link #shareAt}.
         */
        public @Nullable Displaced<Long, FrameMap> share(long number, FrameMap map) {
            return shareAt(number, map);
        }

        /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
        public @Nullable Displaced<Long, FrameMap> rotate(long number) {
            return rotateAt(number);
        }

        /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
        public @Nullable Displaced<Long, FrameMap> take(long number) {
            return takeAt(number);
        }

        /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
        public long drain(long number, Displaced.Action<? super Long, ? super FrameMap> action) {
            return drainAt(number, action);
        }

        /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
        public long drainLast(long number,
                Displaced.Action<? super Long, ? super FrameMap> action) {
            return drainLastAt(number, action);
        }

        /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
        public boolean discard(long number) {
            return discardAt(number);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends PortMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }
    }

    /**
     * Converts {@link Frames.Ethernet} to and from the bytes of {@code struct ethhdr}. Numbers after {@code at} are
     * offsets in it.
     */
    static final class EthernetCodec implements Codec<Frames.Ethernet> {
        /** The only instance, for generated classes. */
        static final EthernetCodec INSTANCE = new EthernetCodec();

        private EthernetCodec() {
        }

        @Override
        public int size() {
            return 14;
        }

        @Override
        public void write(Frames.Ethernet value, ByteBuffer to, int at) {
            ValueBytes.putMac(to, at, value.destination(), "Ethernet.destination");
            ValueBytes.putMac(to, at + 6, value.source(), "Ethernet.source");
            Scalars.putBe16(to, at + 12, value.protocol(), "Ethernet.protocol");
        }

        @Override
        public Frames.Ethernet read(ByteBuffer from, int at) {
            return new Frames.Ethernet(ValueBytes.getMac(from, at), ValueBytes.getMac(from, at + 6),
                    (int) Scalars.getBe16(from, at + 12));
        }
    }

    /** Reads the components of a {@link Frames.Ethernet} from its bytes: see {@link EntryView.Struct}. */
    public static final class EthernetView extends EntryView.Struct {
        /** Creates a view of a component. Generated code calls it. */
        public EthernetView(EntryView.Place place) {
            super(place);
        }

        /** Reads the component {@code destination}. */
        public MacAddress destination() {
            return ValueBytes.getMac(bytes("Ethernet.destination"), value(0));
        }

        /** Reads the component {@code source}. */
        public MacAddress source() {
            return ValueBytes.getMac(bytes("Ethernet.source"), value(6));
        }

        /** Reads the component {@code protocol}. */
        public int protocol() {
            return (int) Scalars.getBe16(bytes("Ethernet.protocol"), value(12));
        }
    }

    /**
     * Converts {@link Frames.Window} to and from the bytes of {@code struct acme_window}. Numbers after {@code at} are
     * offsets in it.
     */
    static final class WindowCodec implements Codec<Frames.Window> {
        /** The only instance, for generated classes. */
        static final WindowCodec INSTANCE = new WindowCodec();

        private WindowCodec() {
        }

        @Override
        public int size() {
            return 4;
        }

        @Override
        public void write(Frames.Window value, ByteBuffer to, int at) {
            Scalars.putU16(to, at, value.low(), "Window.low");
            Scalars.putS16(to, at + 2, value.high());
        }

        @Override
        public Frames.Window read(ByteBuffer from, int at) {
            return new Frames.Window((int) Scalars.getU16(from, at),
                    (short) Scalars.getS16(from, at + 2));
        }
    }

    /**
     * Converts {@link Frames.Link} to and from the bytes of {@code struct link}. Numbers after {@code at} are offsets
     * in it.
     */
    static final class LinkCodec implements Codec<Frames.Link> {
        /** The only instance, for generated classes. */
        static final LinkCodec INSTANCE = new LinkCodec();

        private LinkCodec() {
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Frames.Link value, ByteBuffer to, int at) {
            Scalars.zero(to, at + 12, 2); // bit-fields
            Scalars.putU32(to, at, ModeCodec.number(value.mode(), "Link.mode"), "Link.mode");
            ArrayBytes.put(to, at + 4, value.windows(), 2, 4, "Link.windows",
                    (value1, to1, at1) ->
                            WindowCodec.INSTANCE.write(Scalars.present(value1, "Link.windows"), to1, at1));
            WideIntegerBytes.putUnsignedBits(to, at + 12, 0, 3, value.lanes(), "Link.lanes");
            WideIntegerBytes.putUnsignedBits(to, at + 12, 3, 1, value.up() ? 1 : 0, "Link.up");
            WideIntegerBytes.putSignedBits(to, at + 12, 4, 5, value.trim(), "Link.trim");
            Scalars.putBool(to, at + 14, value.known());
            Scalars.zero(to, at + 15, 1); // padding
        }

        @Override
        public Frames.Link read(ByteBuffer from, int at) {
            return new Frames.Link(ModeCodec.constant(Scalars.getU32(from, at)),
                    ArrayBytes.get(from, at + 4, new Frames.Window[2], 4,
                    (from1, at1) -> WindowCodec.INSTANCE.read(from1, at1)),
                    (int) WideIntegerBytes.getUnsignedBits(from, at + 12, 0, 3),
                    WideIntegerBytes.getUnsignedBits(from, at + 12, 3, 1) != 0,
                    (int) WideIntegerBytes.getSignedBits(from, at + 12, 4, 5),
                    Scalars.getBool(from, at + 14));
        }
    }

    /** Reads the components of a {@link Frames.Link} from its bytes: see {@link EntryView.Struct}. */
    public static final class LinkView extends EntryView.Struct {
        /** Creates a view of a component. Generated code calls it. */
        public LinkView(EntryView.Place place) {
            super(place);
        }

        /** Reads the component {@code mode}. */
        public Frames.Mode mode() {
            return ModeCodec.constant(Scalars.getU32(bytes("Link.mode"), value(0)));
        }

        /** Reads the component {@code windows}. */
        public Frames.Window[] windows() {
            return ArrayBytes.get(bytes("Link.windows"), value(4), new Frames.Window[2], 4,
                    (from1, at1) -> WindowCodec.INSTANCE.read(from1, at1));
        }

        /** Reads the component {@code lanes}. */
        public int lanes() {
            return (int) WideIntegerBytes.getUnsignedBits(bytes("Link.lanes"), value(12), 0, 3);
        }

        /** Reads the component {@code up}. */
        public boolean up() {
            return WideIntegerBytes.getUnsignedBits(bytes("Link.up"), value(12), 3, 1) != 0;
        }

        /** Reads the component {@code trim}. */
        public int trim() {
            return (int) WideIntegerBytes.getSignedBits(bytes("Link.trim"), value(12), 4, 5);
        }

        /** Reads the component {@code known}. */
        public boolean known() {
            return Scalars.getBool(bytes("Link.known"), value(14));
        }
    }

    /** Converts constants of {@link Frames.Mode} to and from the numbers of {@code enum mode}. */
    static final class ModeCodec {
        private static final Frames.Mode[] CONSTANTS = Frames.Mode.values();

        private ModeCodec() {
        }

        /**
         * Returns the number of a constant.
         *
         * @param component the component that holds the constant, for error messages
         */
        static long number(Frames.Mode constant, String component) {
            return switch (Scalars.present(constant, component)) {
                case HALF -> 1L;
                case FULL -> 2L;
            };
        }

        /** Returns the constant with this number. */
        static Frames.Mode constant(long number) {
            for (Frames.Mode constant : CONSTANTS) {
                if (number(constant, constant.name()) == number) {
                    return constant;
                }
            }
            throw Scalars.unknownConstant(Frames.Mode.class, number);
        }
    }
}
