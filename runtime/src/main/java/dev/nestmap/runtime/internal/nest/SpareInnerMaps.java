/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapFlags;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recycled inner maps of one outer map. When a map that an exact rotation or take displaced is acknowledged, it comes here, and a later
 * rotation puts it into a slot, empty. This saves the time for freeing and creating maps.
 *
 * <p>A map is recycled only if nobody else can still use it. {@link #enable} confirms that no other process can open the maps, because the
 * outer map is not pinned, and that the programs that use it don't sleep. For each map, the change was exact, so programs that found the map
 * have ended, it was in no other slot, and no other handle of this process uses it. Then the map is cleared: its remaining entries are deleted, and
 * the kernel confirms that none is left. If any of this fails, the map is closed. If its owner's last call has taken all entries, the kernel has
 * confirmed it already.
 *
 * <p>Only maps of type HASH or PERCPU_HASH without fields that the kernel manages are recycled. Creating an ARRAY, queue or LPM_TRIE takes
 * only a few microseconds. A cleared LRU map evicts other entries than a new one, so recycling it would change the results of programs.
 *
 * <p>Keeps at most as many maps as recent rotations needed at once. This class refers to no handle of the outer map, because
 * displaced maps refer to this class, and would keep that handle from becoming garbage.
 */
public final class SpareInnerMaps {
    /** What may be set. With access flags, the map can't be cleared or its descriptor has fewer rights than that of a new map. */
    private static final long FLAGS = MapFlags.NO_PREALLOC | MapFlags.ZERO_SEED;

    /**
     * A map is not recycled if its owner has left more entries in it: this number, or a part of {@code max_entries} if that is more. To
     * delete an entry takes about 0.25 µs, and to create a HASH about 0.03 µs for each possible entry, and a tenth of that without
     * preallocation (measured on 6.18).
     */
    private static final int FEWEST_LEFT = 16;

    private static final int LEFT_DIVISOR = 4;
    private static final int LEFT_DIVISOR_NO_PREALLOC = 32;

    /**
     * After a map that can't be recycled, one map is closed without a try, and twice as many after each further one, up to this number. A map
     * can't be recycled if it has too many entries, or if they can't be deleted.
     */
    private static final int MOST_SKIPPED = 64;

    /** With each rotation of fewer maps, this part of the capacity goes. */
    private static final int DECAY = 16;

    private final Mutex lock = new Mutex();

    /** Empty maps that nobody else used when they were checked. A process with CAP_SYS_ADMIN can open any map by its id. */
    private final Map<MapShape, Deque<RawMap>> byShape = new HashMap<>();

    private final int most;
    private int count;
    private int capacity;
    private int skipped;
    private int skipNext;
    private volatile boolean enabled;

    /** @param most the most maps that this object keeps */
    SpareInnerMaps(int most) {
        this.most = most;
    }

    /**
     * Lets rotations use displaced maps again, after their owners have closed them. The caller knows which programs of the object use the outer map, and
     * that none of them sleeps or runs a callback later. If the outer map is pinned, nothing is recycled, because another process may have opened the
     * displaced map.
     */
    public void enable() {
        enabled = true;
    }

    /** Forbids recycling from now on, because somebody may use displaced maps. A rotation in progress may still publish a recycled map. */
    public void disable() {
        enabled = false;
        trim(0);
    }

    /** The number of maps. */
    public int count() {
        return lock.holding(() -> count);
    }

    /** The memory that the kernel uses for the maps, in bytes: see {@link MapShape#memoryBytes}. */
    public long bytes() {
        return lock.holding(() -> byShape.values().stream()
                .flatMap(Deque::stream)
                .mapToLong(map -> map.shape().memoryBytes(map.valueBytes()))
                .sum());
    }

    /** Notes that a rotation needs this number of maps, and adapts the capacity. */
    void expect(int wave) {
        lock.holding(() -> {
            capacity = Math.min(most, Math.max(wave, capacity - (capacity + DECAY - 1) / DECAY));
        });
        trim(capacity);
    }

    /** Returns an empty map of this shape, which the caller owns; null if there is none. */
    @Nullable
    RawMap take(MapShape shape) {
        return lock.holding(() -> {
            Deque<RawMap> maps = byShape.get(shape);
            RawMap map = maps == null ? null : maps.poll();
            if (map != null) {
                count--;
            }
            return map;
        });
    }

    /** Keeps a displaced map that was acknowledged or discarded, after an exact change. See {@link OpenMap.Recycler}. */
    boolean recycle(RawMap map, boolean isEmptied) {
        return accepts(map.shape()) && keepIf(isEmptied || clear(map), map);
    }

    /** Whether a map of this shape is recycled if it has few entries. */
    private boolean accepts(MapShape shape) {
        if (!enabled
                || !shape.kind().isHash()
                || shape.kind().isLru()
                || shape.kind().isResized()
                || (shape.flags() & ~FLAGS) != 0
                || shape.managed() == null
                || !shape.managed().isEmpty()) {
            return false;
        }
        return lock.holding(() -> {
            if (skipNext > 0) {
                skipNext--;
                return false;
            }
            return count < capacity;
        });
    }

    private boolean keepIf(boolean cleared, RawMap map) {
        return lock.holding(() -> {
            skipped = cleared ? 0 : Math.min(MOST_SKIPPED, Math.max(1, 2 * skipped));
            skipNext = skipped;
            if (!cleared || !enabled || count >= capacity) {
                return false;
            }
            byShape.computeIfAbsent(map.shape(), shape -> new ArrayDeque<>()).add(map);
            count++;
            return true;
        });
    }

    /** Deletes all entries. Returns false if there are too many. The last call of the kernel confirms that no entry is left. */
    private static boolean clear(RawMap map) {
        MapShape shape = map.shape();
        boolean preallocated = (shape.flags() & MapFlags.NO_PREALLOC) == 0;
        long mostLeft =
                Math.max(FEWEST_LEFT, shape.maxEntries() / (preallocated ? LEFT_DIVISOR : LEFT_DIVISOR_NO_PREALLOC));
        BatchScan scan = BatchScan.taking(map, 0);
        long left = 0;
        try {
            while (left <= mostLeft && scan.next()) {
                left += scan.batch().count();
            }
        } catch (BpfException e) {
            return false; // EPERM, for example, if somebody has frozen the map
        } finally {
            scan.end();
        }
        return left <= mostLeft;
    }

    /** Closes maps until at most this number is left. Returns how many it has closed. */
    int trim(int left) {
        ArrayList<RawMap> closing = new ArrayList<>();
        try {
            lock.holding(() -> {
                closing.ensureCapacity(
                        Math.max(0, count - left)); // first, so that no removed map is lost for lack of memory
                removeUntil(left, closing);
            });
        } finally {
            new Cleanup().each(closing, RawMap::close).rethrow();
        }
        return closing.size();
    }

    private void removeUntil(int left, List<RawMap> closing) {
        for (Deque<RawMap> maps : byShape.values()) {
            while (count > left && !maps.isEmpty()) {
                closing.add(maps.remove());
                count--;
            }
        }
        byShape.values().removeIf(Deque::isEmpty);
    }
}
