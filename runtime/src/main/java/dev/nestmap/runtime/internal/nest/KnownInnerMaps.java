/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.HandleEndAction;
import dev.nestmap.runtime.internal.open.HandleLeakWatch;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The inner maps of one outer map that this process knows, by the kernel's id. A map is added before it is put into a slot: a thread that
 * finds its id there need not open it, which would require CAP_SYS_ADMIN.
 *
 * <p>A map is in one slot, and leaves this table with it. Shared maps, to which programs can't write, may be in several slots: {@link
 * OuterSlots#closeStaleAfter} closes them. Only the thread that has the turn at the slots ({@link SlotChangeQueue}) adds and removes maps, but any
 * thread may add one that it has found in a slot.
 *
 * <p>The maps stay open, so the kernel gives their ids to no other map.
 */
final class KnownInnerMaps {
    private final OpenMap outer;
    private final InnerMapDescriptors descriptors;
    private final Remains remains = new Remains();
    private final SlottedInnerMap.Table table = new SlottedInnerMap.Table();

    private final SpareInnerMaps spares;

    /** Held while the table or a map in it changes. */
    private final Mutex lock = new Mutex();

    /** Whether the maps may be in several slots. */
    private final boolean areShared;

    /** Why the outer map was closed; null while it is open. */
    private @Nullable String closed;

    /**
     * Frees the open inner maps and other resources of an outer map whose handle became garbage before it was closed. It refers to no
     * handle, because that would keep the handle from becoming garbage. A borrowed handle keeps the outer map's handle reachable.
     */
    private static final class Remains implements HandleEndAction {
        private final Map<Integer, HandleLeakWatch> inners = new ConcurrentHashMap<>();
        private final List<Runnable> others = new CopyOnWriteArrayList<>();

        void add(OpenMap inner) {
            inners.put(inner.id(), inner.leak());
        }

        void remove(int id) {
            inners.remove(id);
        }

        /**
         * Frees all resources. {@link KnownInnerMaps#close} does it for a handle that is closed. If it throws, it may be called again, and frees what
         * is left.
         */
        @Override
        public void abandoned(RawMap outer) {
            new Cleanup()
                    .run(outer::close)
                    .each(inners.entrySet(), inner -> {
                        inner.getValue().free();
                        remove(inner.getKey());
                    })
                    .each(others, Runnable::run)
                    .rethrow();
        }
    }

    /**
     * @param mostSpares the most recycled maps that are kept
     * @param areShared whether the maps may be in several slots
     */
    KnownInnerMaps(OpenMap outer, InnerMapDescriptors descriptors, int mostSpares, boolean areShared) {
        this.outer = outer;
        this.areShared = areShared;
        this.descriptors = descriptors;
        this.spares = new SpareInnerMaps(mostSpares);
        whenAbandoned(spares::disable);
    }

    /** The recycled maps, which are in no slot. */
    SpareInnerMaps spares() {
        return spares;
    }

    /** What happens when the handle of the outer map ends. */
    HandleEndAction ending() {
        return remains;
    }

    /** Adds a step that frees another resource when the outer map's handle has become garbage. It must not refer to a handle. */
    void whenAbandoned(Runnable step) {
        remains.others.add(step);
    }

    /** The maps by their ids. Only this class changes it. */
    SlottedInnerMap.Table table() {
        return table;
    }

    /** Returns a map for a further slot, for which this process opens it again. {@link #put} closes it if the map is known. */
    SlottedInnerMap shared(OpenMap shared) {
        return new SlottedInnerMap(descriptors.creating(shared::duplicate));
    }

    /** Adds the map of a change that is about to be published. */
    void put(SlotChange change, SlottedInnerMap incoming) {
        SlottedInnerMap known = add(incoming, change.slot());
        if (known != incoming) {
            change.closeLater(incoming.map(), SlotChange.UNPUBLISHED);
            change.setIncoming(known);
        }
    }

    /** Adds a map that is in a slot, or about to be published there. Returns the known one if it is known through another handle. */
    SlottedInnerMap add(SlottedInnerMap inner, SlotKey slot) {
        return lock.holding(() -> {
            if (closed != null) {
                throw new InvalidHandleException(outerName(), closed);
            }
            SlottedInnerMap known = table.get(inner.id());
            if (known == null) {
                inner.map().keepReachable(outer);
                remains.add(inner.map());
                table.add(inner);
                known = inner;
            }
            known.setSlot(slot);
            return known;
        });
    }

    /** Notes that a known map was found in another slot than the one that is known. Returns false if it is closed by now. */
    boolean foundIn(SlottedInnerMap inner, SlotKey slot) {
        return lock.holding(() -> {
            boolean isKnown = table.get(inner.id()) == inner;
            if (isKnown) {
                inner.setSlot(slot);
            }
            return isKnown;
        });
    }

    /**
     * Adds a map that was opened because it was found in a slot.
     *
     * @param isThere reads the slot again. Changes of this process take the map out of the table after they have taken it out of the slot
     * @return null if it has left the slot
     */
    @Nullable
    SlottedInnerMap found(SlottedInnerMap inner, SlotKey slot, BooleanSupplier isThere) {
        return lock.holding(() -> isThere.getAsBoolean() ? add(inner, slot) : null);
    }

    /**
     * Returns the map that a change hands out, or a copy if it is shared, and marks it for this change: {@link #stays} ends that, unless the change is
     * made. The map stays in this table until then.
     *
     * @throws BpfException with {@link Reason#BUSY} if other software has put the map into a second slot, and a change there is in progress
     */
    SlottedInnerMap takeOut(SlottedInnerMap inner) {
        if (areShared) {
            return new SlottedInnerMap(descriptors.creating(inner.map()::duplicate));
        }
        if (!inner.beginTakeOut()) {
            throw BpfException.of(Reason.BUSY, "change of a slot")
                    .map(inner.map().shape().name())
                    .because(
                            "other software has put inner map " + Integer.toUnsignedString(inner.id())
                                    + " into a second slot, and this call changes both slots: change these slots one after the other");
        }
        return inner;
    }

    /** Ends a change that was to hand out a map, and was not made. */
    void stays(SlotChange change, SlottedInnerMap outgoing) {
        outgoing.endTakeOut();
        if (areShared) {
            change.closeLater(outgoing.map(), gone());
        }
    }

    /** Removes the map that a change has taken out of its slot, unless it is shared or known to be elsewhere. */
    void left(SlotChange change, String reason) {
        // With the lock: a reader that has found the map in the slot before the change may be adding it.
        lock.holding(() -> {
            SlottedInnerMap outgoing = table.get(change.formerId());
            if (outgoing != null && !areShared && Objects.equals(outgoing.slot(), change.slot()) && remove(outgoing)) {
                change.closeLater(outgoing.map(), reason);
            }
        });
    }

    /** Ends a change that was to put a map into a slot, and was not made. A shared map stays: it may be in other slots, which nobody has read. */
    void withdraw(SlotChange change, SlottedInnerMap incoming) {
        boolean stays = areShared && table.get(incoming.id()) == incoming;
        if (!stays) {
            remove(incoming);
            change.closeLater(incoming.map(), SlotChange.UNPUBLISHED);
        }
    }

    /** Returns whether the map was known through this handle. */
    boolean remove(SlottedInnerMap inner) {
        return lock.holding(() -> {
            boolean isKnown = table.get(inner.id()) == inner;
            if (isKnown) {
                inner.setSlot(null);
                table.remove(inner);
                remains.remove(inner.id());
            }
            return isKnown;
        });
    }

    /** Closes all maps. */
    void close(String reason) {
        List<SlottedInnerMap> all = lock.holding(() -> {
            closed = reason;
            return table.all();
        });
        new Cleanup()
                .each(all, inner -> close(inner, reason))
                .run(spares::disable)
                .rethrow();
    }

    /** Closes a map that is in no slot any more, or whose outer map is closed. */
    void close(SlottedInnerMap inner, String reason) {
        if (remove(inner)) {
            inner.map().close(reason);
        }
    }

    private String outerName() {
        return outer.shape().name();
    }

    /** Why the handle of a map is invalid that is no longer in its slot. */
    String gone() {
        return "another process replaced or removed its entry of " + outerName();
    }
}
