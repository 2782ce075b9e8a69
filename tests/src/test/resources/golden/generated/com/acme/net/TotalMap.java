package com.acme.net;

import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.spi.Codec;
import dev.nestmap.runtime.spi.EntryCodec;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.runtime.spi.Wire;
import java.lang.Override;
import java.nio.ByteBuffer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;

/**
 * A live map {@code total} of {@link Total} entries.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
final class TotalMap extends HashAccessor<Direction, Total> {
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
        return TotalMap.SPEC.bind(object, "total", TotalMap::new);
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
