/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.map.RawMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inner maps of the previous version that several outer maps hold, and the new map of each. So these outer maps hold the same inner map
 * after the migration too, and its entries are handed out once. Closing it closes the new maps.
 */
public final class SharedInnerMaps implements AutoCloseable {
    private final Set<Integer> ids = new HashSet<>();

    /** The new maps by the id of the old one and by what is done with it. */
    private final Map<List<Object>, RawMap> created = new HashMap<>();

    /** No map is shared, as in a migration of one outer map. */
    public SharedInnerMaps() {}

    /** Finds the ids that several of these collections contain. */
    public static SharedInnerMaps in(Collection<? extends Collection<Integer>> idsOfOuterMaps) {
        SharedInnerMaps shared = new SharedInnerMaps();
        Set<Integer> all = new HashSet<>();
        idsOfOuterMaps.forEach(
                ids -> new HashSet<>(ids).stream().filter(id -> !all.add(id)).forEach(shared.ids::add));
        return shared;
    }

    /** Returns the new map of a shared one; null if it does not exist yet, or if the old map is not shared. */
    @Nullable
    RawMap find(int oldId, String kind) {
        return created.get(List.of(oldId, kind));
    }

    /** Keeps the new map of an old one open, if that is shared. */
    void add(int oldId, String kind, RawMap newMap) {
        if (ids.contains(oldId)) {
            created.put(List.of(oldId, kind), newMap);
        }
    }

    boolean owns(RawMap map) {
        return created.containsValue(map);
    }

    @Override
    public void close() {
        List<RawMap> maps = new ArrayList<>(created.values());
        created.clear();
        maps.forEach(RawMap::close);
    }
}
