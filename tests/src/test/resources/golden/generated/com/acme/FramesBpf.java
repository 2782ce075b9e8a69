package com.acme;

import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.codec.WireArrays;
import dev.nestmap.runtime.codec.WireBits;
import dev.nestmap.runtime.codec.WireValues;
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
 * The live maps and programs of {@code frames.bpf.o}, as {@link Frames} declares them.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
final class FramesBpf extends LoadedObject {
    private static final ObjectSpec SPEC = ObjectSpec.of(FramesBpf.class, "frames", 1);

    private final PortMap port;

    private FramesBpf(BoundObject binding) {
        super(binding);
        this.port = new PortMap(binding.map("acme_port"));
    }

    /**
     * The map {@code acme_port}.
     */
    public PortMap port() {
        return port;
    }

    /**
     * Loads {@code META-INF/bpf/frames.bpf.o} from the class path into the kernel, all of it or nothing.
     */
    public static FramesBpf load() {
        return SPEC.load(FramesBpf::new);
    }

    /**
     * Loads an object file into the kernel, all of it or nothing.
     */
    public static FramesBpf load(Path object) {
        return SPEC.load(object, FramesBpf::new);
    }

    /**
     * The same maps over the heap, for tests without privileges. There are no programs.
     */
    public static FramesBpf inMemory() {
        return SPEC.inMemory(FramesBpf::new);
    }

    /**
     * A live inner map of {@link Frames.Frame} entries.
     */
    public static class FrameMap extends HashAccessor<Frames.Ethernet, Frames.Frame> {
        /**
         * For generated code.
         */
        static final EntryCodec<Frames.Ethernet, Frames.Frame> CODEC = new Entries();

        FrameMap(MapHandle handle) {
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
            return FramesBpf.SPEC.openPinned("acme_frame_map", pin, access, Owned::new);
        }

        /**
         * A handle to a map that is the caller's own, to be closed or put somewhere.
         */
        public static final class Owned extends FrameMap implements OwnedMap {
            Owned(MapHandle handle) {
                super(handle);
            }

            @Override
            public void close() {
                release();
            }
        }

        private static final class Entries implements EntryCodec<Frames.Ethernet, Frames.Frame> {
            private static final Codec<Frames.Ethernet> KEY = EthernetCodec.INSTANCE;

            @Override
            public Codec<Frames.Ethernet> key() {
                return KEY;
            }

            @Override
            public Frames.Ethernet keyOf(Frames.Frame entry) {
                return Wire.present(entry.header(), "Frame.header");
            }

            @Override
            public int valueSize() {
                return 24;
            }

            @Override
            public void writeValue(Frames.Frame entry, ByteBuffer to, int at) {
                Wire.putU64(to, at, entry.count());
                LinkCodec.INSTANCE.write(Wire.present(entry.link(), "Frame.link"), to, at + 8);
            }

            @Override
            public Frames.Frame read(Frames.Ethernet key, ByteBuffer from, int at) {
                return new Frames.Frame(key, Wire.getU64(from, at),
                        LinkCodec.INSTANCE.read(from, at + 8));
            }
        }
    }

    /**
     * The live outer map {@code acme_port} of {@link Frames.Port}: inner maps of {@link Frames.Frame} entries.
     */
    public static class PortMap extends OuterAccessor<Long, FrameMap, FrameMap.Owned> {
        private static final Codec<Long> KEY = Codec.of(4,
                (value, to, at) -> Wire.putU32(to, at, value, "Port.number"),
                (from, at) -> Wire.getU32(from, at));

        PortMap(MapHandle handle) {
            super(handle, KEY, FrameMap::new, FrameMap.Owned::new);
        }

        /**
         * The map {@code acme_port} of any loaded object, once it is known to be as declared.
         */
        public static PortMap in(LoadedObject object) {
            return bind(FramesBpf.SPEC, object, "acme_port", PortMap::new);
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
            return FramesBpf.SPEC.openPinned("acme_port", pin, access, Owned::new);
        }

        /**
         * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
         *
         * @param options who may open the new pins
         * @param migration what became of each component
         * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
         */
        public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
            return FramesBpf.SPEC.migrate("acme_port", pin, options, migration);
        }

        /**
         * A new, empty map that is in no object.
         */
        public static Owned create() {
            return FramesBpf.SPEC.newMap("acme_port", Owned::new);
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
            return FramesBpf.SPEC.newMap("acme_port", pin, options, Owned::new);
        }

        /**
         * {@link #get(Long)} without a box.
         */
        public @Nullable FrameMap get(long number) {
            return get((Long) number);
        }

        /**
         * {@link #contains(Long)} without a box.
         */
        public boolean contains(long number) {
            return contains((Long) number);
        }

        /**
         * {@link #getOrCreate(Long)} without a box.
         */
        public FrameMap getOrCreate(long number) {
            return getOrCreate((Long) number);
        }

        /**
         * {@link #create(Long)} without a box.
         */
        public FrameMap create(long number) {
            return create((Long) number);
        }

        /**
         * {@link #create(Long, Consumer)} without a box.
         */
        public FrameMap create(long number, Consumer<? super FrameMap> fill) {
            return create((Long) number, fill);
        }

        /**
         * {@link #put(Long, FrameMap.Owned)} without a box.
         */
        public void put(long number, FrameMap.Owned map) {
            put((Long) number, map);
        }

        /**
         * {@link #swap(Long, FrameMap.Owned)} without a box.
         */
        public FrameMap. @Nullable Owned swap(long number, FrameMap.Owned map) {
            return swap((Long) number, map);
        }

        /**
         * {@link #share(Long, FrameMap)} without a box.
         */
        public void share(long number, FrameMap map) {
            share((Long) number, map);
        }

        /**
         * {@link #rotate(Long)} without a box.
         */
        public FrameMap. @Nullable Owned rotate(long number) {
            return rotate((Long) number);
        }

        /**
         * {@link #rotate(Long, Exactness)} without a box.
         */
        public FrameMap. @Nullable Owned rotate(long number, Exactness exactness) {
            return rotate((Long) number, exactness);
        }

        /**
         * {@link #take(Long)} without a box.
         */
        public FrameMap. @Nullable Owned take(long number) {
            return take((Long) number);
        }

        /**
         * {@link #take(Long, Exactness)} without a box.
         */
        public FrameMap. @Nullable Owned take(long number, Exactness exactness) {
            return take((Long) number, exactness);
        }

        /**
         * {@link #remove(Long)} without a box.
         */
        public boolean remove(long number) {
            return remove((Long) number);
        }

        /**
         * The entry of the inner map at a key; null when there is no such map or entry.
         */
        public Frames. @Nullable Frame get(long number, Frames.Ethernet header) {
            return getInner(number, header, FrameMap.CODEC);
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
    }

    /**
     * Writes and reads {@code struct ethhdr} as {@link Frames.Ethernet}.
     */
    static final class EthernetCodec implements Codec<Frames.Ethernet> {
        /**
         * For generated code.
         */
        static final EthernetCodec INSTANCE = new EthernetCodec();

        private EthernetCodec() {
        }

        @Override
        public int size() {
            return 14;
        }

        @Override
        public void write(Frames.Ethernet value, ByteBuffer to, int at) {
            WireValues.putMac(to, at, value.destination(), "Ethernet.destination");
            WireValues.putMac(to, at + 6, value.source(), "Ethernet.source");
            Wire.putBe16(to, at + 12, value.protocol(), "Ethernet.protocol");
        }

        @Override
        public Frames.Ethernet read(ByteBuffer from, int at) {
            return new Frames.Ethernet(WireValues.getMac(from, at), WireValues.getMac(from, at + 6),
                    (int) Wire.getBe16(from, at + 12));
        }
    }

    /**
     * Writes and reads {@code struct acme_window} as {@link Frames.Window}.
     */
    static final class WindowCodec implements Codec<Frames.Window> {
        /**
         * For generated code.
         */
        static final WindowCodec INSTANCE = new WindowCodec();

        private WindowCodec() {
        }

        @Override
        public int size() {
            return 4;
        }

        @Override
        public void write(Frames.Window value, ByteBuffer to, int at) {
            Wire.putU16(to, at, value.low(), "Window.low");
            Wire.putS16(to, at + 2, value.high());
        }

        @Override
        public Frames.Window read(ByteBuffer from, int at) {
            return new Frames.Window((int) Wire.getU16(from, at),
                    (short) Wire.getS16(from, at + 2));
        }
    }

    /**
     * Writes and reads {@code struct link} as {@link Frames.Link}.
     */
    static final class LinkCodec implements Codec<Frames.Link> {
        /**
         * For generated code.
         */
        static final LinkCodec INSTANCE = new LinkCodec();

        private LinkCodec() {
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Frames.Link value, ByteBuffer to, int at) {
            Wire.zero(to, at + 12, 2);
            Wire.putU32(to, at, ModeCodec.number(value.mode(), "Link.mode"), "Link.mode");
            WireArrays.put(to, at + 4, value.windows(), 2, 4, "Link.windows",
                    (value1, to1, at1) -> WindowCodec.INSTANCE.write(Wire.present(value1, "Link.windows"), to1, at1));
            WireBits.putUnsignedBits(to, at + 12, 0, 3, value.lanes(), "Link.lanes");
            WireBits.putUnsignedBits(to, at + 12, 3, 1, value.up() ? 1 : 0, "Link.up");
            WireBits.putSignedBits(to, at + 12, 4, 5, value.trim(), "Link.trim");
            Wire.putBool(to, at + 14, value.known());
            Wire.zero(to, at + 15, 1);
        }

        @Override
        public Frames.Link read(ByteBuffer from, int at) {
            return new Frames.Link(ModeCodec.constant(Wire.getU32(from, at)),
                    WireArrays.get(from, at + 4, new Frames.Window[2], 4,
                    (from1, at1) -> WindowCodec.INSTANCE.read(from1, at1)),
                    (int) WireBits.getUnsignedBits(from, at + 12, 0, 3),
                    WireBits.getUnsignedBits(from, at + 12, 3, 1) != 0,
                    (int) WireBits.getSignedBits(from, at + 12, 4, 5), Wire.getBool(from, at + 14));
        }
    }

    /**
     * The numbers that {@link Frames.Mode} has in {@code enum mode}.
     */
    static final class ModeCodec {
        private static final Frames.Mode[] CONSTANTS = Frames.Mode.values();

        private ModeCodec() {
        }

        /**
         * The number of a constant.
         */
        static long number(Frames.Mode constant, String component) {
            return switch (Wire.present(constant, component)) {
                case HALF -> 1L;
                case FULL -> 2L;
            };
        }

        /**
         * The constant with this number.
         */
        static Frames.Mode constant(long number) {
            for (Frames.Mode constant : CONSTANTS) {
                if (number(constant, "") == number) {
                    return constant;
                }
            }
            throw Wire.unknownConstant(Frames.Mode.class, number);
        }
    }
}
