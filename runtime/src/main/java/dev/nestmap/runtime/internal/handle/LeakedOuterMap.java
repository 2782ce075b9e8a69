/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.cleanup.Cleanup;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Closes the open inner maps of an outer map whose handle became garbage without having been closed, and frees its other resources. Like
 * {@link Leak}, it refers to parts of handles and to no handle, because a handle that it refers to would never become garbage. A
 * borrowed handle keeps the outer map's handle reachable.
 */
public final class LeakedOuterMap implements Ending {
    private final AtomicInteger open;
    private final Map<Integer, Leak> inners = new ConcurrentHashMap<>();
    private final List<Runnable> otherActions = new CopyOnWriteArrayList<>();

    /** @param open counts the open inner maps, also those of other outer maps */
    public LeakedOuterMap(AtomicInteger open) {
        this.open = open;
    }

    /** Adds an open inner map, which is not added yet. */
    public void add(OpenMap inner) {
        inners.put(inner.id(), inner.leak());
        open.incrementAndGet();
    }

    /** Removes the inner map with this id, if it was added. It was closed, or has a new owner. */
    public void remove(int id) {
        if (inners.remove(id) != null) {
            open.decrementAndGet();
        }
    }

    /** Adds an action that frees another resource. It must not refer to a handle. */
    public void add(Runnable action) {
        otherActions.add(action);
    }

    /** Frees all resources. A handle that is closed leaves this to {@code OuterMapState}. */
    @Override
    public void abandoned() {
        open.addAndGet(-inners.size());
        new Cleanup()
                .each(inners.values(), Leak::free)
                .each(otherActions, Runnable::run)
                .rethrow();
    }
}
