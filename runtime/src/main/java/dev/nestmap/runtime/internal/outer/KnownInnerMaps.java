/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeakedOuterMap;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The table of {@link OpenInnerMaps}: inner maps by the kernel's id, open or suspended. Any thread may call {@link #get}, {@link #all} and
 * {@link #isSuspended}. The caller of another method holds the lock of {@link OpenInnerMaps}.
 */
final class KnownInnerMaps {
    private static final int BOXES = 1024;

    private final LeakedOuterMap leakedOuterMap;
    private final ConcurrentHashMap<Integer, KnownInnerMap> byId = new ConcurrentHashMap<>();
    private final @Nullable Integer[] boxes = new Integer[BOXES];
    private final ReferenceQueue<OpenInnerMap> forgotten = new ReferenceQueue<>();

    /** Where {@link #next} goes on, so that it visits all maps in turns. */
    private Iterator<KnownInnerMap> candidates = Collections.emptyIterator();

    /** @param leakedOuterMap learns which inner maps are open */
    KnownInnerMaps(LeakedOuterMap leakedOuterMap) {
        this.leakedOuterMap = leakedOuterMap;
    }

    /** Returns the map with this id; null if it is unknown, or if it is suspended and nobody has a handle. */
    @Nullable
    OpenInnerMap get(int id) {
        KnownInnerMap known = byId.get(boxed(id));
        return known == null ? null : known.get();
    }

    /** Returns the id as an object. Makes no new one if this was done before, and no other id has taken its place since then. */
    private Integer boxed(int id) {
        Integer known = boxes[id % BOXES];
        if (known == null || known != id) {
            known = id;
            boxes[id % BOXES] = known; // a race does no harm: all objects of an id are equal
        }
        return known;
    }

    /** The maps that are open, or that somebody has a handle to. */
    List<OpenInnerMap> all() {
        return byId.values().stream()
                .map(KnownInnerMap::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Adds an open map, or notes that a suspended one is open again. */
    void add(OpenInnerMap inner) {
        byId.put(inner.id(), inner);
        leakedOuterMap.add(inner.map());
    }

    /** Notes that a map is suspended. From now on, the table does not keep it reachable. */
    void suspended(OpenInnerMap inner) {
        byId.put(inner.id(), new SuspendedInnerMap(inner, forgotten));
        leakedOuterMap.remove(inner.id());
    }

    boolean isSuspended(OpenInnerMap inner) {
        return byId.get(inner.id()) instanceof SuspendedInnerMap suspended && suspended.get() == inner;
    }

    void remove(OpenInnerMap inner) {
        byId.remove(inner.id());
        leakedOuterMap.remove(inner.id());
        inner.map().references().addAndGet(-inner.slots());
    }

    /** Removes suspended maps to which nobody has a handle any more. */
    void forget() {
        for (Reference<?> map = forgotten.poll(); map != null; map = forgotten.poll()) {
            byId.remove(((SuspendedInnerMap) map).id(), map);
        }
    }

    /** The number of maps. */
    int size() {
        return byId.size();
    }

    /** Returns the next map of a search that never ends. The table must not be empty. */
    KnownInnerMap next() {
        candidates = candidates.hasNext() ? candidates : byId.values().iterator();
        return candidates.next();
    }
}
