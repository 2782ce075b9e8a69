package com.acme.net;

import dev.nestmap.runtime.ArrayAccessor;
import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Integer;
import java.lang.Override;
import java.lang.String;
import java.lang.SuppressWarnings;
import java.nio.ByteBuffer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Accessor of an inner map with {@link Samples} entries. */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public class SamplesMap extends ArrayAccessor<Integer, Samples> {
    /** Codec of the entries, for generated classes. */
    public static final EntryCodec<Integer, Samples> CODEC = new Entries();

    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(SamplesMap.class, "samples", /* interface */ 1);

    /** The map {@code samples_map}, before it is opened. */
    public static final DeclaredMap<SamplesMap, Owned> SAMPLES_MAP = new DeclaredMap<>(SPEC,
            "samples_map", SamplesMap::new, Owned::new);

    /** Changes with the layout in C, so that builds compile the users of these types again. */
    public static final String LAYOUT = "Lbdf6fa9b692d3d";

    public SamplesMap(MapBinding binding) {
        super(binding, CODEC);
    }

    @Override
    protected final EntryCodec<Integer, Samples> codec() {
        return CODEC;
    }

    /** Returns the entry with this key; null if there is none. */
    public @Nullable Samples get(int index) {
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

    /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
    public static final class Owned extends SamplesMap implements OwnedMap {
        public Owned(MapBinding binding) {
            super(binding);
        }
    }

    /** Reads the components of a {@link Samples} entry from its bytes: see {@link EntryView}. */
    public static final class View extends EntryView<Samples> {
        private final EndpointCodec.View endpoint = new EndpointCodec.View(inValue(0));

        private final NoteView note = new NoteView(inValue(24));

        /** Creates a view that has no entry yet. */
        public View() {
            super(CODEC);
        }

        /** Reads the component {@code index}. */
        public int index() {
            return (int) Scalars.getU32(bytes("Samples.index"), key(0));
        }

        /** Reads the component {@code endpoint}. */
        public EndpointCodec.View endpoint() {
            return endpoint;
        }

        /** Reads the component {@code at}. */
        public long at() {
            return Scalars.getU64(bytes("Samples.at"), value(16));
        }

        /** Reads the component {@code note}. */
        public NoteView note() {
            return note;
        }
    }

    /** Converts {@link Samples} entries to and from bytes. Numbers after {@code at} are offsets in the C type. */
    private static final class Entries extends EntryCodec<Integer, Samples> {
        Entries() {
            super(/* key */ 4, /* value */ 32);
        }

        @Override
        public Integer keyOf(Samples entry) {
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
        public void writeValue(Samples entry, ByteBuffer to, int at) {
            EndpointCodec.INSTANCE.write(Scalars.present(entry.endpoint(), "Samples.endpoint"), to, at);
            Scalars.putU64(to, at + 16, entry.at());
            NoteCodec.INSTANCE.write(Scalars.present(entry.note(), "Samples.note"), to, at + 24);
            Scalars.zero(to, at + 12, 4); // padding
        }

        @Override
        public Samples read(Integer key, ByteBuffer from, int at) {
            return new Samples(key, EndpointCodec.INSTANCE.read(from, at),
                    Scalars.getU64(from, at + 16), NoteCodec.INSTANCE.read(from, at + 24));
        }
    }

    /**
     * Converts {@link Samples.Note} to and from the bytes of {@code struct note}. Numbers after {@code at} are offsets
     * in it.
     */
    static final class NoteCodec implements Codec<Samples.Note> {
        /** The only instance, for generated classes. */
        static final NoteCodec INSTANCE = new NoteCodec();

        private NoteCodec() {
        }

        @Override
        public int size() {
            return 8;
        }

        @Override
        public void write(Samples.Note value, ByteBuffer to, int at) {
            Scalars.putU8(to, at, value.code(), "Note.code");
            Scalars.putU32(to, at + 4, value.detail(), "Note.detail");
            Scalars.zero(to, at + 1, 3); // padding
        }

        @Override
        public Samples.Note read(ByteBuffer from, int at) {
            return new Samples.Note((int) Scalars.getU8(from, at), Scalars.getU32(from, at + 4));
        }
    }

    /** Reads the components of a {@link Samples.Note} from its bytes: see {@link EntryView.Struct}. */
    public static final class NoteView extends EntryView.Struct {
        /** Creates a view of a component. Generated code calls it. */
        public NoteView(EntryView.Place place) {
            super(place);
        }

        /** Reads the component {@code code}. */
        public int code() {
            return (int) Scalars.getU8(bytes("Note.code"), value(0));
        }

        /** Reads the component {@code detail}. */
        public long detail() {
            return Scalars.getU32(bytes("Note.detail"), value(4));
        }
    }
}
