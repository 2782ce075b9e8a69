/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.cleanup.Cleanup;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Inner maps that the caller owns, by the keys that they were at. {@link OuterAccessor#rotateAll} and similar operations return
 * them. A key without an inner map is absent.
 *
 * @param <K> type of the keys
 * @param <O> type of the handles
 */
public final class OwnedMaps<K, O extends MapAccessor & OwnedMap> implements AutoCloseable {
    private final Map<K, O> maps;

    private OwnedMaps(Map<K, O> maps) {
        this.maps = maps;
    }

    static <K, O extends MapAccessor & OwnedMap> OwnedMaps<K, O> of(Map<K, O> maps) {
        return new OwnedMaps<>(Collections.unmodifiableMap(new LinkedHashMap<>(maps)));
    }

    /**
     * {@return the maps by key, in the order in which the keys were given; each may be closed or put into an outer map by itself}
     */
    public Map<K, O> asMap() {
        return maps;
    }

    /**
     * Returns the map that was at a key.
     *
     * @param key the key
     * @return the map; null if there was none
     */
    public @Nullable O get(K key) {
        return maps.get(key);
    }

    /** {@return the number of maps} */
    public int size() {
        return maps.size();
    }

    /**
     * Passes every key and its map to an action.
     *
     * @param action receives each key and map
     */
    public void forEach(BiConsumer<? super K, ? super O> action) {
        maps.forEach(action);
    }

    /**
     * Closes every map that has not been closed or put into an outer map. If closing one fails, the others are closed first and
     * then the exception is thrown.
     */
    @Override
    public void close() {
        new Cleanup().each(maps.values(), OwnedMap::close).rethrow();
    }

    @Override
    public String toString() {
        return maps.toString();
    }
}
