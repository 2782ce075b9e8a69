/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.PerCpuCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.outer.OpenInnerMap;
import dev.nestmap.runtime.internal.outer.OuterMapState;
import dev.nestmap.runtime.internal.outer.SlotChange;
import dev.nestmap.runtime.spi.MapHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A live map of maps: HASH_OF_MAPS and ARRAY_OF_MAPS. It owns the inner maps in it; {@link #get} lends handles to them, always
 * the same one for the same map. Changes wait until every program that may still use the former entry has ended, about 10 ms;
 * those of one key come one after the other, those that wait at the same time, whoever asked for them, share the wait. What is
 * called {@code ...All} changes many keys in one wait, each on its own: a key that fails, which a {@link BatchException} tells,
 * does not hold up the others. The same key twice counts once.
 *
 * <p>An ARRAY_OF_MAPS takes no conditions in the kernel; there another process that puts a map at the same key between the
 * look and the update is overruled. So it is on a HASH_OF_MAPS where several changes go in one batch. Within this process
 * conditions always hold.
 *
 * @param <K> type of the keys
 * @param <M> a borrowed handle to an inner map
 * @param <O> a handle to an inner map that is the caller's own; it is an {@code M} as well
 */
public abstract class OuterAccessor<K, M extends MapAccessor, O extends MapAccessor & OwnedMap> extends MapAccessor {
    private final OuterMapState state;
    private final Codec<K> key;
    private final ChangeResults<K, M, O> outcomes;

    /** For generated code. */
    protected OuterAccessor(
            MapHandle handle, Codec<K> key, Function<MapHandle, M> borrowed, Function<MapHandle, O> owned) {
        super(handle);
        this.state = Objects.requireNonNull(handle.state(), "a map of maps");
        this.key = key;
        this.outcomes = new ChangeResults<>(handle.map().shape().name(), borrowed, owned);
    }

    /**
     * The inner map at this key, null when there is none.
     *
     * @throws BpfException when another process put it there and this one may not open it (EPERM: it takes CAP_SYS_ADMIN)
     */
    public <Q extends K> @Nullable M get(Q at) {
        try (Scratch scratch = encode(at)) {
            OpenInnerMap inner = state.entries().find(scratch.block(), at);
            return inner == null ? null : outcomes.view(inner);
        }
    }

    /** Whether there is an inner map at this key. */
    public <Q extends K> boolean contains(Q at) {
        try (Scratch scratch = encode(at)) {
            return state.entries().contains(scratch.block(), at);
        }
    }

    /** The inner map at this key; a new, empty one when there is none. */
    public <Q extends K> M getOrCreate(Q at) {
        while (true) {
            M there = get(at);
            if (there != null) {
                return there;
            }
            SlotChange move = ChangeResults.only(state.create(slots(List.of(at)), OuterAccessor::leaveEmpty));
            if (move.result() != -EEXIST) {
                return outcomes.created(move);
            }
        }
    }

    /**
     * The inner map at each of these keys, in their order; a new, empty one where there is none.
     *
     * @throws BatchException when some could not be created; the others are there
     */
    public Map<K, M> getOrCreateAll(Collection<? extends K> keys) {
        Map<K, M> found = new HashMap<>();
        Set<K> missing = new LinkedHashSet<>(keys);
        while (!missing.isEmpty()) {
            missing.forEach(at -> {
                M there = get(at);
                if (there != null) {
                    found.put(at, there);
                }
            });
            missing.removeAll(found.keySet());
            List<SlotChange> moves = state.create(slots(missing), OuterAccessor::leaveEmpty).stream()
                    .filter(move -> move.result() != -EEXIST) // another thread was faster: look again
                    .toList();
            outcomes.failIfAny("creation of inner maps", moves);
        }
        Map<K, M> inOrder = new LinkedHashMap<>();
        keys.forEach(at -> inOrder.put(at, Objects.requireNonNull(found.get(at), "found or created")));
        return inOrder;
    }

    /**
     * A new, empty inner map at this key.
     *
     * @throws BpfException with EEXIST when there is one already, so that nothing it has counted is dropped
     */
    public <Q extends K> M create(Q at) {
        return create(at, empty -> {});
    }

    /**
     * A new inner map at this key, filled before programs can see it.
     *
     * @throws BpfException with EEXIST when there is one already, so that nothing it has counted is dropped
     */
    public <Q extends K> M create(Q at, Consumer<? super M> fill) {
        return outcomes.created(ChangeResults.only(
                state.create(slots(List.of(at)), (slot, fresh) -> fill.accept(outcomes.view(fresh)))));
    }

    /** {@link #createAll(Collection, BiConsumer)} with empty maps. */
    public Map<K, M> createAll(Collection<? extends K> keys) {
        return createAll(keys, (at, empty) -> {});
    }

    /**
     * A new inner map at each of these keys, in their order. All are filled before the first is published; when filling fails,
     * none is.
     *
     * @throws BatchException when some could not be created, with EEXIST where there was one already; the others are there
     */
    public Map<K, M> createAll(Collection<? extends K> keys, BiConsumer<? super K, ? super M> fill) {
        List<SlotChange> moves =
                state.create(slots(keys), (slot, fresh) -> fill.accept(outcomes.key(slot), outcomes.view(fresh)));
        outcomes.failIfAny("creation of inner maps", moves);
        Map<K, M> created = new LinkedHashMap<>();
        moves.forEach(move -> created.put(outcomes.key(move.slot()), outcomes.view(move.arrived())));
        return created;
    }

    /** A new, empty inner map that is in no slot yet. */
    public O detached() {
        return detached(InnerOptions.asDeclared());
    }

    /**
     * A new, empty inner map that is in no slot yet.
     *
     * @throws BpfException when the outer map can't hold a map with these options
     */
    public O detached(InnerOptions options) {
        return outcomes.own(state.make(shapeOf(options)));
    }

    /**
     * Puts an inner map that is the caller's own at this key and takes it over: the handle is spent. The inner map that was
     * there is released and its handles are cut off. When this fails everything is as before.
     *
     * @throws BpfException when the map differs from the declared inner map, or its handle is not valid
     */
    public <Q extends K> void put(Q at, O map) {
        outcomes.done(ChangeResults.only(state.put(slots(List.of(at)), List.of(map.map()), false)));
    }

    /**
     * {@link #put} of each.
     *
     * @throws BatchException when some could not be put, whose handles stay valid; the others are put
     * @throws BpfException when a map differs from the declared inner map, or a handle is not valid; then none is put
     * @throws IllegalArgumentException when two keys are the same in C; then none is put
     */
    public void putAll(Map<? extends K, ? extends O> maps) {
        outcomes.failIfAny("put of inner maps", state.put(slotsApart(maps.keySet()), handles(maps.values()), false));
    }

    /**
     * {@link #put}, but what was there becomes the caller's. No program writes to that any more under the conditions of
     * {@link #rotate(Object, Exactness)}; they are not checked.
     *
     * @return null when there was no inner map at this key; the new one is there all the same
     */
    public <Q extends K> @Nullable O swap(Q at, O map) {
        return outcomes.displaced(ChangeResults.only(state.put(slots(List.of(at)), List.of(map.map()), true)));
    }

    /**
     * {@link #swap} of each.
     *
     * @throws BatchException when some could not be put, whose handles stay valid; it has what the others displaced
     * @throws IllegalArgumentException when two keys are the same in C; then none is put
     */
    public OwnedMaps<K, O> swapAll(Map<? extends K, ? extends O> maps) {
        return outcomes.displaced(
                "swap of inner maps", state.put(slotsApart(maps.keySet()), handles(maps.values()), true));
    }

    /**
     * Puts a borrowed inner map into a further slot, of this outer map or of another one. The inner map that was in the slot is
     * released and its handles are cut off. The shared one is released when it has left its last slot. An exact rotation of it
     * is refused, because programs would go on writing to it through its other slots.
     *
     * @throws BpfException when the map differs from the declared inner map, its handle is not valid, or it is the caller's own
     */
    public <Q extends K> void share(Q at, M map) {
        outcomes.done(ChangeResults.only(state.share(slots(List.of(at)), borrowed(List.of(map)))));
    }

    /**
     * {@link #share} of each.
     *
     * @throws BatchException when some could not be put; the others are
     * @throws IllegalArgumentException when two keys are the same in C; then none is put
     */
    public void shareAll(Map<? extends K, ? extends M> maps) {
        outcomes.failIfAny("share of inner maps", state.share(slotsApart(maps.keySet()), borrowed(maps.values())));
    }

    /** {@link #rotate(Object, Exactness)}, exact. */
    public <Q extends K> @Nullable O rotate(Q at) {
        return rotate(at, Exactness.EXACT);
    }

    /**
     * Puts an empty map like it (type, size, flags and name) in place of the inner map at this key and returns the latter. When
     * it is returned, no program writes to it any more, because the kernel waits for those that run (since Linux 4.20), and no
     * borrowed handle does. That holds where this process alone owns the slots and no sleepable program uses the outer map;
     * exactness asks for a refusal where the runtime sees otherwise, for which it goes once through the outer map's ids (0.2 µs
     * each).
     *
     * @return null when there is no inner map at this key; then nothing is created
     * @throws BpfException when exactness is asked for and can't be promised
     * @throws BatchException when the pins of a pinned map could not follow; it has the map
     */
    public <Q extends K> @Nullable O rotate(Q at, Exactness exactness) {
        return outcomes.displaced(ChangeResults.only(state.rotate(slots(List.of(at)), isExact(exactness))));
    }

    /** {@link #rotateAll(Collection, Exactness)}, exact. */
    public OwnedMaps<K, O> rotateAll(Collection<? extends K> keys) {
        return rotateAll(keys, Exactness.EXACT);
    }

    /**
     * {@link #rotate(Object, Exactness)} of each, in one grace period; each is empty from a moment of its own on.
     *
     * @throws BatchException when some could not be rotated; it has the maps of the others
     * @throws BpfException when exactness is asked for and can't be promised for one; then none is rotated
     */
    public OwnedMaps<K, O> rotateAll(Collection<? extends K> keys, Exactness exactness) {
        return outcomes.displaced("rotation of inner maps", state.rotate(slots(keys), isExact(exactness)));
    }

    /** {@link #take(Object, Exactness)}, exact. */
    public <Q extends K> @Nullable O take(Q at) {
        return take(at, Exactness.EXACT);
    }

    /**
     * Removes the entry and returns its inner map, to which nobody writes any more under the conditions of
     * {@link #rotate(Object, Exactness)}.
     *
     * @return null when there is no inner map at this key
     * @throws BpfException when exactness is asked for and can't be promised
     */
    public <Q extends K> @Nullable O take(Q at, Exactness exactness) {
        return outcomes.displaced(ChangeResults.only(state.take(slots(List.of(at)), isExact(exactness))));
    }

    private static boolean isExact(Exactness exactness) {
        return Objects.requireNonNull(exactness, "exactness") == Exactness.EXACT;
    }

    /** {@link #takeAll(Collection, Exactness)}, exact. */
    public OwnedMaps<K, O> takeAll(Collection<? extends K> keys) {
        return takeAll(keys, Exactness.EXACT);
    }

    /**
     * {@link #take(Object, Exactness)} of each: in one grace period from a HASH_OF_MAPS. From an ARRAY_OF_MAPS the kernel can't
     * delete in batches; then 64 share one.
     *
     * @throws BatchException when some could not be taken; it has the maps of the others
     * @throws BpfException when exactness is asked for and can't be promised for one; then none is taken
     */
    public OwnedMaps<K, O> takeAll(Collection<? extends K> keys, Exactness exactness) {
        return outcomes.displaced("take of inner maps", state.take(slots(keys), isExact(exactness)));
    }

    /** Removes the entry, releases its inner map and cuts off its handles; false when there is none. */
    public <Q extends K> boolean remove(Q at) {
        SlotChange move = ChangeResults.only(state.remove(slots(List.of(at))));
        if (move.result() == -ENOENT) {
            return false;
        }
        outcomes.done(move);
        return true;
    }

    /**
     * {@link #remove} of each, as fast as {@link #takeAll}.
     *
     * @return the keys that had an entry
     * @throws BatchException when some could not be removed; the others are
     */
    public List<K> removeAll(Collection<? extends K> keys) {
        List<SlotChange> moves = ChangeResults.present(state.remove(slots(keys)));
        outcomes.failIfAny("removal of inner maps", moves);
        return moves.stream().map(move -> outcomes.key(move.slot())).toList();
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

    /** Removes every entry. Entries that come meanwhile may stay. */
    public void clear() {
        removeAll(keys());
    }

    /**
     * The inner maps that processes before this one displaced and had not closed when they ended, to be asked for at start by
     * the process that owns the slots. They wait as pins beside the outer map's pin: there is none where that is not pinned.
     * A map that is in the outer map still was not displaced; it is unpinned. What else those processes left half done is
     * mended. One that was drained, but not closed, is handed out once more: keep its {@code id()} with what you drained.
     *
     * @throws BpfException when no key of the record's stands for the bytes of one; then all stay pinned
     */
    public List<Undrained<K, O>> undrained() {
        return state.undrained(left -> {
            ByteBuffer bytes = ByteBuffer.wrap(left.key()).order(ByteOrder.nativeOrder());
            return new Undrained<>(EntryDecoder.key(shape(), key, bytes, 0), outcomes.own(left.map()));
        });
    }

    @Override
    protected final void release() {
        super.release();
        state.close("its outer map " + name() + " was closed");
    }

    /** For generated code: the entry of the inner map at this key, null when either is absent. */
    protected final <I, E> @Nullable E getInner(K at, I innerKey, EntryCodec<I, E> codec) {
        int innerKeyAt = state.entries().idAt() + Long.BYTES;
        int valueAt = state.innerValueAt(innerKeyAt);
        try (Scratch scratch = Scratch.take(valueAt + codec.valueSize())) {
            Block block = scratch.block();
            key.write(at, block.bytes(), 0);
            codec.key().write(innerKey, block.bytes(), innerKeyAt);
            return state.entries().lookupInner(block, at, innerKeyAt, valueAt)
                    ? EntryDecoder.entry(state.innerShape(), codec, innerKey, block.bytes(), valueAt)
                    : null;
        }
    }

    /** For generated code: {@link RingBufferAccessor#consume} of all inner maps. */
    protected static <K, E, M extends RingBufferAccessor<E>> long consumeInners(
            OuterAccessor<K, M, ?> outer, Duration timeout, BiConsumer<? super K, ? super E> action)
            throws InterruptedException {
        return RingBufferAccessor.consume(outer, timeout, action);
    }

    /** For generated code: {@link PerfEventAccessor#consume} of all inner maps. */
    protected static <K, E, M extends PerfEventAccessor<E>> long consumeInnerEvents(
            OuterAccessor<K, M, ?> outer,
            Duration timeout,
            BiConsumer<? super K, ? super E> action,
            ObjLongConsumer<? super K> lost)
            throws InterruptedException {
        return PerfEventAccessor.consume(outer, timeout, action, lost);
    }

    /** For generated code: serves the keys that programs miss. */
    protected final RequestServer<K> serve(RequestOptions options, RequestListener<K, M> listener) {
        return RequestServer.start(
                name(),
                state,
                key,
                options,
                listener,
                (slot, fresh) -> listener.fill(outcomes.key(slot), outcomes.view(fresh)));
    }

    /** For generated code: notes a key as if a program had missed it; false when there is no room. */
    protected final boolean note(K at) {
        return state.requireRequests().note(slot(at));
    }

    /** For generated code: reads the records of all CPUs where {@code codec} reads one. */
    protected final <I, E> EntryCodec<I, List<E>> perCpu(EntryCodec<I, E> codec) {
        return new PerCpuCodec<>(codec, state.innerValueRoom());
    }

    /** The inner map that an iteration found at this key, null when it has left meanwhile. */
    private @Nullable M get(K at, int id) {
        try (Scratch scratch = encode(at)) {
            OpenInnerMap inner = state.entries().find(scratch.block(), at, id);
            return inner == null ? null : outcomes.view(inner);
        }
    }

    private Scratch encode(K at) {
        Scratch scratch = Scratch.take(state.entries().idAt() + Long.BYTES);
        try {
            key.write(at, scratch.block().bytes(), 0);
            return scratch;
        } catch (Throwable e) {
            scratch.close();
            throw e;
        }
    }

    private MapShape shapeOf(InnerOptions options) {
        MapShape declared = state.innerShape();
        String own = options.name();
        return declared.named(own == null ? declared.name() : own)
                .sized(options.maxEntries().orElse(declared.maxEntries()));
    }

    /** In order, each once. */
    private List<SlotKey> slots(Collection<? extends K> keys) {
        return keys.stream().map(this::slot).distinct().toList();
    }

    /** In order, one for each key, as there is a map for each: keys that Java tells apart may be one in C, as texts that are cut. */
    private List<SlotKey> slotsApart(Collection<? extends K> keys) {
        Map<SlotKey, SlotKey> slots = new LinkedHashMap<>();
        for (K at : keys) {
            SlotKey slot = slot(at);
            SlotKey former = slots.putIfAbsent(slot, slot);
            if (former != null) {
                throw new IllegalArgumentException("keys " + former + " and " + slot + " of map " + name()
                        + " are the same in C, and it holds one map at a key: leave one of them out");
            }
        }
        return List.copyOf(slots.keySet());
    }

    private SlotKey slot(K at) {
        byte[] bytes = new byte[shape().keySize()];
        key.write(at, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
        return new SlotKey(at, bytes);
    }

    private static List<LeasedMap> handles(Collection<? extends MapAccessor> maps) {
        return maps.stream().map(MapAccessor::map).toList();
    }

    private List<LeasedMap> borrowed(Collection<? extends MapAccessor> maps) {
        for (MapAccessor map : maps) {
            if (map instanceof OwnedMap) {
                throw BpfException.of("share of map " + map.name())
                        .map(name())
                        .because(
                                "it is your own, and writing to it could not be told from the programs': put it into a slot, then share"
                                        + " what get returns")
                        .build();
            }
        }
        return handles(maps);
    }

    private static void leaveEmpty(SlotKey slot, OpenInnerMap fresh) {}

    private void forEachId(BiConsumer<K, Integer> action) {
        for (BatchScan scan = new BatchScan(map()); scan.next(); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                K at = EntryDecoder.key(shape(), key, batch.keys().bytes(), i * shape().keySize());
                action.accept(at, batch.values().bytes().getInt(i * Integer.BYTES));
            }
        }
    }
}
