/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The slots of an outer map: finds the inner maps in them, opens maps that another process put there, locks the slots, and sends their changes to
 * the kernel. Only {@link SlotChangeRun} changes the entries.
 *
 * <p>Methods with an {@link OffHeapBlock} expect the key at its start and room for an id at {@link #idAt()}.
 */
public final class OuterSlots {
    /** A batch reads this number of entries in less time than a lookup reads one (on 6.18: 0.1 to 0.25 µs an entry, and 0.7 µs a lookup). */
    private static final int SCANNED = 2;

    private final OpenMap outer;
    private final String innerName;
    private final InnerMapDescriptors descriptors;
    private final KnownInnerMaps knownMaps;
    private final SlottedInnerMap.Table table;

    /** The locks of the keys. A thread that changes an entry holds the lock of its key. */
    final KeyLocks locks;

    /** The keys whose maps are being drained. */
    private final KeyLocks drains;

    final SlotChangeBatcher updates;
    final SlotChangeBatcher deletes;
    private final @Nullable NestPins pins;

    /** How often the known slots of the inner maps have become doubtful, at first because nobody has read the slots. */
    private final AtomicLong doubts = new AtomicLong(1);

    /** The same for all outer maps of this process: how often a map has come into a slot that the owner of its other slots may not know. */
    private static final AtomicLong SHARES = new AtomicLong();

    /** What the read of all slots has found that has settled the most doubts. */
    private final AtomicReference<SlotRead> lastRead = new AtomicReference<>(new SlotRead(0, Set.of(), Set.of()));

    /**
     * A read of all slots.
     *
     * @param doubts the number of {@link OuterSlots#doubts} that it has settled
     * @param uncounted the maps in more slots than this process knew, by their ids
     * @param inOthers the ids of the maps in slots of the other outer maps of the set
     */
    private record SlotRead(long doubts, Set<Integer> uncounted, Set<Integer> inOthers) {}

    /** Maps of other processes that were opened since the last scan. */
    private final AtomicLong opened = new AtomicLong();

    /**
     * Number of maps that may be opened before the next scan: the number of known maps or of filled slots at the last scan, whichever is
     * larger. So the scans take little time for each map that is opened.
     */
    private volatile long opensUntilScan;

    /**
     * @param innerName name of the inner maps as the records declare it
     * @param pins null if the outer map is not pinned
     */
    OuterSlots(OpenMap outer, String innerName, InnerMapDescriptors descriptors, @Nullable NestPins pins) {
        this.outer = outer;
        this.innerName = innerName;
        this.descriptors = descriptors;
        this.knownMaps = descriptors.knownMaps();
        this.table = knownMaps.table();
        this.locks = new KeyLocks(outer.shape().name());
        this.drains = new KeyLocks(outer.shape().name());
        Lock turn = new ReentrantLock(true);
        this.updates = new SlotChangeBatcher(outer, turn, "update");
        this.deletes = new SlotChangeBatcher(outer, turn, "delete");
        this.pins = pins;
    }

    /** Locks keys while a thread drains their maps. A thread acquires such a lock before one of {@link #locks}. */
    public <T extends @Nullable Object> T draining(Collection<SlotKey> slots, Supplier<T> action) {
        if (drains.isHeldByCaller() || locks.isHeldByCaller()) {
            throw new IllegalStateException("a drain of map " + outer.shape().name()
                    + " begins inside an action of another drain, or inside a listener that is called for keys of this map."
                    + " Begin it after the action has returned, or on another thread, without waiting for that thread");
        }
        return drains.holding(slots, action);
    }

    /** The offset in a block at which a lookup writes the inner map's id. */
    public int idAt() {
        return Alignment.align(outer.shape().keySize());
    }

    /** Returns the inner map at a key, or null if the slot is empty. Makes one system call if the map is open and was not recycled. */
    public @Nullable SlottedInnerMap find(OffHeapBlock block, Object key) {
        int id = idOf(block, key);
        if (id == 0) {
            return null;
        }
        SlottedInnerMap found = known(id, block);
        return found != null ? found : open(block, key);
    }

    /**
     * Returns the map with an id that was read from the slot whose key is at the start of the block. Null if it is not known to be there: it is not
     * open, or another process or the load has put it into a second slot, or it has been recycled meanwhile, and may be in another slot.
     */
    private @Nullable SlottedInnerMap known(int id, OffHeapBlock block) {
        SlottedInnerMap found = table.get(id);
        return found != null && found.isIn(block) ? found : null;
    }

    /**
     * Returns the inner map at a key where an iteration found the given id. Makes no system call if the map is open and was not recycled.
     * Returns null if the slot has become empty.
     */
    public @Nullable SlottedInnerMap find(SlotKey slot, int id) {
        try (Scratch scratch = encode(slot)) {
            return find(scratch.block(), slot.key(), id);
        }
    }

    /** Passes the inner maps of those slots that are not empty. Finds their ids with {@link #idsOf(OpenMap, List)}. */
    public void findAll(List<SlotKey> slots, BiConsumer<SlotKey, SlottedInnerMap> action) {
        ToIntFunction<SlotKey> ids = idsOf(slots);
        for (SlotKey slot : slots) {
            int id = ids.applyAsInt(slot);
            SlottedInnerMap found = id == 0 ? null : find(slot, id);
            if (found != null) {
                action.accept(slot, found);
            }
        }
    }

    /** Does the same as {@link #find(SlotKey, int)}. */
    public @Nullable SlottedInnerMap find(OffHeapBlock block, Object key, int id) {
        SlottedInnerMap found = known(id, block);
        return found != null ? found : find(block, key);
    }

    /**
     * Looks up an entry of an inner map. Returns false if the inner map or the entry does not exist. Starts again if the inner map
     * is taken out of its slot between the two lookups.
     *
     * @param keyOf returns the key at the start of the block; called only for messages, and for a map that is not open yet
     * @param innerKeyAt offset of the inner key in the block
     * @param valueAt offset at which the inner value is written
     * @param flags {@link RawMap#LOCK} or 0
     */
    public boolean lookupInner(
            OffHeapBlock block, Function<OffHeapBlock, Object> keyOf, int innerKeyAt, int valueAt, long flags) {
        while (true) {
            int id = readId(block);
            SlottedInnerMap inner = id > 0 ? known(id, block) : null;
            if (inner == null && id != 0) {
                inner = find(block, keyOf.apply(block));
            }
            if (inner == null) {
                return false;
            }
            int result = inner.map().lookupIfValid(block, innerKeyAt, valueAt, flags);
            if (result == 0 || result == -ENOENT) {
                return result == 0;
            }
            if (result != OpenMap.REVOKED) {
                throw OperationListeners.leaving(
                        MapOperation.LOOKUP.failed(inner.map().shape(), null, result));
            }
        }
    }

    /** Whether there is an inner map at a key. */
    public boolean contains(OffHeapBlock block, Object key) {
        return idOf(block, key) != 0;
    }

    /**
     * Begins the change that takes the inner map out of a slot, and returns the map; null if the slot is empty. The caller holds the
     * lock of the key and ends the change.
     *
     * @param id the id of the inner map, from {@link #idsOf}
     */
    @Nullable
    SlottedInnerMap beginTakeOut(SlotKey slot, int id) {
        if (id == 0) {
            return null;
        }
        try (Scratch scratch = encode(slot)) {
            SlottedInnerMap inner = find(scratch.block(), slot.key(), id);
            while (inner != null && !knownMaps.beginChange(inner)) {
                inner = find(scratch.block(), slot.key());
            }
            return inner;
        }
    }

    /** Like {@link #beginTakeOut}, but also returns null if this process does not have the inner map open. */
    @Nullable
    SlottedInnerMap beginTakeOutIfOpen(int id) {
        SlottedInnerMap inner = table.get(id);
        return inner != null && knownMaps.beginChange(inner) ? inner : null;
    }

    private @Nullable SlottedInnerMap open(OffHeapBlock block, Object key) {
        byte[] bytes = new byte[outer.shape().keySize()];
        block.bytes().get(0, bytes);
        SlotKey slot = new SlotKey(key, bytes);
        SlottedInnerMap found = OperationListeners.reporting(() -> locks.reading(slot, () -> openLocked(slot, block)));
        if (opened.incrementAndGet() >= opensUntilScan) {
            opened.set(0);
            closeStale();
        }
        return found;
    }

    private @Nullable SlottedInnerMap openLocked(SlotKey slot, OffHeapBlock block) {
        for (int id = idOf(block, slot.key()); id != 0; id = idOf(block, slot.key())) {
            SlottedInnerMap found = known(id, block);
            if (found != null) {
                return found;
            }
            SlottedInnerMap elsewhere = table.get(id);
            if (elsewhere != null) {
                int same = id;
                if (knownMaps.foundIn(elsewhere, slot, other -> idOf(other) == same)) {
                    return elsewhere;
                }
                continue;
            }
            RawMap raw = descriptors.open(slot, id);
            if (raw != null) {
                SlottedInnerMap added = knownMaps.addFound(new OpenMap(innerName, raw, outer.failure()));
                knownMaps.endFound(added, slot);
                return added;
            }
        }
        return null;
    }

    /** Closes maps that another process took out of their slots, so that neither file descriptors nor kernel memory pile up. */
    private void closeStale() {
        long start = knownMaps.now();
        Set<Integer> inSlots = ids();
        List<SlottedInnerMap> all = table.all();
        for (SlottedInnerMap inner : all) {
            // The scan may have missed a map that was put into a slot after its start.
            knownMaps.closeIf(
                    inner, () -> inner.lastChange() <= start && !inSlots.contains(inner.id()), knownMaps.gone());
        }
        opensUntilScan = Math.max(all.size(), inSlots.size());
    }

    /** Returns the id of the inner map at a key; 0 if the slot is empty. */
    public int idOf(SlotKey slot) {
        return slot.innerId(outer);
    }

    /** Finds the ids of the inner maps in these slots. See {@link #idsOf(OpenMap, List)}. */
    public ToIntFunction<SlotKey> idsOf(List<SlotKey> slots) {
        return idsOf(outer, slots);
    }

    /**
     * Finds the ids of the inner maps in these slots. Reads the whole outer map where this takes less time than single lookups, or where each
     * lookup waits for a grace period. Batches of a HASH_OF_MAPS do not wait.
     *
     * @return the id of the inner map in one of the slots; 0 if the slot is empty
     */
    static ToIntFunction<SlotKey> idsOf(OpenMap outer, List<SlotKey> slots) {
        boolean isLarge = outer.shape().maxEntries() > (long) SCANNED * slots.size();
        if (slots.size() == 1
                || outer.shape().kind() != MapKind.HASH_OF_MAPS
                || (isLarge && outer.sharesGracePeriods())) {
            return slot -> slot.innerId(outer);
        }
        Map<SlotKey, Integer> ids = new HashMap<>();
        BatchScan.forEachSlot(outer, (key, id) -> ids.put(new SlotKey(key, key), id));
        return slot -> ids.getOrDefault(slot, 0);
    }

    private int idOf(OffHeapBlock block, Object key) {
        int id = readId(block);
        if (id < 0) {
            throw OperationListeners.leaving(MapOperation.LOOKUP.failed(outer.shape(), key, id));
        }
        return id;
    }

    /** Returns the id of the inner map at the key at the start of the block, 0 if the slot is empty, or a negative errno. */
    private int readId(OffHeapBlock block) {
        int result = outer.lookup(block, 0, idAt());
        if (result == -ENOENT) {
            return 0;
        }
        return result == 0 ? block.bytes().getInt(idAt()) : result;
    }

    private Scratch encode(SlotKey slot) {
        Scratch scratch = Scratch.take(idAt() + Integer.BYTES);
        slot.writeTo(scratch.block(), 0);
        return scratch;
    }

    /** Passes the bytes of each key that has an inner map, and the id of that map. Reads the whole outer map. */
    public void forEach(ObjIntConsumer<byte[]> action) {
        BatchScan.forEachSlot(outer, action);
    }

    /** Counts the inner maps. Reads the whole outer map. */
    public long count() {
        long[] count = {0};
        forEach((key, id) -> count[0]++);
        return count[0];
    }

    /** Returns the ids of the inner maps. Reads the whole outer map. */
    Set<Integer> ids() {
        return BatchScan.innerIds(outer);
    }

    /** Notes that the known slots of a map may differ from those that hold it, because a change failed. */
    void slotsAreInDoubt() {
        doubts.incrementAndGet();
    }

    /** Notes that a map came into a slot without the knowledge of others that count its slots. They may be those of any outer map. */
    static void slotsAreUnknown() {
        SHARES.incrementAndGet();
    }

    private long doubts() {
        return doubts.get() + SHARES.get();
    }

    /**
     * Returns the number of slots that hold each of these maps, whoever has put them there; an id is missing if {@link
     * SlottedInnerMap#slots} has the number. All slots of another outer map of the set count as one. The first comparison with the pins of a pinned
     * outer map has read all slots of the set: afterwards each change counts, because only the owner changes slots. The caller owns the slots, and has
     * made sure that no change of these maps is in progress.
     */
    Map<Integer, Integer> slotsOf(Collection<Integer> ids) {
        SlotRead last = lastRead.get();
        if (ids.isEmpty() || (last.doubts() == doubts() && ids.stream().noneMatch(last.uncounted()::contains))) {
            return Map.of();
        }
        Map<Integer, List<SlotKey>> slots = readSlots((key, id) -> {});
        slots.keySet().retainAll(ids);
        Set<Integer> others = idsInOthers();
        return slots.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        found -> found.getValue().size() + (others.contains(found.getKey()) ? 1 : 0)));
    }

    /** The ids of the maps in slots of the other outer maps of the set, at the last read of all slots. */
    Set<Integer> idsInOthers() {
        return lastRead.get().inOthers();
    }

    /**
     * Passes the bytes of each key that has an inner map, and the id of that map. Reads the whole outer map, so that later changes also know what other
     * software has put into second slots.
     *
     * @return the slots of each inner map, by its id
     */
    public Map<Integer, List<SlotKey>> readSlots(ObjIntConsumer<byte[]> action) {
        long seen = doubts();
        Set<Integer> others = pins == null ? Set.of() : pins.idsInOthers();
        Map<Integer, List<SlotKey>> slots = new HashMap<>();
        forEach((key, id) -> {
            slots.computeIfAbsent(id, any -> new ArrayList<>()).add(new SlotKey(key, key));
            action.accept(key, id);
        });
        Set<Integer> uncounted = slots.entrySet().stream()
                .filter(found -> others.contains(found.getKey()) || !isKnown(found.getKey(), found.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
        // A read of another thread, which began later, may have ended before.
        lastRead.accumulateAndGet(
                new SlotRead(seen, uncounted, others), (last, read) -> read.doubts() < last.doubts() ? last : read);
        return slots;
    }

    /** Whether this process knows all slots that hold a map, or will know its only one when it finds the map there. */
    private boolean isKnown(int id, List<SlotKey> holders) {
        SlottedInnerMap known = table.get(id);
        List<SlotKey> knownSlots = known == null ? List.of() : known.knownSlots();
        return (knownSlots.isEmpty() && holders.size() == 1) || knownSlots.containsAll(holders);
    }
}
