/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What an outer map and its object know that a comparison of the slots with the pins needs. */
public final class NestSlots {
    private final OpenMap outer;
    private final MapShape inner;
    private final MapFactory factory;
    private final InnerMapFinder maps;
    private final DisplacedMaps displaced;
    private final Supplier<Set<Integer>> idsInOthers;

    NestSlots(
            OpenMap outer,
            MapShape inner,
            MapFactory factory,
            InnerMapFinder maps,
            DisplacedMaps displaced,
            Supplier<Set<Integer>> idsInOthers) {
        this.outer = outer;
        this.inner = inner;
        this.factory = factory;
        this.maps = maps;
        this.displaced = displaced;
        this.idsInOthers = idsInOthers;
    }

    public RawMap outer() {
        return outer;
    }

    /** The shape of inner maps as the records declare it. */
    public MapShape inner() {
        return inner;
    }

    /** Opens inner maps by their ids. */
    public MapFactory factory() {
        return factory;
    }

    /** Reads the slots of each inner map, by its id. Later changes count from here: see {@link InnerMapFinder#slotsOf}. */
    public Map<Integer, List<SlotKey>> read() {
        return maps.readSlots();
    }

    /** Reads the ids of the maps in the slots of the other outer maps of the object. */
    public Set<Integer> idsInOthers() {
        return idsInOthers.get();
    }

    /** The displaced maps that this object knows, whether they wait or a handle owns them. */
    public Set<FormerSlot> displaced() {
        return displaced.origins();
    }

    /** Removes the pins of acknowledged maps that could not be removed before. */
    public void unpinAcknowledged() {
        displaced.unpinAcknowledged();
    }

    /** Lets maps wait that earlier processes displaced. */
    public void add(Map<FormerSlot, SlotKey> found) {
        displaced.list(found);
    }
}
