package com.acme.net;

import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Override;
import java.nio.ByteBuffer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;

/** Accessor of the map {@code total} with {@link Total} entries. */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
class TotalMap extends HashAccessor<Direction, Total> {
    /** Codec of the entries, for generated classes. */
    static final EntryCodec<Direction, Total> CODEC = new Entries();

    /** Version of the interface between this class and the runtime. */
    private static final int INTERFACE_VERSION = 1;

    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(TotalMap.class, "total", INTERFACE_VERSION);

    /** The map {@code total}, before it is opened. */
    public static final DeclaredMap<TotalMap, Owned> TOTAL_MAP = new DeclaredMap<>(SPEC, "total",
            TotalMap::new, Owned::new);

    TotalMap(MapBinding binding) {
        super(binding, CODEC);
    }

    @Override
    protected void writeKey(Direction key, ByteBuffer to) {
        Wire.putU32(to, 0, DirectionCodec.number(key, "Total.direction"), "Total.direction");
    }

    @Override
    protected Total read(Direction key, ByteBuffer from, int at) {
        return CODEC.read(key, from, at);
    }

    @Override
    protected void write(Total entry, ByteBuffer to, int at) {
        writeKey(CODEC.keyOf(entry), to);
        CODEC.writeValue(entry, to, at);
    }

    /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
    public static final class Owned extends TotalMap implements OwnedMap {
        Owned(MapBinding binding) {
            super(binding);
        }
    }

    /** Reads the components of a {@link Total} entry from its bytes: see {@link EntryView}. */
    public static final class View extends EntryView<Total> {
        /** Creates a view that has no entry yet. */
        public View() {
            super(CODEC);
        }

        /** Reads the component {@code direction}. */
        public Direction direction() {
            ByteBuffer from = bytes("Total.direction");
            int at = key(0);
            return DirectionCodec.constant(Wire.getU32(from, at));
        }

        /** Reads the component {@code packets}. */
        public long packets() {
            ByteBuffer from = bytes("Total.packets");
            int at = value(0);
            return Wire.getU64(from, at);
        }
    }

    /** Converts {@link Total} entries to and from bytes. Numbers after {@code at} are offsets in the C type. */
    private static final class Entries implements EntryCodec<Direction, Total> {
        /** Size of a key in bytes. */
        private static final int KEY_SIZE = 4;

        private static final Codec<Direction> KEY = Codec.of(KEY_SIZE,
                (value, to, at) -> Wire.putU32(to, at, DirectionCodec.number(value, "Total.direction"),
                "Total.direction"), (from, at) -> DirectionCodec.constant(Wire.getU32(from, at)));

        /** Size of a value in bytes. */
        private static final int VALUE_SIZE = 8;

        @Override
        public Codec<Direction> key() {
            return KEY;
        }

        @Override
        public Direction keyOf(Total entry) {
            return Wire.present(entry.direction(), "Total.direction");
        }

        @Override
        public int valueSize() {
            return VALUE_SIZE;
        }

        @Override
        public void writeValue(Total entry, ByteBuffer to, int at) {
            Wire.putU64(to, at, entry.packets());
        }

        @Override
        public Total read(Direction key, ByteBuffer from, int at) {
            return new Total(key, Wire.getU64(from, at));
        }
    }
}
