/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.handle.Cleanup;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Inner maps that are the caller's own, by the keys that they were at: what {@link OuterAccessor#rotateAll} and the like
 * return. Keys where there was none are not in it.
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

    /** The maps in the order of the keys that were asked for. Each may be closed or put somewhere by itself. */
    public Map<K, O> asMap() {
        return maps;
    }

    /** The map that was at this key; null when there was none. */
    public @Nullable O get(K key) {
        return maps.get(key);
    }

    /** How many there are. */
    public int size() {
        return maps.size();
    }

    /** Shows every map. */
    public void forEach(BiConsumer<? super K, ? super O> action) {
        maps.forEach(action);
    }

    /** Closes every map that has not been closed or given away, also where that fails for one. */
    @Override
    public void close() {
        new Cleanup().each(maps.values(), OwnedMap::close).rethrow();
    }

    @Override
    public String toString() {
        return maps.toString();
    }
}
