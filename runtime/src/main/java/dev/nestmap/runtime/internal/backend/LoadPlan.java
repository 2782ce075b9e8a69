/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.map.RawMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of an object's maps before it is loaded and not from its file. The maps in it are closed after the load.
 *
 * @param reused maps that are there already and take the place of the object's own, by name
 * @param prototypes what outer maps hold whose inner maps the object leaves to user space, by name
 * @param maxEntries {@code max_entries} of maps where the object leaves it to user space, by name
 */
public record LoadPlan(Map<String, RawMap> reused, Map<String, RawMap> prototypes, Map<String, Long> maxEntries)
        implements AutoCloseable {
    /** A plan that leaves everything as the object has it; to be added to. */
    public LoadPlan() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    @Override
    public void close() {
        reused.values().forEach(RawMap::close);
        prototypes.values().forEach(RawMap::close);
    }
}
