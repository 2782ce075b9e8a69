package com.acme.net;

import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Override;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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

    /**
     * Finds the map {@code total} in a loaded object.
     *
     * @throws BpfException if the object has no such map, or if it differs from the declaration
     */
    public static TotalMap in(LoadedObject object) {
        return bind(TotalMap.SPEC, object, "total", TotalMap::new);
    }

    /**
     * Opens the map that is pinned at a path, for reading and writing. Needs no object file.
     *
     * @throws BpfException if no map is pinned there, or if it differs from the declaration
     */
    public static Owned openPinned(Path pin) {
        return openPinned(pin, PinAccess.READ_WRITE);
    }

    /**
     * Opens the map that is pinned at a path. With {@link PinAccess#READ_ONLY}, the caller needs no privilege apart
     * from permission to read the pin.
     *
     * @throws BpfException if no map is pinned there, or if it differs from the declaration
     */
    public static Owned openPinned(Path pin, PinAccess access) {
        return openPinned(pin, access, PinOptions.asDeclared());
    }

    /**
     * Opens the map that is pinned at a path. With {@link PinAccess#READ_ONLY}, the caller needs no privilege apart
     * from permission to read the pin.
     *
     * @param options the users that may own and change the pins, and the permissions of new pins
     * @throws BpfException if no map is pinned there, or if it differs from the declaration
     */
    public static Owned openPinned(Path pin, PinAccess access, PinOptions options) {
        return TotalMap.SPEC.openPinned("total", pin, access, options, Owned::new);
    }

    /**
     * Opens the map with an id, for reading and writing. Needs no object file. A map that Nestmap has pinned has more
     * pins beside it, which only {@code openPinned} keeps up to date.
     *
     * @param id the kernel's id of the map, as {@code bpftool map} shows it
     * @throws BpfException if there is no such map, if it differs from the declaration, or if this process lacks
     *     CAP_SYS_ADMIN
     */
    public static Owned openById(int id) {
        return TotalMap.SPEC.openById("total", id, Owned::new);
    }

    /**
     * Migrates the map that a previous version pinned: replaces it with a map of the current declaration that has the
     * same entries. Does nothing if no map is pinned at the path, or if the map is migrated already. First stop every
     * program and process that writes to the old map: the new map lacks what they write during the migration.
     *
     * @param options permissions and owner of the new pins
     * @param migration how components of the previous version become components of this one
     * @throws BpfException if the map can't be migrated; the message lists every reason, and the pinned map stays as it
     *     was
     */
    public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
        return TotalMap.SPEC.migrate("total", pin, options, migration);
    }

    /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
    public static final class Owned extends TotalMap implements OwnedMap {
        Owned(MapBinding binding) {
            super(binding);
        }

        @Override
        public void close() {
            release();
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
