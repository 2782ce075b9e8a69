package com.acme.net;

import dev.nestmap.runtime.DeclaredOuterMap;
import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Integer;
import java.lang.Long;
import java.lang.Object;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Accessor of the outer map {@code last_samples}, which {@link Last} declares. Its inner maps have {@link Samples}
 * entries.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public class LastMap extends OuterAccessor<Long, SamplesMap, SamplesMap.Owned> {
    /** Size of a key in bytes. */
    private static final int KEY_SIZE = 4;

    private static final Codec<Long> KEY = Codec.of(KEY_SIZE,
            (value, to, at) -> Wire.putU32(to, at, value, "Last.id"),
            (from, at) -> Wire.getU32(from, at));

    /** Version of the interface between this class and the runtime. */
    private static final int INTERFACE_VERSION = 1;

    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(LastMap.class, "last", INTERFACE_VERSION);

    /** The outer map {@code last_samples}, before it is opened. */
    public static final DeclaredOuterMap<LastMap, Owned> LAST_MAP = new DeclaredOuterMap<>(SPEC,
            "last_samples", LastMap::new, Owned::new);

    public LastMap(MapBinding binding) {
        super(binding, KEY, SamplesMap::new, SamplesMap.Owned::new);
    }

    /** Like {@link #get(Object)}, with a primitive key. */
    public @Nullable SamplesMap get(long id) {
        return get((Long) id);
    }

    /** Like {@link #contains(Object)}, with a primitive key. */
    public boolean contains(long id) {
        return contains((Long) id);
    }

    /** Like {@link #getOrCreate(Object)}, with a primitive key. */
    public SamplesMap getOrCreate(long id) {
        return getOrCreate((Long) id);
    }

    /** Like {@link #create(Object)}, with a primitive key. */
    public SamplesMap create(long id) {
        return create((Long) id);
    }

    /** Like {@link #create(Object, Consumer)}, with a primitive key. */
    public SamplesMap create(long id, Consumer<? super SamplesMap> fill) {
        return create((Long) id, fill);
    }

    /** Like {@link #put(Object, MapAccessor)}, with a primitive key. */
    public void put(long id, SamplesMap.Owned map) {
        put((Long) id, map);
    }

    /** Like {@link #swap(Object, MapAccessor)}, with a primitive key. */
    public SamplesMap. @Nullable Owned swap(long id, SamplesMap.Owned map) {
        return swap((Long) id, map);
    }

    /** Like {@link #share(Object, MapAccessor)}, with a primitive key. */
    public void share(long id, SamplesMap map) {
        share((Long) id, map);
    }

    /** Like {@link #rotate(Object)}, with a primitive key. */
    public SamplesMap. @Nullable Owned rotate(long id) {
        return rotate((Long) id);
    }

    /** Like {@link #rotate(Object, Exactness)}, with a primitive key. */
    public SamplesMap. @Nullable Owned rotate(long id, Exactness exactness) {
        return rotate((Long) id, exactness);
    }

    /** Like {@link #take(Object)}, with a primitive key. */
    public SamplesMap. @Nullable Owned take(long id) {
        return take((Long) id);
    }

    /** Like {@link #take(Object, Exactness)}, with a primitive key. */
    public SamplesMap. @Nullable Owned take(long id, Exactness exactness) {
        return take((Long) id, exactness);
    }

    /** Like {@link #remove(Object)}, with a primitive key. */
    public boolean remove(long id) {
        return remove((Long) id);
    }

    /**
     * Returns one entry of one inner map, or null if there is no such inner map or entry.
     *
     * @param id key of the inner map
     * @param index key of the entry
     */
    public @Nullable Samples get(long id, int index) {
        return getInner(id, index, SamplesMap.CODEC);
    }

    /**
     * Reads one entry of one inner map into a view.
     *
     * @param id key of the inner map
     * @param index key of the entry
     * @param view shows the entry until the next read with it
     * @return false if there is no such inner map or entry
     */
    public boolean get(long id, int index, SamplesMap.View view) {
        ByteBuffer to = keysOf(view);
        Wire.putU32(to, 0, id, "Last.id");
        Wire.putS32(to, innerKeyAt(), index);
        return getInner(view, SamplesMap.CODEC);
    }

    /**
     * Returns entries of several inner maps, in the order of the keys. Keys without an entry are left out.
     *
     * @param keys keys of inner maps and of entries in them
     */
    public Map<NestedKey<Long, Integer>, Samples> getAll(
            Collection<NestedKey<Long, Integer>> keys) {
        return getAllInner(keys, SamplesMap.CODEC);
    }

    /**
     * Shows entries of several inner maps to an action, in the order of the keys. Keys without an entry are left out.
     *
     * @param keys keys of inner maps and of entries in them
     * @param view shows each entry until the action returns
     * @param action receives the keys and the view
     */
    public void getAll(Collection<NestedKey<Long, Integer>> keys, SamplesMap.View view,
            BiConsumer<? super NestedKey<Long, Integer>, ? super SamplesMap.View> action) {
        getAllInner(keys, SamplesMap.CODEC, view, action);
    }

    /**
     * Passes every entry of every inner map to an action. While entries of an inner map are removed, its other entries
     * may be
     * passed twice or not at all: see {@link OuterAccessor#forEachInner}.
     *
     * @param action receives the key of each inner map and each entry
     */
    public void forEachEntry(BiConsumer<? super Long, ? super Samples> action) {
        forEachInner(SamplesMap.CODEC, action);
    }

    /**
     * Shows every entry of every inner map to an action, under the conditions of {@link #forEachEntry(BiConsumer)}.
     *
     * @param view shows each entry until the action returns
     * @param action receives the key of each inner map and the view
     */
    public void forEachEntry(SamplesMap.View view,
            BiConsumer<? super Long, ? super SamplesMap.View> action) {
        forEachInner(SamplesMap.CODEC, view, action);
    }

    /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
    public static final class Owned extends LastMap implements OwnedMap {
        public Owned(MapBinding binding) {
            super(binding);
        }
    }
}
