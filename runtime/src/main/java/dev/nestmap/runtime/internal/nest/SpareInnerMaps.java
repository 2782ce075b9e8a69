/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static java.util.Objects.requireNonNull;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.UnsharedMapFinder;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
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
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Recycled inner maps of one outer map. When a map that an exact rotation or take displaced is acknowledged, it comes here, and a later
 * rotation puts it into a slot, empty. This saves the time for freeing and creating maps.
 *
 * <p>A map is recycled only if nobody else can still use it. For the whole outer map, {@link #enable} confirms that the programs that use
 * it don't sleep. For each map, the change was exact, so programs that found the map have ended, and no other handle, slot or iterator of
 * this process uses it. If the outer map is pinned, another process may have opened the map while it was in its slot: then the next
 * rotation first asks the kernel which of the acknowledged maps nobody uses. Then the map is cleared: its remaining entries are deleted,
 * and the kernel confirms that none is left. If any of this fails, the map is closed. If only this process can use the map, and its owner's
 * last call has taken all entries, the kernel has confirmed it already.
 *
 * <p>Only maps of type HASH or PERCPU_HASH without fields that the kernel manages are recycled. Creating an ARRAY, queue or LPM_TRIE takes
 * only a few microseconds. A cleared LRU map evicts other entries than a new one, so recycling it would change the results of programs.
 *
 * <p>Keeps at most as many maps as recent rotations needed at once. This class refers to no handle of the outer map, because
 * displaced maps refer to this class, and would keep that handle from becoming garbage.
 */
final class SpareInnerMaps {
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
     * can't be recycled if it has too many entries, if somebody uses it, or if its entries can't be deleted.
     */
    private static final int MOST_SKIPPED = 64;

    /** With each rotation of fewer maps, this part of the capacity goes, and this part of the time that a search is expected to take. */
    private static final int DECAY = 16;

    /** A search that failed for now counts as one that took so many times as long, so that rotations don't try it again and again. */
    private static final int RETRY = 64;

    /** How long it takes to create a map and to free it, in nanoseconds: at least, and for each preallocated entry. */
    private static final long NANOS_OF_MAP = 10_000;

    private static final long NANOS_OF_ENTRY = 30;

    private final Mutex lock = new Mutex();

    /** Empty maps that nobody else used when they were checked. A process with CAP_SYS_ADMIN can open any map by its id. */
    private final Map<MapShape, Deque<RawMap>> byShape = new HashMap<>();

    /** Acknowledged maps that others may use. */
    private final List<RawMap> unchecked = new ArrayList<>();

    /** Opens {@link #finder}; null if nobody else can use an acknowledged map. */
    private volatile @Nullable Supplier<@Nullable UnsharedMapFinder> opener;

    /** Held while {@link #finder} is opened, used or closed. Taken before {@link #lock}. */
    private final Mutex searching = new Mutex();

    private @Nullable UnsharedMapFinder finder;

    /** How long the last search for maps that nobody else uses has taken. Less after each rotation that was too small for another one. */
    private volatile long nanosOfSearch;

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
     * Allows recycling.
     *
     * @param opener opens the finder of acknowledged maps that nobody uses; null if nobody can use them
     */
    void enable(@Nullable Supplier<@Nullable UnsharedMapFinder> opener) {
        this.opener = opener;
        enabled = true;
    }

    /** Forbids recycling from now on, because somebody may use displaced maps. */
    void disable() {
        enabled = false;
        trim(0);
    }

    /** The number of maps. */
    int count() {
        return lock.holding(() -> count);
    }

    /** The memory that the kernel uses for the maps, in bytes: see {@link MapShape#memoryBytes}. */
    long bytes() {
        return lock.holding(() -> Stream.concat(byShape.values().stream().flatMap(Deque::stream), unchecked.stream())
                .mapToLong(map -> map.shape().memoryBytes(map.valueBytes()))
                .sum());
    }

    /** Notes that a rotation needs this number of maps, and adapts the capacity. Finds out which acknowledged maps nobody else uses. */
    void expect(int wave) {
        lock.holding(() -> {
            capacity = Math.min(most, Math.max(wave, capacity - (capacity + DECAY - 1) / DECAY));
        });
        trim(capacity);
        List<RawMap> candidates = candidates(wave);
        if (!candidates.isEmpty()) {
            check(candidates);
        }
    }

    /** Takes out the maps that are worth a search, if a search takes less time than the creation of the maps that the rotation needs. */
    private List<RawMap> candidates(int wave) {
        return lock.holding(() -> {
            if (unchecked.isEmpty()
                    || Math.min(wave, unchecked.size()) * nanosSaved(unchecked.get(0)) <= nanosOfSearch) {
                long nanos = nanosOfSearch;
                nanosOfSearch = nanos - nanos / DECAY; // under the lock, or a search has just replaced it
                return List.of();
            }
            List<RawMap> candidates = List.copyOf(unchecked);
            unchecked.clear();
            count -= candidates.size();
            return candidates;
        });
    }

    private static long nanosSaved(RawMap map) {
        MapShape shape = map.shape();
        boolean preallocated = (shape.flags() & MapFlags.NO_PREALLOC) == 0;
        return Math.max(NANOS_OF_MAP, preallocated ? NANOS_OF_ENTRY * shape.maxEntries() : 0);
    }

    /** Keeps the maps that nobody else uses, and closes the others. */
    private void check(List<RawMap> candidates) {
        Set<Integer> unshared = Set.of();
        try {
            unshared = unshared();
        } finally {
            Set<Integer> ids = unshared;
            new Cleanup()
                    .each(candidates, map -> {
                        try (Undo undo = new Undo(map::close)) {
                            if (keepCleared(map, ids.contains(map.id()) && clear(map))) {
                                undo.commit();
                            }
                        }
                    })
                    .rethrow();
        }
    }

    private Set<Integer> unshared() {
        return searching.holding(() -> {
            Supplier<@Nullable UnsharedMapFinder> open = requireNonNull(opener);
            long start = System.nanoTime();
            try {
                finder = finder == null && enabled ? open.get() : finder;
            } catch (BpfException e) { // EMFILE, for example: another try may succeed
                nanosOfSearch = RETRY * (System.nanoTime() - start);
                return Set.of();
            }
            UnsharedMapFinder found = finder;
            if (found == null) {
                disable(); // each further try would fail, too
                return Set.of();
            }
            start = System.nanoTime();
            Set<Integer> ids = found.unshared();
            nanosOfSearch = System.nanoTime() - start;
            return ids;
        });
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
        return accepts(map.shape())
                && (opener == null ? keepCleared(map, isEmptied || clear(map)) : keep(() -> unchecked.add(map)));
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

    /** Keeps a map if nobody uses it and it is empty. Returns false if it is closed instead. */
    private boolean keepCleared(RawMap map, boolean cleared) {
        return lock.holding(() -> {
            skipped = cleared ? 0 : Math.min(MOST_SKIPPED, Math.max(1, 2 * skipped));
            skipNext = skipped;
            return cleared
                    && keep(() -> {
                        byShape.computeIfAbsent(map.shape(), shape -> new ArrayDeque<>())
                                .add(map);
                    });
        });
    }

    private boolean keep(Runnable addition) {
        return lock.holding(() -> {
            if (!enabled || count >= capacity) {
                return false;
            }
            addition.run();
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

    /** Closes all maps and accepts no others. */
    void close() {
        new Cleanup().run(this::disable).run(this::endSearches).rethrow();
    }

    private void endSearches() {
        searching.holding(() -> {
            UnsharedMapFinder closing = finder;
            finder = null;
            if (closing != null) {
                closing.close();
            }
        });
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
        while (count > left && !unchecked.isEmpty()) {
            closing.add(unchecked.remove(unchecked.size() - 1));
            count--;
        }
        for (Deque<RawMap> maps : byShape.values()) {
            while (count > left && !maps.isEmpty()) {
                closing.add(maps.remove());
                count--;
            }
        }
        byShape.values().removeIf(Deque::isEmpty);
    }
}
