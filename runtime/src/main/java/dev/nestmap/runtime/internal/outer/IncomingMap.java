/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.handle.Handover;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.function.Consumer;

/**
 * An inner map that a change is about to put into a slot. The first call of {@link #published} or {@link #rejected} decides who
 * owns the map; later calls do nothing.
 */
final class IncomingMap {
    private final OpenInnerMap inner;
    private final Consumer<SlotKey> whenPublished;
    private final Runnable whenRejected;
    private boolean finished;

    private IncomingMap(OpenInnerMap inner, Consumer<SlotKey> whenPublished, Runnable whenRejected) {
        this.inner = inner;
        this.whenPublished = whenPublished;
        this.whenRejected = whenRejected;
    }

    /** Takes over a handle that nobody else uses: a map just created or opened. If the change is rejected, the map is closed. */
    static IncomingMap ofNewHandle(OpenInnerMaps inners, OpenMap map) {
        return ofNewHandle(inners, map, used -> {}, () -> {}, () -> {});
    }

    private static IncomingMap ofNewHandle(
            OpenInnerMaps inners,
            OpenMap map,
            Consumer<OpenMap> beforeUse,
            Runnable whenPublished,
            Runnable whenRejected) {
        try (Undo undo = new Undo(map::close)) {
            OpenInnerMap inner = inners.add(map);
            if (inner.map() == map) { // otherwise the map is known through another handle
                undo.commit();
            }
            return of(inners, inner, beforeUse, whenPublished, whenRejected);
        }
    }

    /**
     * Takes over the map of a handle that the user owns. If the change is rejected, the user's handle owns it again. The outer map uses
     * a descriptor of its own, because meanwhile the user may put the same map into another slot through another handle.
     *
     * @param reason why the user's handle is invalid after the change
     */
    static IncomingMap ofOwnedHandle(OpenInnerMaps inners, OpenMap owned, String reason) {
        Handover handover = owned.handOver(reason);
        try (Undo undo = new Undo(handover::fail)) { // so that the handle learns that it keeps the map
            OpenMap map = inners.creating(handover::newHandle);
            return undo.commit(ofNewHandle(inners, map, handover::moveStream, handover::succeed, handover::fail));
        }
    }

    /**
     * Puts a map into one more slot, and leaves its other slots and its handle as they are.
     *
     * @throws InvalidHandleException also while another change takes over the map of the handle, because the handle gets the map back if
     *     that change is rejected
     */
    static IncomingMap ofSharedHandle(OpenInnerMaps inners, OpenMap shared) {
        return shared.whileValid(() -> {
            OpenInnerMap known = inners.get(shared.id());
            return known != null && inners.beginChange(known)
                    ? of(inners, known, used -> {}, () -> {}, () -> {})
                    : ofNewHandle(inners, shared.duplicate());
        });
    }

    private static IncomingMap of(
            OpenInnerMaps inners,
            OpenInnerMap inner,
            Consumer<OpenMap> beforeUse,
            Runnable whenPublished,
            Runnable whenRejected) {
        return new IncomingMap(
                inner,
                slot -> {
                    beforeUse.accept(inner.map()); // while no other change can take the map out of its slot
                    inners.endPut(inner, slot);
                    whenPublished.run();
                },
                () -> {
                    inners.endChange(inner, 0, "it was not published");
                    whenRejected.run();
                });
    }

    OpenInnerMap inner() {
        return inner;
    }

    /** Ends the change after the map was put into this slot. */
    void published(SlotKey slot) {
        if (!finished) {
            finished = true;
            whenPublished.accept(slot);
        }
    }

    /** Ends the change after it was rejected or withdrawn: the map was not put into its slot. */
    void rejected() {
        if (!finished) {
            finished = true;
            whenRejected.run();
        }
    }
}
