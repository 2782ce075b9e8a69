package com.acme.net;

import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Integer;
import java.lang.Long;
import java.lang.Object;
import java.lang.Override;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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

    public LastMap(MapBinding binding) {
        super(binding, KEY, SamplesMap::new, SamplesMap.Owned::new);
    }

    /**
     * Finds the map {@code last_samples} in a loaded object.
     *
     * @throws BpfException if the object has no such map, or if it differs from the declaration
     */
    public static LastMap in(LoadedObject object) {
        return bind(LastMap.SPEC, object, "last_samples", LastMap::new);
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
        return LastMap.SPEC.openPinned("last_samples", pin, access, options, Owned::new);
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
        return LastMap.SPEC.openById("last_samples", id, Owned::new);
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
        return LastMap.SPEC.migrate("last_samples", pin, options, migration);
    }

    /** Creates an empty outer map that belongs to no loaded object. */
    public static Owned newMap() {
        return LastMap.SPEC.newMap("last_samples", Owned::new);
    }

    /**
     * Creates an empty outer map and pins it at a path, where other processes and objects find it.
     *
     * @throws BpfException if something is pinned there already
     */
    public static Owned newMap(Path pin) {
        return newMap(pin, PinOptions.asDeclared());
    }

    /**
     * Creates an empty outer map and pins it at a path, where other processes and objects find it.
     *
     * @param options permissions and owner of the new pin
     * @throws BpfException if something is pinned there already
     */
    public static Owned newMap(Path pin, PinOptions options) {
        return LastMap.SPEC.newMap("last_samples", pin, options, Owned::new);
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

        @Override
        public void close() {
            release();
        }
    }
}
