package com.acme.net;

import dev.nestmap.runtime.Exactness;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.Wire;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Long;
import java.lang.Override;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The live outer map {@code last_samples} of {@link Last}: inner maps of {@link Samples} entries.
 */
@NullMarked
@Generated("dev.nestmap.processor.NestmapProcessor")
public class LastMap extends OuterAccessor<Long, SamplesMap, SamplesMap.Owned> {
    private static final Codec<Long> KEY = Codec.of(4,
            (value, to, at) -> Wire.putU32(to, at, value, "Last.id"),
            (from, at) -> Wire.getU32(from, at));

    private static final ObjectSpec SPEC = ObjectSpec.of(LastMap.class, "last", 1);

    public LastMap(MapHandle handle) {
        super(handle, KEY, SamplesMap::new, SamplesMap.Owned::new);
    }

    /**
     * The map {@code last_samples} of any loaded object, once it is known to be as declared.
     */
    public static LastMap in(LoadedObject object) {
        return bind(LastMap.SPEC, object, "last_samples", LastMap::new);
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
        return LastMap.SPEC.openPinned("last_samples", pin, access, Owned::new);
    }

    /**
     * Puts a map as it is declared, with the same entries, in the place of a pinned one that a version before left. Does nothing where there is none, and when it was done before. End what uses the old map first: what is written to it meanwhile is not in the new one.
     *
     * @param options who may open the new pins
     * @param migration what became of each component
     * @throws BpfException when it can't be migrated, with all that is in the way; then it is as it was
     */
    public static Migrated migrate(Path pin, PinOptions options, Migration migration) {
        return LastMap.SPEC.migrate("last_samples", pin, options, migration);
    }

    /**
     * A new, empty map that is in no object.
     */
    public static Owned create() {
        return LastMap.SPEC.newMap("last_samples", Owned::new);
    }

    /**
     * A new, empty map that other processes, and objects, find by its pin.
     */
    public static Owned create(Path pin) {
        return create(pin, PinOptions.asDeclared());
    }

    /**
     * A new, empty map that other processes, and objects, find by its pin.
     *
     * @param options who may open the pin
     */
    public static Owned create(Path pin, PinOptions options) {
        return LastMap.SPEC.newMap("last_samples", pin, options, Owned::new);
    }

    /**
     * {@link #get(Long)} without a box.
     */
    public @Nullable SamplesMap get(long id) {
        return get((Long) id);
    }

    /**
     * {@link #contains(Long)} without a box.
     */
    public boolean contains(long id) {
        return contains((Long) id);
    }

    /**
     * {@link #getOrCreate(Long)} without a box.
     */
    public SamplesMap getOrCreate(long id) {
        return getOrCreate((Long) id);
    }

    /**
     * {@link #create(Long)} without a box.
     */
    public SamplesMap create(long id) {
        return create((Long) id);
    }

    /**
     * {@link #create(Long, Consumer)} without a box.
     */
    public SamplesMap create(long id, Consumer<? super SamplesMap> fill) {
        return create((Long) id, fill);
    }

    /**
     * {@link #put(Long, SamplesMap.Owned)} without a box.
     */
    public void put(long id, SamplesMap.Owned map) {
        put((Long) id, map);
    }

    /**
     * {@link #swap(Long, SamplesMap.Owned)} without a box.
     */
    public SamplesMap. @Nullable Owned swap(long id, SamplesMap.Owned map) {
        return swap((Long) id, map);
    }

    /**
     * {@link #share(Long, SamplesMap)} without a box.
     */
    public void share(long id, SamplesMap map) {
        share((Long) id, map);
    }

    /**
     * {@link #rotate(Long)} without a box.
     */
    public SamplesMap. @Nullable Owned rotate(long id) {
        return rotate((Long) id);
    }

    /**
     * {@link #rotate(Long, Exactness)} without a box.
     */
    public SamplesMap. @Nullable Owned rotate(long id, Exactness exactness) {
        return rotate((Long) id, exactness);
    }

    /**
     * {@link #take(Long)} without a box.
     */
    public SamplesMap. @Nullable Owned take(long id) {
        return take((Long) id);
    }

    /**
     * {@link #take(Long, Exactness)} without a box.
     */
    public SamplesMap. @Nullable Owned take(long id, Exactness exactness) {
        return take((Long) id, exactness);
    }

    /**
     * {@link #remove(Long)} without a box.
     */
    public boolean remove(long id) {
        return remove((Long) id);
    }

    /**
     * The entry of the inner map at a key; null when there is no such map or entry.
     */
    public @Nullable Samples get(long id, int index) {
        return getInner(id, index, SamplesMap.CODEC);
    }

    /**
     * A handle to a map that is the caller's own, to be closed or put somewhere.
     */
    public static final class Owned extends LastMap implements OwnedMap {
        public Owned(MapHandle handle) {
            super(handle);
        }

        @Override
        public void close() {
            release();
        }
    }
}
