package com.acme.net;

import dev.nestmap.runtime.ArrayAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Integer;
import java.lang.Override;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A live inner map of {@link Samples} entries.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public class SamplesMap extends ArrayAccessor<Integer, Samples> {
    /**
     * For generated code.
     */
    public static final EntryCodec<Integer, Samples> CODEC = new Entries();

    private static final ObjectSpec SPEC = ObjectSpec.of(SamplesMap.class, "samples", 1);

    public SamplesMap(MapHandle handle) {
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
        return SamplesMap.SPEC.openPinned("samples_map", pin, access, Owned::new);
    }

    /**
     * {@link #get(Integer)} without a box.
     */
    public @Nullable Samples get(int index) {
        return get((Integer) index);
    }

    /**
     * {@link #contains(Integer)} without a box.
     */
    public boolean contains(int index) {
        return contains((Integer) index);
    }

    /**
     * A handle to a map that is the caller's own, to be closed or put somewhere.
     */
    public static final class Owned extends SamplesMap implements OwnedMap {
        public Owned(MapHandle handle) {
            super(handle);
        }

        @Override
        public void close() {
            release();
        }
    }

    private static final class Entries implements EntryCodec<Integer, Samples> {
        private static final Codec<Integer> KEY = Codec.of(4,
                (value, to, at) -> Wire.putS32(to, at, value),
                (from, at) -> (int) Wire.getS32(from, at));

        @Override
        public Codec<Integer> key() {
            return KEY;
        }

        @Override
        public Integer keyOf(Samples entry) {
            return entry.index();
        }

        @Override
        public int valueSize() {
            return 32;
        }

        @Override
        public void writeValue(Samples entry, ByteBuffer to, int at) {
            EndpointCodec.INSTANCE.write(Wire.present(entry.endpoint(), "Samples.endpoint"), to, at);
            Wire.putU64(to, at + 16, entry.at());
            NoteCodec.INSTANCE.write(Wire.present(entry.note(), "Samples.note"), to, at + 24);
            Wire.zero(to, at + 12, 4);
        }

        @Override
        public Samples read(Integer key, ByteBuffer from, int at) {
            return new Samples(key, EndpointCodec.INSTANCE.read(from, at),
                    Wire.getU64(from, at + 16), NoteCodec.INSTANCE.read(from, at + 24));
        }
    }

    /**
     * Writes and reads {@code struct note} as {@link Samples.Note}.
     */
    static final class NoteCodec implements Codec<Samples.Note> {
        /**
         * For generated code.
         */
        static final NoteCodec INSTANCE = new NoteCodec();

        private NoteCodec() {
        }

        @Override
        public int size() {
            return 8;
        }

        @Override
        public void write(Samples.Note value, ByteBuffer to, int at) {
            Wire.putU8(to, at, value.code(), "Note.code");
            Wire.putU32(to, at + 4, value.detail(), "Note.detail");
            Wire.zero(to, at + 1, 3);
        }

        @Override
        public Samples.Note read(ByteBuffer from, int at) {
            return new Samples.Note((int) Wire.getU8(from, at), Wire.getU32(from, at + 4));
        }
    }
}
