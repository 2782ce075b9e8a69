/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** An inner map that its outer map owns, and the borrowed handle to it. */
public final class Inner {
    /** Of a map that is on its way in or out: whether it is in a slot says nothing then. */
    static final long MOVING = Long.MAX_VALUE;

    private final RawMap raw;
    private final LeasedMap map;
    private final ConcurrentHashMap<Object, Object> views = new ConcurrentHashMap<>(2);
    private volatile long since = MOVING;

    Inner(String name, RawMap raw) {
        this.raw = raw;
        this.map = new LeasedMap(name, raw);
    }

    /** The kernel's id of the map. */
    public int id() {
        return map.id();
    }

    /** The borrowed handle. */
    public LeasedMap map() {
        return map;
    }

    /** What {@code viewer} shows of this map: always the same, made by {@code factory} when it is first asked for. */
    @SuppressWarnings("unchecked") // what a viewer finds under itself is what its own factory made
    public <V> V view(Object viewer, Function<LeasedMap, V> factory) {
        Object view = views.get(viewer);
        return (V) (view != null ? view : views.computeIfAbsent(viewer, absent -> factory.apply(map)));
    }

    RawMap raw() {
        return raw;
    }

    /** When it came into a slot, by the clock of {@link InnerMaps}. */
    long since() {
        return since;
    }

    void since(long time) {
        since = time;
    }

    void leaves() {
        since = MOVING;
    }
}
