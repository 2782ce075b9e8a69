/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapKind;
import dev.nestmap.types.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The slots of an outer map: finds the inner maps in them, and opens maps that another process put there. Only {@link SlotChangeRun} changes the
 * entries.
 *
 * <p>Methods with an {@link OffHeapBlock} expect the key at its start and room for an id at {@link #idAt()}.
 */
public final class OuterSlots {
    /** A batch reads this number of entries in less time than a lookup reads one (on 6.18: 0.1 to 0.25 µs an entry, and 0.7 µs a lookup). */
    private static final int SCANNED = 2;

    /** The most places of a map in a message. */
    private static final int MOST_PLACES = 4;

    private final OpenMap outer;
    private final String innerName;
    private final InnerMapDescriptors descriptors;
    private final KnownInnerMaps knownMaps;
    private final SlottedInnerMap.Table table;

    /** The keys whose maps are being drained. */
    private final KeyLocks drains;

    private final SlotChangeQueue queue;
    private final @Nullable NestPins pins;

    /** Whether an inner map may be in several slots, because programs can't write to it. */
    private final boolean areShared;

    /** The maps that programs also use by their names in the object, which libbpf has put into slots. */
    private final Set<Integer> named = ConcurrentHashMap.newKeySet();

    /** Other outer maps of the object, where libbpf has put inner maps of this one into slots. */
    private final List<OuterSlots> ofObject = new CopyOnWriteArrayList<>();

    /** Where the maps are that the last read of all slots has found in several; null if the next exact change reads all slots. */
    private volatile @Nullable Map<Integer, String> inSeveral;

    /** Maps of other processes that were opened since the last scan, and shared ones that have left a slot. */
    private final AtomicLong maybeStale = new AtomicLong();

    /**
     * The number of such maps before the next scan: the number of known maps or of filled slots at the last scan, whichever is larger. So the scans
     * take little time for each of them.
     */
    private volatile long mostStale;

    /**
     * @param inner the shape of inner maps as the records declare it
     * @param pins null if the outer map is not pinned
     */
    OuterSlots(
            OpenMap outer,
            MapShape inner,
            InnerMapDescriptors descriptors,
            SlotChangeQueue queue,
            @Nullable NestPins pins) {
        this.outer = outer;
        this.innerName = inner.name();
        this.areShared = inner.isReadOnlyToPrograms();
        this.descriptors = descriptors;
        this.knownMaps = descriptors.knownMaps();
        this.table = knownMaps.table();
        this.drains = new KeyLocks();
        this.queue = queue;
        this.pins = pins;
    }

    /** Locks keys while a thread drains their maps. */
    public <T extends @Nullable Object> T draining(Collection<SlotKey> slots, Supplier<T> action) {
        if (drains.isHeldByCaller() || queue.isHeldByCaller()) {
            throw new IllegalStateException(
                    ErrorTable.message("DRAIN_IN_ACTION", outer.shape().name()));
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
     * open, or other software has put it there, or it has been recycled meanwhile, and may be in another slot.
     */
    private @Nullable SlottedInnerMap known(int id, OffHeapBlock block) {
        SlottedInnerMap found = table.get(id);
        return found != null && (areShared || found.isIn(block)) ? found : null;
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

    /** Passes the inner maps of those slots that are not empty. Finds their ids with {@link #idsOf}. */
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
     * Returns the inner map that a change is about to take out of a slot; null if the slot is empty. The slot does not change yet.
     *
     * @param id the id of the inner map, from {@link #idsOf}
     */
    @Nullable
    SlottedInnerMap takeOut(SlotKey slot, int id) {
        SlottedInnerMap inner = id == 0 ? null : find(slot, id);
        return inner == null ? null : knownMaps.takeOut(inner);
    }

    private @Nullable SlottedInnerMap open(OffHeapBlock block, Object key) {
        byte[] bytes = new byte[outer.shape().keySize()];
        block.bytes().get(0, bytes);
        SlotKey slot = new SlotKey(key, bytes);
        SlottedInnerMap found = OperationListeners.reporting(() -> open(slot, block));
        closeStaleAfter(1, knownMaps.gone());
        return found;
    }

    private @Nullable SlottedInnerMap open(SlotKey slot, OffHeapBlock block) {
        for (int id = idOf(block, slot.key()); id != 0; id = idOf(block, slot.key())) {
            SlottedInnerMap found = known(id, block);
            if (found != null) {
                return found;
            }
            SlottedInnerMap elsewhere = table.get(id);
            if (elsewhere != null) {
                inSeveral = null; // other software has put it here, and perhaps left it where it was
                if (knownMaps.foundIn(elsewhere, slot)) {
                    return elsewhere;
                }
                continue;
            }
            RawMap raw = descriptors.open(slot, id);
            SlottedInnerMap added = raw == null ? null : add(raw, slot);
            if (added != null) {
                return added;
            }
        }
        return null;
    }

    private @Nullable SlottedInnerMap add(RawMap raw, SlotKey slot) {
        SlottedInnerMap opened = new SlottedInnerMap(new OpenMap(innerName, raw, outer.failure()));
        try (Undo undo = new Undo(opened.map()::close)) {
            SlottedInnerMap added = knownMaps.found(opened, slot, () -> idOf(slot) == opened.id());
            if (opened.equals(added)) {
                undo.commit();
            }
            return added;
        }
    }

    /**
     * Closes maps that are in no slot any more, so that neither file descriptors nor kernel memory pile up: those that another process took out, and
     * shared ones that have left their last slot. Reads all slots only if enough maps may be stale.
     *
     * @param more the number of maps that were opened, or that have left a slot and may be in others
     * @param reason why their handles become invalid
     */
    void closeStaleAfter(long more, String reason) {
        // In a change, the maps that are about to be published are in no slot yet.
        if (maybeStale.addAndGet(more) >= mostStale && !queue.isHeldByCaller()) {
            queue.alone(() -> {
                maybeStale.set(0);
                List<SlottedInnerMap> all = table.all(); // before the slots: another thread may find a map meanwhile
                Set<Integer> inSlots = ids();
                all.stream()
                        .filter(inner -> !inSlots.contains(inner.id()))
                        .forEach(inner -> knownMaps.close(inner, reason));
                mostStale = Math.max(all.size(), inSlots.size());
            });
        }
    }

    /** Whether the kernel checks the condition of each update. It checks none in an array of maps, nor in a batch. */
    boolean isConditionChecked() {
        return outer.shape().kind() == MapKind.HASH_OF_MAPS && !outer.sharesGracePeriods();
    }

    /** Returns the id of the inner map at a key; 0 if the slot is empty. */
    public int idOf(SlotKey slot) {
        return slot.innerId(outer);
    }

    /**
     * Finds the ids of the inner maps in these slots. Reads the whole outer map where this takes less time than single lookups, or where each
     * lookup waits for a grace period. Batches of a HASH_OF_MAPS do not wait.
     *
     * @return the id of the inner map in one of the slots; 0 if the slot is empty
     */
    public ToIntFunction<SlotKey> idsOf(List<SlotKey> slots) {
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

    /** Also looks for inner maps in the slots of another outer map. */
    public void searchAlso(OuterSlots other) {
        ofObject.add(other);
    }

    /** Notes that programs also use a map by its name. */
    void useByName(int id) {
        named.add(id);
    }

    /**
     * Says where programs find the inner map of a slot other than there: by its name, or in another slot, where other software has put it, because
     * Nestmap puts no map in which programs count into a second slot. Null if it is nowhere else. The first call reads all slots, or the first
     * comparison with the pins of a pinned outer map. What other software does later is seen by the next drain of all slots, or when a call
     * finds a map in a second slot.
     */
    @Nullable
    String otherPlaces(int id) {
        if (named.contains(id)) {
            return "used by programs by its name";
        }
        Map<Integer, String> known = inSeveral;
        // Again for a map that is in several, which may have moved from one to the other during the read. Now its key
        // is locked.
        return (known == null || known.containsKey(id)
                        ? read((key, inner) -> {}).inSeveral()
                        : known)
                .get(id);
    }

    /**
     * Passes the bytes of each key that has an inner map, and the id of that map. Reads the whole outer map, and notes what other software has put into
     * second slots.
     */
    public void readSlots(ObjIntConsumer<byte[]> action) {
        read(action);
    }

    /**
     * What a read of all slots has found.
     *
     * @param slots the slots of each inner map, by its id
     * @param inOthers the ids of the maps in slots of the other outer maps where this process looks
     * @param inSeveral where the maps are that are in several slots
     */
    record Read(Map<Integer, List<SlotKey>> slots, Set<Integer> inOthers, Map<Integer, String> inSeveral) {}

    Read read(ObjIntConsumer<byte[]> action) {
        Set<Integer> others = new HashSet<>(pins == null ? Set.of() : pins.idsInOthers());
        ofObject.forEach(other -> others.addAll(other.ids()));
        Map<Integer, List<SlotKey>> slots = new HashMap<>();
        forEach((key, id) -> {
            slots.computeIfAbsent(id, any -> new ArrayList<>(1)).add(new SlotKey(key, key));
            action.accept(key, id);
        });
        Map<Integer, String> several = new HashMap<>();
        slots.forEach((id, holders) -> {
            if (holders.size() > 1 || others.contains(id)) {
                several.put(id, places(holders, others.contains(id)));
            }
        });
        inSeveral = several;
        return new Read(slots, others, several);
    }

    private static String places(List<SlotKey> holders, boolean isInOther) {
        String slots = holders.stream()
                .limit(MOST_PLACES)
                .map(slot -> ByteString.of(slot.bytes()).toString())
                .collect(Collectors.joining(", "));
        return "in " + CountText.of(holders.size(), "slot") + " (the first keys in bytes: " + slots + ")"
                + (isInOther ? " and in another outer map" : "");
    }
}
