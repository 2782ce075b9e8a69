/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.handle.Handover;
import dev.nestmap.runtime.internal.handle.LeasedMap;

/** An inner map on its way into a slot. It arrives or is turned away; what is said first counts. */
final class IncomingMap {
    private final OpenInnerMap inner;
    private final Runnable arrival;
    private final Runnable refusal;
    private boolean settled;

    private IncomingMap(OpenInnerMap inner, Runnable arrival, Runnable refusal) {
        this.inner = inner;
        this.arrival = arrival;
        this.refusal = refusal;
    }

    /** A map by a handle of its own. Turned away, it is let go of. */
    static IncomingMap fresh(OpenInnerMaps inners, LeasedMap map) {
        OpenInnerMap inner;
        try {
            inner = inners.add(map);
        } catch (BpfException e) {
            map.close();
            throw e;
        }
        if (inner.map() != map) {
            map.close(); // another thread was faster
        }
        return of(inners, inner, () -> {}, () -> {});
    }

    /** A map that a handle hands over. Turned away, it is that handle's again. */
    static IncomingMap handedOver(OpenInnerMaps inners, LeasedMap owned, String spent) {
        String name = owned.shape().name();
        Handover handover = owned.handOver(spent);
        try {
            LeasedMap map = new LeasedMap(name, handover.raw(), handover.places());
            OpenInnerMap inner = inners.add(map);
            if (inner.map() == map) {
                return new IncomingMap(
                        inner,
                        () -> {
                            inners.end(inner, 1, "");
                            handover.succeed();
                        },
                        () -> {
                            inners.giveBack(inner);
                            handover.fail();
                        });
            }
            // In another slot of this outer map already: then this way to it is one too many.
            Runnable close = () -> {
                handover.raw().close();
                handover.succeed();
            };
            return of(inners, inner, close, handover::fail);
        } catch (Throwable e) {
            handover.fail();
            throw e;
        }
    }

    /** A map that stays where it is as well. */
    static IncomingMap shared(OpenInnerMaps inners, LeasedMap borrowed) {
        OpenInnerMap known = inners.get(borrowed.id());
        if (known != null && inners.begin(known)) {
            return of(inners, known, () -> {}, () -> {});
        }
        return fresh(inners, borrowed.duplicate());
    }

    private static IncomingMap of(OpenInnerMaps inners, OpenInnerMap inner, Runnable arrival, Runnable refusal) {
        return new IncomingMap(
                inner,
                () -> {
                    inners.end(inner, 1, "");
                    arrival.run();
                },
                () -> {
                    inners.end(inner, 0, "it was not published");
                    refusal.run();
                });
    }

    OpenInnerMap inner() {
        return inner;
    }

    void arrived() {
        if (!settled) {
            settled = true;
            arrival.run();
        }
    }

    void turnedAway() {
        if (!settled) {
            settled = true;
            refusal.run();
        }
    }
}
