/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.handle.Handover;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import org.jspecify.annotations.Nullable;

/**
 * An inner map that a change is about to put into a slot. The first call of {@link #published} or {@link #rejected} decides who
 * owns the map; later calls do nothing.
 */
final class IncomingMap {
    private final Holdings holdings;
    private final InnerMap inner;
    private final @Nullable Handover handover;
    private boolean finished;

    private IncomingMap(Holdings holdings, InnerMap inner, @Nullable Handover handover) {
        this.holdings = holdings;
        this.inner = inner;
        this.handover = handover;
    }

    /** Takes over a handle that nobody else uses: a map just created. If the change is rejected, the map is closed. */
    static IncomingMap ofNewHandle(Holdings holdings, OpenMap map) {
        return new IncomingMap(holdings, holdings.add(map), null);
    }

    /**
     * Takes over the map of a handle that the user owns. If the change is rejected, the user's handle owns it again. The outer map uses
     * a descriptor of its own, because meanwhile the user may put the same map into another slot through another handle.
     *
     * @param reason why the user's handle is invalid after the change
     */
    static IncomingMap ofOwnedHandle(Descriptors descriptors, OpenMap owned, String reason) {
        Handover handover = owned.handOver(reason);
        try (Undo undo = new Undo(handover::fail)) { // so that the handle learns that it keeps the map
            Holdings holdings = descriptors.holdings();
            InnerMap inner = holdings.add(descriptors.creating(handover::newHandle));
            return undo.commit(new IncomingMap(holdings, inner, handover));
        }
    }

    /** Puts a map into one more slot. See {@link Holdings#addShared}. */
    static IncomingMap ofSharedHandle(Holdings holdings, OpenMap shared) {
        return new IncomingMap(holdings, holdings.addShared(shared), null);
    }

    InnerMap inner() {
        return inner;
    }

    /** Ends the change after the map was put into this slot. */
    void published(SlotKey slot) {
        if (!finished) {
            finished = true;
            if (handover != null) {
                handover.moveStream(inner.map()); // while no other change can take the map out of its slot
            }
            holdings.endPut(inner, slot);
            if (handover != null) {
                handover.succeed();
            }
        }
    }

    /** Ends the change after it was rejected or withdrawn: the map was not put into its slot. */
    void rejected() {
        if (!finished) {
            finished = true;
            holdings.endChange(inner, 0, "it was not published");
            if (handover != null) {
                handover.fail();
            }
        }
    }
}
