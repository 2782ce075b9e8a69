/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

/** The handover of a map from one handle to another owner. It ends with {@link #succeed} or {@link #fail}. */
public final class MapHandover {
    private final OpenMap from;

    MapHandover(OpenMap from) {
        this.from = from;
    }

    /** Returns a handle for the new owner. It has a file descriptor of its own, which stays open if the handover fails. */
    public OpenMap newHandle() {
        return new OpenMap(from, from.raw().duplicate());
    }

    /**
     * Moves the stream state of the map to another handle of the same map, before {@link #succeed}. Does nothing if that handle is revoked.
     */
    public void moveStream(OpenMap to) {
        to.callIfValid(() -> {
            to.raw().takeStream(from.raw());
            return true;
        });
    }

    /** Ends the handover: the new owner has the map. Closes the descriptor of the old handle. */
    public void succeed() {
        from.handedOver();
    }

    /** Ends the handover: the handle is valid again. If it was closed meanwhile, this closes the map. */
    public void fail() {
        from.takeBack();
    }
}
