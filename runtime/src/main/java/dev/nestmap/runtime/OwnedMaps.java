/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.cleanup.Cleanup;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Inner maps that the caller owns, each with its former key. {@link OuterAccessor#rotateAll} and similar operations return at most one map
 * for each key. {@link OuterAccessor#recoverUndrained} can return several maps for the same key.
 *
 * @param <K> type of the keys
 * @param <O> type of the handles
 */
public final class OwnedMaps<K, O extends MapAccessor & OwnedMap> implements AutoCloseable {
    private final List<Map.Entry<K, O>> maps;

    OwnedMaps(Collection<Map.Entry<K, O>> maps) {
        this.maps = List.copyOf(maps);
    }

    /** {@return the keys, in the order in which the caller gave them} */
    public List<K> keys() {
        return maps.stream().map(Map.Entry::getKey).toList();
    }

    /** {@return the maps, in the order of {@link #keys}; the caller may close each separately or put it into an outer map} */
    public List<O> maps() {
        return maps.stream().map(Map.Entry::getValue).toList();
    }

    /**
     * Returns the map that was at a key.
     *
     * @param key the key
     * @return the map, the first if there are several; null if there is none
     */
    public @Nullable O get(K key) {
        int at = keys().indexOf(key);
        return at < 0 ? null : maps.get(at).getValue();
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
        maps.forEach(each -> action.accept(each.getKey(), each.getValue()));
    }

    /**
     * Passes every key and its map to an action, and closes each map after the action has returned. If the action throws, this map and all
     * later maps stay open, and {@link OuterAccessor#recoverUndrained} of the next process returns those that are pinned. Don't close this
     * object in a {@code try} block: that would also close maps that nobody has read.
     *
     * @param action receives each key and map
     */
    public void forEachThenClose(BiConsumer<? super K, ? super O> action) {
        forEach((key, map) -> {
            action.accept(key, map);
            map.close();
        });
    }

    /**
     * Closes every map that has not been closed or put into an outer map. If a map can't be closed, this method closes the other maps and
     * then throws the exception.
     */
    @Override
    public void close() {
        new Cleanup().each(maps(), OwnedMap::close).rethrow();
    }

    @Override
    public String toString() {
        return maps.toString();
    }
}
