package com.acme.net;

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
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Override;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;

/**
 * A live map {@code total} of {@link Total} entries.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
class TotalMap extends HashAccessor<Direction, Total> {
    /**
     * For generated code.
     */
    static final EntryCodec<Direction, Total> CODEC = new Entries();

    private static final ObjectSpec SPEC = ObjectSpec.of(TotalMap.class, "total", 1);

    TotalMap(MapHandle handle) {
        super(handle, CODEC);
    }

    /**
     * The map {@code total} of any loaded object, once it is known to be as declared.
     */
    public static TotalMap in(LoadedObject object) {
        return bind(TotalMap.SPEC, object, "total", TotalMap::new);
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
        return TotalMap.SPEC.openPinned("total", pin, access, Owned::new);
    }

    /**
     * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
     *
     * @param options who may open the new pins
     * @param migration what became of each component
     * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
     */
    public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
        return TotalMap.SPEC.migrate("total", pin, options, migration);
    }

    /**
     * A handle to a map that is the caller's own, to be closed or put somewhere.
     */
    public static final class Owned extends TotalMap implements OwnedMap {
        Owned(MapHandle handle) {
            super(handle);
        }

        @Override
        public void close() {
            release();
        }
    }

    private static final class Entries implements EntryCodec<Direction, Total> {
        private static final Codec<Direction> KEY = Codec.of(4,
                (value, to, at) -> Wire.putU32(to, at, DirectionCodec.number(value, "Total.direction"), "Total.direction"),
                (from, at) -> DirectionCodec.constant(Wire.getU32(from, at)));

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
            return 8;
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
