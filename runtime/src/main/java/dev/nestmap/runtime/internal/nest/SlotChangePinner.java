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
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pins inner maps while the slots of their pinned outer map change, so that a crash in between loses no map. {@link SlotChangeRun} calls it
 * around each change, and holds the locks of the keys meanwhile.
 */
public interface SlotChangePinner extends AutoCloseable {
    /** Whether inner maps are pinned by their keys. */
    boolean pinsInners();

    /** Whether the outer map was opened read-only, so that no inner map can be displaced. */
    boolean isReadOnly();

    /** Opens the inner map with this id that is pinned for the slot; null if none is pinned there. */
    @Nullable
    RawMap open(SlotKey slot, int id);

    /** Whether the inner map with this id is pinned for the slot, and this process may open it. */
    boolean hasPin(SlotKey slot, int id);

    /**
     * Creates the pins that the changes need. Called before the changes are made. If it fails, it removes the pins that it created.
     *
     * @param outer the outer map
     * @param returnsOutgoing whether the displaced maps are handed out to be drained
     * @param current returns the id of the inner map that is in a slot now
     * @param idsInSlots returns the ids of the maps in all slots
     * @throws dev.nestmap.runtime.error.BpfException if another map is now pinned in place of the outer map, or a
     *     migration of it was interrupted before it pinned that map
     */
    void prepare(
            RawMap outer,
            List<SlotChange> changes,
            boolean returnsOutgoing,
            ToIntFunction<SlotKey> current,
            Supplier<Set<Integer>> idsInSlots);

    /** Removes the pin of the displaced map of a change that was prepared and is not made. Does nothing if there is none. */
    void withdraw(SlotChange change);

    /** Moves or removes the pins of one change after the kernel has made or rejected it. */
    void finish(SlotChange change);

    /**
     * Makes this object the owner of the slots. Of all objects and processes that use the same pin, only the owner changes slots, and hands out
     * displaced maps. The ownership ends when {@link #close} has been called and every displaced map is closed or in a slot again, when
     * another map is pinned in place of the outer map and no displaced map is open, or when the process ends.
     *
     * @return false if another object or process is the owner
     * @throws dev.nestmap.runtime.error.BpfException if this object would become the owner, but another map is now pinned in place of the
     *     outer map, or a migration of it was interrupted before it pinned that map
     */
    boolean acquireOwnership(RawMap outer);

    /** Gives up the ownership, unless a displaced map is open. The next change acquires it again. */
    void giveUp();

    /**
     * How often {@link #acquireOwnership} has made this object the owner of the slots. While it is the owner, no other object or process of
     * Nestmap puts a map into a second slot, unless it has opened the outer map by its id.
     */
    long timesOwned();

    /**
     * Checks that the pins still belong to this outer map. Otherwise gives up the ownership.
     *
     * @throws dev.nestmap.runtime.error.BpfException if another map is now pinned in place of the outer map, or a
     *     migration of it was interrupted before it pinned that map
     */
    void requireOwnPin(RawMap outer);

    /**
     * Repairs the pins of inner maps in slots after a process ended during a change, or another program changed a slot. The caller has acquired
     * the ownership.
     *
     * @param factory opens inner maps that have no pin
     * @param current returns the id of the inner map that is in a slot now, 0 if the slot is empty; called with the key locked
     * @param idsInSlots returns the ids of the maps in all slots
     */
    void repair(
            RawMap outer,
            MapFactory factory,
            KeyLocks locks,
            ToIntFunction<SlotKey> current,
            Supplier<Set<Integer>> idsInSlots);

    /**
     * Lists the displaced maps that nobody has acknowledged and no handle of this process owns, by their former slots. Removes the pins of maps
     * that are in a slot. The caller has acquired the ownership.
     *
     * @param outer name of the outer map
     * @param inner the shape that inner maps are declared with
     * @param idsInSlots reads the ids of the maps that are in a slot of the outer map; called with the keys of the pins locked
     */
    Map<FormerSlot, SlotKey> list(String outer, MapShape inner, KeyLocks locks, Supplier<Set<Integer>> idsInSlots);

    /**
     * Opens a displaced map that {@link #list} found. When the handle is closed, the pin of the map is removed.
     *
     * @param inner the name of inner maps
     * @return null if the pin is missing, or if another displacement has made it
     * @throws dev.nestmap.runtime.error.BpfException if another handle owns the map, or if this object does not own the slots
     */
    @Nullable
    OpenMap open(FormerSlot origin, String inner);

    /** Lists the former slots of all displaced maps with a pin, whoever displaced them. */
    List<FormerSlot> listAll(String outer);

    /** Marks the end of a drain, for tools that show when the map was last drained. Does nothing if this object does not own the slots. */
    void markDrained();

    /** Whether maps that a migration has left for the next load, with counts of an earlier version, are pinned. */
    boolean hasRetired();

    /** Counts the pins of displaced maps that nobody has acknowledged, also those that ended processes left. */
    int count();

    /** Says in messages who owns the slots, as far as this process may know it, and what to do. */
    String owner();

    /** The name of the machine in identities that the options of the pins set; null if they set none. */
    @Nullable
    String machine();

    /** Gives up the ownership that {@link #acquireOwnership} took, as soon as no displaced map is pinned for a handle of this process. */
    @Override
    void close();
}
