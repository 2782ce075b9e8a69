/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.KeyRule;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Finds the inner maps of an outer map that have been empty for a while, and takes them out of their slots. It looks at all maps a few times
 * during this while, and learns of the entries in between from {@link #displaced}. Other methods are not thread-safe.
 */
public final class IdleInnerMaps {
    private static final int LOOKS = 4;
    private static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Nest nest;
    private final boolean takesCreated;
    private final long idleNanos;
    private final long pause;

    /** The slots whose maps were empty at each look, with the time of the first one. */
    private final Map<SlotKey, Long> emptySince = new HashMap<>();

    /** The slots of displaced maps with entries, since the last look. */
    private final Set<SlotKey> active = ConcurrentHashMap.newKeySet();

    private long nextLook = System.nanoTime();

    private volatile boolean isObserving;

    /**
     * @param idle how long a map must be empty
     * @param takesCreated whether to take out maps that no server of requests has created
     */
    public IdleInnerMaps(Nest nest, Duration idle, boolean takesCreated) {
        this.nest = nest;
        this.takesCreated = takesCreated;
        this.idleNanos = idle.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0 ? Long.MAX_VALUE / 2 : idle.toNanos();
        this.pause = Math.max(LEAST_PAUSE_NANOS, idleNanos / LOOKS);
        observe();
    }

    /** Begins the observation of displaced maps again after {@link #close}. What was seen before it no longer counts. */
    public void observe() {
        if (!isObserving) {
            emptySince.clear();
            nextLook = System.nanoTime();
            isObserving = true;
            nest.observeDisplaced(this);
        }
    }

    /** Ends the observation of displaced maps, so that this object can become garbage before the outer map. Any thread may call it. */
    public void close() {
        isObserving = false;
        nest.stopObserving(this);
    }

    /** Learns of a map that left its slot. Called before anybody gets it. */
    void displaced(SlotChange change) {
        OpenMap map = change.displaced();
        if (map != null && !isEmpty(map)) {
            active.add(change.slot());
        }
    }

    /** Looks at all maps, unless it did so recently. */
    public void look() {
        long now = System.nanoTime();
        if (nextLook - now > 0) {
            return;
        }
        nextLook = now + pause;
        Map<SlotKey, Long> empty = new HashMap<>();
        for (SlotKey slot : nest.maps().slots()) {
            if (mayGo(slot) && isEmpty(slot)) {
                empty.put(slot, emptySince.getOrDefault(slot, now));
            }
        }
        for (SlotKey slot : List.copyOf(active)) {
            active.remove(slot);
            empty.replace(slot, now);
        }
        emptySince.clear();
        emptySince.putAll(empty);
    }

    /**
     * Takes idle maps out of their slots, first those that have been idle for the longest time. A map without entries and lost inserts is
     * freed. The others wait as displaced maps.
     *
     * @return how many maps it has taken out
     * @throws BpfException if nothing could be taken out, because another process owns the slots or too many displaced maps wait
     */
    public int takeOut(int most) {
        look();
        long now = System.nanoTime();
        List<SlotKey> longestIdleFirst = emptySince.entrySet().stream()
                .filter(entry -> now - entry.getValue() >= idleNanos
                        && !active.contains(entry.getKey())
                        && mayGo(entry.getKey())
                        && isEmpty(entry.getKey()))
                .sorted(Map.Entry.comparingByValue(Comparator.comparingLong(since -> since - now)))
                .map(Map.Entry::getKey)
                .toList();
        List<SlotKey> idle = inOneSlot(longestIdleFirst, most);
        if (idle.isEmpty()) {
            return 0;
        }
        boolean exact = nest.exactness().obstacle() == null;
        int count = 0;
        for (SlotChange change : nest.takeIdle(idle, exact, this::mayGo)) {
            OpenMap map = change.displaced();
            if (map == null) {
                continue;
            }
            count++;
            emptySince.remove(change.slot());
            if (exact && change.failure() == null && isSurelyEmpty(map) && !nest.hasLosses(map)) {
                map.closeIfValid("it was idle and empty");
            } else {
                change.giveBackDisplaced();
            }
        }
        return count;
    }

    private boolean mayGo(SlotKey slot) {
        return takesCreated || !nest.isWanted(slot);
    }

    /** Leaves out maps that are in a second slot: taking them out would not be exact, and would free nothing. */
    private List<SlotKey> inOneSlot(List<SlotKey> slots, int most) {
        if (slots.isEmpty()) {
            return slots;
        }
        Map<SlotKey, Integer> ids = new HashMap<>();
        Map<Integer, Integer> counts = new HashMap<>();
        nest.maps().forEach((key, id) -> {
            ids.put(new SlotKey(key, key), id);
            counts.merge(id, 1, Integer::sum);
        });
        return slots.stream()
                .filter(slot -> counts.getOrDefault(ids.getOrDefault(slot, 0), 0) == 1)
                .limit(most)
                .toList();
    }

    private boolean isEmpty(SlotKey slot) {
        try {
            SlottedInnerMap inner = nest.maps().find(slot, nest.maps().idOf(slot));
            return inner != null && isEmpty(inner.map());
        } catch (BpfException e) { // it has left its slot, or this process may not open it
            nest.outer.checkValid();
            return false;
        }
    }

    /**
     * Whether the map has no entries, so that nothing is lost if it is freed. While the kernel moves entries of an RHASH to another table, the
     * map may seem empty.
     */
    static boolean isSurelyEmpty(OpenMap map) {
        return !map.shape().kind().isResized() && isEmpty(map);
    }

    /** Whether the map has no entries or, if it is an array, only zeros. False for types of maps in which this is not known, and if it can't be read. */
    static boolean isEmpty(OpenMap map) {
        MapKind kind = map.shape().kind();
        if (!kind.isCopyable()) {
            return false;
        }
        try (Scratch scratch = Scratch.take(map.shape().keySize())) {
            if (kind.keyRule() == KeyRule.INDEX) {
                return hasOnlyZeros(map);
            }
            return map.nextKey(scratch.block(), -1, 0) == -ErrnoNumbers.ENOENT;
        } catch (InvalidHandleException e) {
            throw e;
        } catch (BpfException e) { // ENOMEM, or BPF_F_WRONLY
            return false;
        }
    }

    private static boolean hasOnlyZeros(OpenMap map) {
        for (BatchScan scan = new BatchScan(map); scan.next(); ) {
            Batch batch = scan.batch();
            ByteBuffer bytes = batch.memory().bytes();
            for (int i = batch.valueAt(0); i < batch.valueAt(batch.count()); i++) {
                if (bytes.get(i) != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
