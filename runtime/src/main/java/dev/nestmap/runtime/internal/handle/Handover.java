/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.map.RawMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The handover of a map from one handle to another owner. It ends with {@link #succeed} or {@link #fail}. */
public final class Handover {
    private final RevocableHandle from;

    Handover(RevocableHandle from) {
        this.from = from;
    }

    /** The map. */
    public RawMap raw() {
        return from.raw();
    }

    /** See {@link RevocableHandle#references}. */
    public AtomicInteger references() {
        return from.references();
    }

    /** Ends the handover: the new owner has the map. */
    public void succeed() {
        from.handedOver();
    }

    /** Ends the handover: the handle is valid again. If it was closed meanwhile, this closes the map. */
    public void fail() {
        from.takeBack();
    }
}
