/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.pin.MapIdentity;
import org.jspecify.annotations.Nullable;

/** A handle to a map that the caller owns. The map is in no outer map. Only subclasses of {@link MapAccessor} implement it. */
public interface OwnedMap extends AutoCloseable {
    /**
     * Closes the map when the calls in progress have ended. Later calls throw. Does nothing if the handle is already closed, or if an outer
     * map has taken over the map. If the map was rotated or taken out and nobody else can use it, Nestmap may delete its entries and
     * recycle it in a later rotation ({@link OuterAccessor#spareCount}).
     */
    @Override
    default void close() {
        ((MapAccessor) this).release();
    }

    /**
     * Identifies the map among the maps of all machines. {@code /etc/machine-id} names the machine. The handle may be closed.
     *
     * @return the identity; null if the map was not taken out of a slot
     * @throws dev.nestmap.runtime.error.BpfException if {@code /etc/machine-id} has no id, as in many containers
     */
    default @Nullable MapIdentity identity() {
        return identity(MapIdentity.machineId());
    }

    /**
     * Identifies the map among the maps of all machines. The caller names the machine. The handle may be closed.
     *
     * @param machine a unique name that stays the same when the machine restarts
     * @return the identity; null if the map was not taken out of a slot
     */
    default @Nullable MapIdentity identity(String machine) {
        OpenMap map = ((MapAccessor) this).map();
        FormerSlot origin = map.origin();
        return origin == null
                ? null
                : new MapIdentity(
                        machine, map.bootId(), origin.mapId(), origin.takenOut(), origin.outerMap(), origin.key());
    }
}
