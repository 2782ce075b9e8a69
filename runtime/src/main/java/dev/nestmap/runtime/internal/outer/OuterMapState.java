/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.handle.ForgottenResources;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ShapeComparison;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Alignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An outer map with its inner maps, in bytes: the one place that changes its entries. Changes of one key come one after the
 * other, each waits for the kernel's grace period; those of different keys share it.
 *
 * <p>A change of several slots is made slot by slot: what the kernel refuses is said in its {@link SlotChange}, and the others take
 * place; so is what fails after a change was made. An exception says that none was.
 */
public final class OuterMapState {
    private static final String OTHER_OWNER =
            "another process, or another object of this one, takes maps out of the pinned outer map";

    private final LeasedMap outer;
    private final MapShape innerShape;
    private final MapFactory factory;
    private final List<String> sleepablePrograms;
    private final OpenInnerMaps inners;
    private final KeyLocks locks = new KeyLocks();
    private final OuterEntries entries;
    private final Publisher publisher;
    private final @Nullable SlotPins pins;
    private final @Nullable RequestTable requests;

    /** The inner maps of an outer map that is not pinned. */
    public OuterMapState(LeasedMap outer, MapShape innerShape, MapFactory factory, List<String> sleepablePrograms) {
        this(outer, innerShape, factory, sleepablePrograms, null, null);
    }

    /**
     * @param innerShape what a new inner map is like
     * @param sleepablePrograms names of the programs that use the outer map and do not hold up a grace period
     * @param pins the pins beside the outer map's; null when it is not pinned
     * @param requests where programs note what they miss; null when inner maps are not made on demand
     */
    public OuterMapState(
            LeasedMap outer,
            MapShape innerShape,
            MapFactory factory,
            List<String> sleepablePrograms,
            @Nullable SlotPins pins,
            @Nullable RequestTable requests) {
        this.outer = outer;
        this.innerShape = innerShape;
        this.factory = factory;
        this.sleepablePrograms = List.copyOf(sleepablePrograms);
        ForgottenResources forgotten = new ForgottenResources();
        this.inners = new OpenInnerMaps(outer, forgotten);
        this.entries = new OuterEntries(outer, innerShape.name(), factory, inners, locks, pins);
        this.publisher = new Publisher(outer);
        this.pins = pins;
        this.requests = requests;
        if (pins != null) {
            forgotten.add(pins::close);
        }
        if (requests != null) {
            forgotten.add(() -> requests.close("its outer map was forgotten"));
        }
        outer.whenForgotten(forgotten::close);
    }

    /** What is in the outer map. */
    public OuterEntries entries() {
        return entries;
    }

    /** The shape that inner maps are declared with. */
    public MapShape innerShape() {
        return innerShape;
    }

    /** Inner maps like the declared one that are made ahead. */
    public SpareMaps spares(int count) {
        return new SpareMaps(() -> create(innerShape), count);
    }

    /**
     * Where programs note what they miss.
     *
     * @throws BpfException when this handle has no such maps
     */
    public RequestTable requireRequests() {
        if (requests == null) {
            throw BpfException.of("serving of requests")
                    .map(name())
                    .because(
                            "the maps that programs note missing keys in are not known: load or bind the object that has them; where"
                                    + " the outer map is pinned, by an object or by create(pin), openPinned(pin) finds them beside it,"
                                    + " to be read and written")
                    .build();
        }
        return requests;
    }

    /** How many bytes an inner map's value takes. */
    public int innerValueRoom() {
        return innerShape.valueRoom(factory::possibleCpus);
    }

    /** Where in a block an inner map's value goes when its key is at {@code innerKeyAt}. */
    public int innerValueAt(int innerKeyAt) {
        return Alignment.align(innerKeyAt + innerShape.keySize());
    }

    /**
     * A new inner map that is in no slot, and the caller's.
     *
     * @throws BpfException when the outer map can't hold such a map
     */
    public LeasedMap make(MapShape shape) {
        refuseDifference("creation of an inner map", null, shape);
        return create(shape);
    }

    /**
     * Puts new inner maps at keys where there are none; where there is one, that is refused with EEXIST.
     *
     * @param fill fills a map before it is published
     */
    public List<SlotChange> create(List<SlotKey> slots, BiConsumer<SlotKey, OpenInnerMap> fill) {
        return create(
                slots,
                () -> create(innerShape),
                (slot, fresh) -> {
                    fill.accept(slot, fresh);
                    return true;
                },
                () -> {});
    }

    /**
     * The same for keys that programs asked for, whose requests end with it.
     *
     * @param spares makes the maps
     * @param fill fills a map before it is published; false leaves its key without one, and its request as it is
     * @param missed told how often programs missed each key that has an inner map now, whoever made that, while the keys are
     *     locked and before the requests go: a process that ends in between leaves them to be told once more, and none untold
     */
    public List<SlotChange> createRequested(
            List<SlotKey> slots,
            SpareMaps spares,
            BiPredicate<SlotKey, OpenInnerMap> fill,
            Consumer<Map<SlotKey, Long>> missed) {
        RequestTable table = requireRequests();
        // While the keys are locked, no inner map of theirs goes, and none comes for which is not waited.
        return create(slots, spares, fill, () -> {
            Map<SlotKey, Long> ended = table.counts(
                    slots.stream().filter(slot -> entries.idOf(slot) != 0).toList());
            missed.accept(ended);
            Map<SlotKey, Long> since = table.take(ended);
            if (!since.isEmpty()) { // who was told has taken maps out
                missed.accept(since);
            }
        });
    }

    private List<SlotChange> create(
            List<SlotKey> slots,
            Supplier<LeasedMap> maker,
            BiPredicate<SlotKey, OpenInnerMap> fill,
            Runnable whileLocked) {
        List<SlotChange> moves = new ArrayList<>();
        try {
            for (SlotKey slot : slots) {
                if (entries.idOf(slot) != 0) {
                    moves.add(SlotChange.refused(slot, -EEXIST));
                } else {
                    SlotChange move =
                            new SlotChange(slot, RawMap.NOEXIST).bringing(IncomingMap.fresh(inners, maker.get()));
                    moves.add(move);
                    if (!fill.test(slot, move.arrived())) {
                        move.abandon(inners);
                    }
                }
            }
            return locks.holding(slots, () -> {
                publish(moves, false, "");
                whileLocked.run();
                return moves;
            });
        } finally {
            abandon(moves);
        }
    }

    /**
     * Puts inner maps of the caller's at keys; their handles are spent where that succeeds.
     *
     * @param handsOut whether what was there becomes the caller's; otherwise it is released
     */
    public List<SlotChange> put(List<SlotKey> slots, List<LeasedMap> maps, boolean handsOut) {
        String spent = "it was put into " + name() + ", which owns the map now";
        List<SlotChange> moves = new ArrayList<>();
        try {
            for (int i = 0; i < slots.size(); i++) {
                refuseDifference(
                        "put of map " + maps.get(i).shape().name(),
                        slots.get(i),
                        maps.get(i).shape());
                moves.add(new SlotChange(slots.get(i), RawMap.ANY)
                        .bringing(IncomingMap.handedOver(inners, maps.get(i), spent)));
            }
            replace(
                    slots,
                    moves,
                    handsOut,
                    handsOut ? "was swapped for another" : "was replaced by a put to " + name());
            return moves;
        } finally {
            abandon(moves);
        }
    }

    /** Puts inner maps that stay where they are into further slots. What was there is released. */
    public List<SlotChange> share(List<SlotKey> slots, List<LeasedMap> maps) {
        List<SlotChange> moves = new ArrayList<>();
        try {
            for (int i = 0; i < slots.size(); i++) {
                refuseDifference(
                        "share of map " + maps.get(i).shape().name(),
                        slots.get(i),
                        maps.get(i).shape());
                moves.add(new SlotChange(slots.get(i), RawMap.ANY).bringing(IncomingMap.shared(inners, maps.get(i))));
            }
            return replace(slots, moves, false, "was replaced by a share to " + name());
        } finally {
            abandon(moves);
        }
    }

    /** Notes that a map of the object's own is in a slot. Where inner maps are pinned, it is put there once more, with its pin. */
    public void adopt(SlotKey slot, LeasedMap map) {
        if (pins != null && pins.pinsInners()) {
            BpfException failure = share(List.of(slot), List.of(map)).get(0).failure();
            if (failure != null) {
                throw failure;
            }
        } else {
            IncomingMap.shared(inners, map).arrived();
        }
    }

    /**
     * Puts empty inner maps in place of those at the keys, and hands the latter out when every program that could have got
     * hold of them has ended and all calls through their handles have. Where there is none, that is refused with ENOENT.
     *
     * @param exact whether to refuse where programs may go on writing to what is handed out
     */
    public List<SlotChange> rotate(List<SlotKey> slots, boolean exact) {
        List<SlotChange> moves = new ArrayList<>();
        try {
            return locks.holding(slots, () -> {
                displace("rotation", slots, RawMap.EXIST, exact, moves);
                for (SlotChange move : moves) {
                    OpenInnerMap old = move.leaving();
                    if (old != null) {
                        move.bringing(IncomingMap.fresh(inners, twin(old.map().raw())));
                    }
                }
                return publish(moves, true, "was rotated");
            });
        } finally {
            abandon(moves);
        }
    }

    /** Removes entries and hands their inner maps out, otherwise like {@link #rotate}. */
    public List<SlotChange> take(List<SlotKey> slots, boolean exact) {
        List<SlotChange> moves = new ArrayList<>();
        try {
            return locks.holding(slots, () -> {
                displace("take", slots, RawMap.ANY, exact, moves);
                return publish(moves, true, "was taken out of " + name());
            });
        } finally {
            abandon(moves);
        }
    }

    /** Removes entries and lets go of their inner maps. Where there is none, that is refused with ENOENT. */
    public List<SlotChange> remove(List<SlotKey> slots) {
        List<SlotChange> moves = new ArrayList<>();
        try {
            slots.forEach(slot -> moves.add(new SlotChange(slot, RawMap.ANY)));
            return replace(slots, moves, false, "was removed from " + name());
        } finally {
            abandon(moves);
        }
    }

    /**
     * The maps that processes before this one displaced and did not drain, with the keys that they were at. What those
     * processes left half done is mended. None where the outer map is not pinned.
     *
     * @param heir makes of a map what is handed over; when it fails for one, all stay where they were
     */
    public <T> List<T> undrained(Function<UndrainedMap, T> heir) {
        SlotPins beside = pins;
        if (beside == null || beside.isReadOnly()) {
            return List.of();
        }
        if (!beside.own()) {
            throw BpfException.of("search for undrained maps")
                    .map(name())
                    .because(OTHER_OWNER + ", and drains them")
                    .build();
        }
        beside.repair(outer, factory, locks, entries::idOf);
        return beside.left(innerShape.name(), entries.ids().keySet()::contains, heir);
    }

    /** Lets go of every inner map. Nobody is in a call of the outer map any more. */
    public void close(String why) {
        Cleanup cleanup = new Cleanup().run(() -> inners.close(why));
        if (pins != null) {
            cleanup.run(pins::close);
        }
        if (requests != null) {
            cleanup.run(() -> requests.close(why));
        }
        cleanup.rethrow();
    }

    /**
     * An empty map with the name and the size of this one; the rest is as it is declared, because the kernel does not tell all
     * of a map: not its node, nor who may write.
     */
    private MapShape twin(MapShape old) {
        return innerShape.named(old.name()).sized(old.maxEntries()).with(old.extra());
    }

    /** An empty map like the one that is there: where events are read, programs find room for theirs from the first moment. */
    private LeasedMap twin(RawMap old) {
        LeasedMap twin = create(twin(old.shape()));
        int room = old.stream().bufferSize();
        if (room > 0) {
            try {
                twin.stream().openBuffers(room);
            } catch (RuntimeException e) {
                twin.close();
                throw e;
            }
        }
        return twin;
    }

    private void displace(
            String operation, List<SlotKey> slots, long condition, boolean exact, List<SlotChange> moves) {
        if (exact && !sleepablePrograms.isEmpty()) {
            throw inexact(
                    operation,
                    slots.get(0),
                    "sleepable programs use the map, and the kernel does not wait for them: "
                            + String.join(", ", sleepablePrograms)
                            + "; pass Exactness.BEST_EFFORT if counts that arrive late may be lost");
        }
        if (pins != null && pins.isReadOnly() && !slots.isEmpty()) {
            throw MapOperation.UPDATE.failed(outer.shape(), slots.get(0).key(), ErrnoNumbers.EPERM);
        }
        if (exact && pins != null && !slots.isEmpty() && !pins.own()) {
            throw inexact(
                    operation,
                    slots.get(0),
                    OTHER_OWNER + "; leave it to that one, or pass Exactness.BEST_EFFORT if counts may be lost");
        }
        for (SlotKey slot : slots) {
            OpenInnerMap old = entries.leaving(slot);
            moves.add(
                    old == null ? SlotChange.refused(slot, -ENOENT) : new SlotChange(slot, condition).displacing(old));
        }
        if (exact) {
            refuseSecondSlot(operation, moves);
        }
    }

    /** Makes moves that take whatever is there, which is opened only if it is handed out. */
    private List<SlotChange> replace(List<SlotKey> slots, List<SlotChange> moves, boolean handsOut, String why) {
        return locks.holding(slots, () -> {
            for (SlotChange move : moves) {
                move.displacing(handsOut ? entries.leaving(move.slot()) : entries.knownLeaving(move.slot()));
            }
            return publish(moves, handsOut, why);
        });
    }

    private List<SlotChange> publish(List<SlotChange> moves, boolean handsOut, String why) {
        SlotPins beside = pins;
        if (beside != null) {
            beside.prepare(outer, moves, handsOut, entries::idOf);
        }
        publisher.publish(
                moves.stream().map(SlotChange::change).filter(Objects::nonNull).toList());
        moves.forEach(move -> move.settle(inners, outer, handsOut, "its entry " + why));
        if (beside != null) {
            moves.forEach(move -> move.afterwards(outer, () -> beside.settle(move)));
        }
        return moves;
    }

    private void abandon(List<SlotChange> moves) {
        new Cleanup().each(moves, move -> move.abandon(inners)).rethrow();
    }

    /** While the outer map is valid, so is what the factory needs of its object. */
    private LeasedMap create(MapShape shape) {
        return outer.whileValid(() -> new LeasedMap(innerShape.name(), factory.create(shape.requireSize(), null)));
    }

    private void refuseDifference(String operation, @Nullable SlotKey slot, MapShape shape) {
        ShapeComparison.difference(innerShape, shape).ifPresent(difference -> {
            throw BpfException.of(operation)
                    .map(name())
                    .key(slot == null ? null : slot.key())
                    .because("it is not what the outer map holds: " + difference + "; take one from detached()")
                    .build();
        });
    }

    private void refuseSecondSlot(String operation, List<SlotChange> moves) {
        Map<Integer, Integer> slots = entries.ids();
        for (SlotChange move : moves) {
            OpenInnerMap old = move.leaving();
            int places = old == null
                    ? 0
                    : Math.max(
                            slots.getOrDefault(old.id(), 0), old.map().places().get());
            if (places > 1) {
                throw inexact(
                        operation,
                        move.slot(),
                        "the inner map is in " + places + " slots, so programs go on writing to it;"
                                + " pass Exactness.BEST_EFFORT to do it to this slot all the same");
            }
        }
    }

    private BpfException inexact(String operation, SlotKey slot, String why) {
        return BpfException.of(operation)
                .map(name())
                .key(slot.key())
                .because(why)
                .build();
    }

    private String name() {
        return outer.shape().name();
    }
}
