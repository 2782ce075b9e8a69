/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.Errno.EEXIST;

import dev.nestmap.runtime.internal.Batch;
import dev.nestmap.runtime.internal.BatchScan;
import dev.nestmap.runtime.internal.Block;
import dev.nestmap.runtime.internal.Inner;
import dev.nestmap.runtime.internal.LeasedMap;
import dev.nestmap.runtime.internal.Nest;
import dev.nestmap.runtime.internal.RawMap;
import dev.nestmap.runtime.internal.Scratch;
import dev.nestmap.runtime.internal.ShapeComparison;
import dev.nestmap.runtime.spi.Codec;
import dev.nestmap.runtime.spi.EntryCodec;
import dev.nestmap.runtime.spi.MapHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A live map of maps: HASH_OF_MAPS and ARRAY_OF_MAPS. It owns the inner maps in it; {@link #get} lends handles to them, always
 * the same one for the same map. Changes wait until every program that may still use the former entry has ended, about 10 ms;
 * those of one key come one after the other.
 *
 * @param <K> type of the keys
 * @param <M> a borrowed handle to an inner map
 * @param <O> a handle to an inner map that is the caller's own; it is an {@code M} as well
 */
public abstract class OuterAccessor<K, M extends MapAccessor, O extends MapAccessor & OwnedMap> extends MapAccessor {
    private final Nest nest;
    private final Codec<K> key;
    private final Function<MapHandle, M> borrowed;
    private final Function<MapHandle, O> owned;

    /** For generated code. */
    protected OuterAccessor(
            MapHandle handle, Codec<K> key, Function<MapHandle, M> borrowed, Function<MapHandle, O> owned) {
        super(handle);
        this.nest = Objects.requireNonNull(handle.nest(), "a map of maps");
        this.key = key;
        this.borrowed = borrowed;
        this.owned = owned;
    }

    /**
     * The inner map at this key, null when there is none.
     *
     * @throws BpfException when another process put it there and this one may not open it (EPERM: it takes CAP_SYS_ADMIN)
     */
    public @Nullable M get(K at) {
        try (Scratch scratch = encode(at)) {
            Inner inner = nest.find(scratch.block(), at);
            return inner == null ? null : view(inner);
        }
    }

    /** Whether there is an inner map at this key. */
    public boolean contains(K at) {
        try (Scratch scratch = encode(at)) {
            return nest.contains(scratch.block(), at);
        }
    }

    /** The inner map at this key; a new, empty one when there is none. */
    public M getOrCreate(K at) {
        try (Scratch scratch = encode(at)) {
            while (true) {
                Inner inner = nest.find(scratch.block(), at);
                if (inner == null) {
                    inner = nest.create(scratch.block(), at, empty -> {});
                }
                if (inner != null) {
                    return view(inner);
                }
            }
        }
    }

    /**
     * A new, empty inner map at this key.
     *
     * @throws BpfException with EEXIST when there is one already, so that nothing it has counted is dropped
     */
    public M create(K at) {
        return create(at, empty -> {});
    }

    /**
     * A new inner map at this key, filled before programs can see it.
     *
     * @throws BpfException with EEXIST when there is one already, so that nothing it has counted is dropped
     */
    public M create(K at, Consumer<? super M> fill) {
        // Not the thread's scratch memory: it stays free for the calls that fill the map.
        Block block = Block.allocate(nest.idAt() + Long.BYTES);
        key.write(at, block.bytes(), 0);
        Inner inner = nest.create(block, at, fresh -> fill.accept(view(fresh)));
        if (inner == null) {
            throw new BpfException(
                    "creation of an inner map",
                    name(),
                    at,
                    EEXIST,
                    "there is one at this key: take it by get or getOrCreate, or replace it by put",
                    List.of(),
                    null);
        }
        return view(inner);
    }

    /** A new, empty inner map that is in no slot yet. */
    public O detached() {
        return own(nest.make());
    }

    /**
     * Puts an inner map that is the caller's own at this key and takes it over: the handle is spent. The inner map that was
     * there is released and its handles are cut off. When this fails everything is as before.
     *
     * @throws BpfException when the map differs from the declared inner map, or its handle is not valid
     */
    public void put(K at, O map) {
        ShapeComparison.difference(nest.innerShape(), map.shape()).ifPresent(difference -> {
            throw new BpfException(
                    "put of map " + map.name(),
                    name(),
                    at,
                    0,
                    "it is not what the outer map holds: " + difference + "; take one from detached()",
                    List.of(),
                    null);
        });
        try (Scratch scratch = encode(at)) {
            nest.put(scratch.block(), at, map.map());
        }
    }

    /** {@link #rotate(Object, Exactness)}, exact. */
    public @Nullable O rotate(K at) {
        return rotate(at, Exactness.EXACT);
    }

    /**
     * Puts an empty map like it in place of the inner map at this key and returns the latter. When it is returned, no program
     * writes to it any more, because the kernel waits for those that run (since Linux 4.20), and no borrowed handle does.
     * That holds where this process alone owns the slots and no sleepable program uses the outer map; exactness asks for a
     * refusal where the runtime sees otherwise, for which it goes once through the outer map's ids (0.2 µs each).
     *
     * @return null when there is no inner map at this key; then nothing is created
     * @throws BpfException when exactness is asked for and can't be promised
     */
    public @Nullable O rotate(K at, Exactness exactness) {
        boolean exact = exactness == Exactness.EXACT;
        if (exact && !nest.sleepablePrograms().isEmpty()) {
            throw new BpfException(
                    "rotation",
                    name(),
                    at,
                    0,
                    "sleepable programs use the map, and the kernel does not wait for them: "
                            + String.join(", ", nest.sleepablePrograms())
                            + "; pass Exactness.BEST_EFFORT if counts that arrive late may be lost",
                    List.of(),
                    null);
        }
        try (Scratch scratch = encode(at)) {
            RawMap rotated = nest.rotate(scratch.block(), at, exact);
            return rotated == null ? null : own(rotated);
        }
    }

    /** Removes the entry, releases its inner map and cuts off its handles; false when there is none. */
    public boolean remove(K at) {
        try (Scratch scratch = encode(at)) {
            return nest.remove(scratch.block(), at);
        }
    }

    /** Shows every entry; like {@link KeyedAccessor#forEach} while the map changes. */
    public void forEach(BiConsumer<? super K, ? super M> action) {
        forEachId((at, id) -> {
            M map = get(at, id);
            if (map != null) {
                action.accept(at, map);
            }
        });
    }

    /** The keys that have an inner map. */
    public List<K> keys() {
        List<K> keys = new ArrayList<>();
        forEachId((at, id) -> keys.add(at));
        return keys;
    }

    /** How many keys have an inner map. */
    public long count() {
        return keys().size();
    }

    /** Removes every entry, one after the other. Entries that come meanwhile may stay. */
    public void clear() {
        keys().forEach(this::remove);
    }

    /** For generated code: the entry of the inner map at this key, null when either is absent. */
    protected final <I, E> @Nullable E getInner(K at, I innerKey, EntryCodec<I, E> codec) {
        int innerKeyAt = nest.idAt() + Long.BYTES;
        int valueAt = nest.innerValueAt(innerKeyAt);
        try (Scratch scratch = Scratch.take(valueAt + codec.valueSize())) {
            Block block = scratch.block();
            key.write(at, block.bytes(), 0);
            codec.key().write(innerKey, block.bytes(), innerKeyAt);
            return nest.lookupInner(block, at, innerKeyAt, valueAt)
                    ? codec.read(innerKey, block.bytes(), valueAt)
                    : null;
        }
    }

    /** The inner map that an iteration found at this key, null when it has left meanwhile. */
    private @Nullable M get(K at, int id) {
        try (Scratch scratch = encode(at)) {
            Inner inner = nest.find(scratch.block(), at, id);
            return inner == null ? null : view(inner);
        }
    }

    private Scratch encode(K at) {
        Scratch scratch = Scratch.take(nest.idAt() + Long.BYTES);
        try {
            key.write(at, scratch.block().bytes(), 0);
            return scratch;
        } catch (Throwable e) {
            scratch.close();
            throw e;
        }
    }

    private M view(Inner inner) {
        return inner.view(this, map -> borrowed.apply(new MapHandle(map, null)));
    }

    private O own(RawMap raw) {
        LeasedMap map = new LeasedMap(nest.innerShape().name(), raw);
        try {
            return owned.apply(new MapHandle(map, null));
        } catch (Throwable e) {
            map.close();
            throw e;
        }
    }

    private void forEachId(BiConsumer<K, Integer> action) {
        for (BatchScan scan = new BatchScan(map()); scan.next(); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                K at = key.read(batch.keys().bytes(), i * shape().keySize());
                action.accept(at, batch.values().bytes().getInt(i * Integer.BYTES));
            }
        }
    }
}
