/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;

/** An inner map whose descriptor is closed. It is forgotten when nobody has a handle to it any more. */
final class SuspendedInnerMap extends WeakReference<OpenInnerMap> implements KnownInnerMap {
    private final int id;

    /** @param forgotten receives this object when the map is forgotten */
    SuspendedInnerMap(OpenInnerMap inner, ReferenceQueue<OpenInnerMap> forgotten) {
        super(inner, forgotten);
        this.id = inner.id();
    }

    /** The kernel's id of the map. */
    int id() {
        return id;
    }
}
