package com.acme.net;

import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Override;
import java.lang.String;
import java.lang.SuppressWarnings;
import java.nio.ByteBuffer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Accessor of the map {@code total} with {@link Total} entries. */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
class TotalMap extends HashAccessor<Direction, Total> {
    /** Codec of the entries, for generated classes. */
    static final EntryCodec<Direction, Total> CODEC = new Entries();

    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(TotalMap.class, "total", /* interface */ 1);

    /** The map {@code total}, before it is opened. */
    public static final DeclaredMap<TotalMap, Owned> TOTAL_MAP = new DeclaredMap<>(SPEC, "total",
            TotalMap::new, Owned::new);

    /** Changes with the layout in C, so that builds compile the users of these types again. */
    public static final String LAYOUT = "Ld07f1ace922381";

    TotalMap(MapBinding binding) {
        super(binding, CODEC);
    }

    @Override
    protected final EntryCodec<Direction, Total> codec() {
        return CODEC;
    }

    /** Returns the entry with this key; null if there is none. */
    public @Nullable Total get(Direction direction) {
        return getAt(direction);
    }

    /** Reads the entry with this key into a view. Returns false if there is none. */
    public boolean get(Direction direction, View view) {
        return getAt(direction, view);
    }

    /** Tests for an entry with this key. */
    public boolean contains(Direction direction) {
        return containsAt(direction);
    }

    /** Removes the entry with this key. Returns false if there is none. */
    public boolean remove(Direction direction) {
        return removeAt(direction);
    }

    /**
     * Removes and returns the entry with this key in one step; null if there is none. What a program writes that looked
     * the entry up earlier is lost.
     */
    public @Nullable Total take(Direction direction) {
        return takeAt(direction);
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
            return DirectionCodec.constant(Scalars.getU32(bytes("Total.direction"), key(0)));
        }

        /** Reads the component {@code packets}. */
        public long packets() {
            return Scalars.getU64(bytes("Total.packets"), value(0));
        }
    }

    /** Converts {@link Total} entries to and from bytes. Numbers after {@code at} are offsets in the C type. */
    private static final class Entries extends EntryCodec<Direction, Total> {
        Entries() {
            super(/* key */ 4, /* value */ 8);
        }

        @Override
        public Direction keyOf(Total entry) {
            return Scalars.present(entry.direction(), "Total.direction");
        }

        @Override
        public void writeKey(Direction key, ByteBuffer to, int at) {
            Scalars.putU32(to, at, DirectionCodec.number(key, "Total.direction"),
                    "Total.direction");
        }

        @Override
        public Direction readKey(ByteBuffer from, int at) {
            return DirectionCodec.constant(Scalars.getU32(from, at));
        }

        @Override
        public void writeValue(Total entry, ByteBuffer to, int at) {
            Scalars.putU64(to, at, entry.packets());
        }

        @Override
        public Total read(Direction key, ByteBuffer from, int at) {
            return new Total(key, Scalars.getU64(from, at));
        }
    }
}
