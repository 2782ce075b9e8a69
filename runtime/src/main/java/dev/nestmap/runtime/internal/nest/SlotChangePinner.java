/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.util.List;
import java.util.Set;
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

    /** Reads the ids of the inner maps in the slots of all other outer maps that are pinned beside this one, whoever declares them. */
    Set<Integer> idsInOthers();

    /** Opens the inner map with this id that is pinned for the slot; null if none is pinned there. */
    @Nullable
    RawMap open(SlotKey slot, int id);

    /**
     * Becomes the owner of the slots, and makes sure that the pins agree with them. Until the caller closes the result, the ownership lasts, and no
     * comparison runs, so the caller may change slots whose keys it has locked.
     *
     * <p>Of all objects and processes that use the same pin, only the owner changes slots, and hands out displaced maps. The ownership ends when
     * {@link #close} has been called and every displaced map is closed or in a slot again, when another map is pinned in place of the outer map and
     * no displaced map is open, or when the process ends.
     *
     * @return null if another object or process is the owner
     * @throws dev.nestmap.runtime.error.BpfException if another map is now pinned in place of the outer map, or if the pins can't be made to agree
     *     with the slots
     */
    Pins.@Nullable Lock use(NestSlots slots);

    /** Whether this object owns the slots and knows that the pins agree with them. */
    boolean isCompared();

    /** Makes the next use compare the slots and the pins again, because a step has failed. */
    void mustCompare();

    /**
     * Makes the pins agree with the slots, and lets the displaced maps wait that earlier processes left.
     *
     * @param again whether to do it even if this object has done it before
     * @return the number of displaced maps that it has found
     */
    int compare(NestSlots slots, boolean again);

    /**
     * Creates the pins that the changes need. Called before the changes are made, in {@link #use}. If it fails, it removes the pins that it created.
     *
     * @param returnsOutgoing whether the displaced maps are handed out to be drained
     * @param current returns the id of the inner map that is in a slot now
     */
    void prepare(NestSlots slots, List<SlotChange> changes, boolean returnsOutgoing, ToIntFunction<SlotKey> current);

    /** Removes the pin of the displaced map of a change that was prepared and is not made. Does nothing if there is none. */
    void withdraw(SlotChange change);

    /** Moves or removes the pins of one change after the kernel has made or rejected it. */
    void finish(SlotChange change);

    /** Gives up the ownership, unless a displaced map is open. The next change acquires it again. */
    void giveUp();

    /**
     * Opens a displaced map that waits in its pin. When the handle is closed, the pin of the map is removed.
     *
     * @param inner the name of inner maps
     * @return null if the pin is missing, or if another displacement has made it
     * @throws dev.nestmap.runtime.error.BpfException if this object does not own the slots
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

    /** Gives up the ownership, as soon as no displaced map is pinned for a handle of this process. */
    @Override
    void close();
}
