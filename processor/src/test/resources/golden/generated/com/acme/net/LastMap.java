package com.acme.net;

import dev.nestmap.runtime.DeclaredOuterMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.NestAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Integer;
import java.lang.Long;
import java.lang.Override;
import java.lang.String;
import java.lang.SuppressWarnings;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Accessor of the outer map {@code last_samples}, which {@link Last} declares. Its inner maps have {@link Samples}
 * entries.
 */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public class LastMap extends NestAccessor<Long, Integer, Samples, SamplesMap, SamplesMap.Owned> {
    private static final Codec<Long> KEY = Codec.of(/* bytes */ 4,
            (value, to, at) -> Scalars.putU32(to, at, value, "Last.id"),
            (from, at) -> Scalars.getU32(from, at));

    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(LastMap.class, "last", /* interface */ 1);

    /** The outer map {@code last_samples}, before it is opened. */
    public static final DeclaredOuterMap<LastMap, Owned> LAST_MAP = new DeclaredOuterMap<>(SPEC,
            "last_samples", LastMap::new, Owned::new);

    /** Changes with the layout in C, so that builds compile the users of these types again. */
    public static final String LAYOUT = "L5edbba85795cfa";

    public LastMap(MapBinding binding) {
        super(binding, KEY, SamplesMap.CODEC, SamplesMap::new, SamplesMap.Owned::new);
    }

    @Override
    protected final EntryCodec<Integer, Samples> entryCodec() {
        return SamplesMap.CODEC;
    }

    /** Returns an entry of the inner map at a key; null if there is no inner map or no entry. */
    public @Nullable Samples get(long id, int index) {
        return getAt(id, index);
    }

    /** Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry. */
    public boolean get(long id, int index, SamplesMap.View view) {
        ByteBuffer to = keys(view);
        Scalars.putU32(to, 0, id, "Last.id");
        Scalars.putU32(to, innerKeyAt(), index);
        return find(view);
    }

    /** Returns the inner map at a key; null if there is none. */
    public @Nullable SamplesMap get(long id) {
        return getAt(id);
    }

    /** Tests for an inner map at a key. */
    public boolean contains(long id) {
        return containsAt(id);
    }

    /** Returns the inner map at a key. Creates an empty map if the slot is empty. */
    public SamplesMap getOrCreate(long id) {
        return getOrCreateAt(id);
    }

    /** Creates an empty inner map at a key. Fails with EEXIST if the slot has one. */
    public SamplesMap create(long id) {
        return createAt(id);
    }

    /** Creates an empty inner map of another size at a key. Fails with EEXIST if the slot has one. */
    public SamplesMap create(long id, long maxEntries) {
        return createAt(id, maxEntries);
    }

    /** Creates an inner map at a key and fills it before programs can see it. Fails with EEXIST if the slot has one. */
    public SamplesMap create(long id, Consumer<? super SamplesMap> fill) {
        return createAt(id, fill);
    }

    /**
     * Puts an inner map that the caller owns into the slot of a key, and displaces the previous one: see
     * {@link #swapAt}.
     */
    public @Nullable Displaced<Long, SamplesMap> swap(long id, SamplesMap.Owned map) {
        return swapAt(id, map);
    }

    /** Puts a displaced inner map into the slot of a key, and displaces the previous one: see {@link #swapAt}. */
    public @Nullable Displaced<Long, SamplesMap> swap(long id, Displaced<?, SamplesMap> displaced) {
        return swapAt(id, displaced);
    }

    /**
     * Puts a borrowed inner map into one more slot, and displaces the previous one of that slot: see {@link #shareAt}.
     */
    public @Nullable Displaced<Long, SamplesMap> share(long id, SamplesMap map) {
        return shareAt(id, map);
    }

    /** Replaces the inner map at a key with an empty one, and displaces the previous one: see {@link #rotateAt}. */
    public @Nullable Displaced<Long, SamplesMap> rotate(long id) {
        return rotateAt(id);
    }

    /** Empties the slot of a key, and displaces its inner map: see {@link #takeAt}. */
    public @Nullable Displaced<Long, SamplesMap> take(long id) {
        return takeAt(id);
    }

    /** Passes the counts at a key to an action, with an empty inner map in the slot: see {@link #drainAt}. */
    public long drain(long id, Displaced.Action<? super Long, ? super SamplesMap> action) {
        return drainAt(id, action);
    }

    /** Passes the counts at a key to an action, and leaves the slot empty: see {@link #drainLastAt}. */
    public long drainLast(long id, Displaced.Action<? super Long, ? super SamplesMap> action) {
        return drainLastAt(id, action);
    }

    /** Empties the slot of a key, and drops its inner map with its entries. Returns false if there is none. */
    public boolean discard(long id) {
        return discardAt(id);
    }

    /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
    public static final class Owned extends LastMap implements OwnedMap {
        public Owned(MapBinding binding) {
            super(binding);
        }
    }
}
