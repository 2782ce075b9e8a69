/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.internal.load.LiveObject;

/** A loaded (or in-memory) object whose maps are known to be as declared: what a generated skeleton is made from. */
public final class BoundObject {
    private final LiveObject object;

    /** For the runtime. */
    public BoundObject(LiveObject object) {
        this.object = object;
    }

    /** What the accessor of this map is made from. */
    public MapHandle map(String name) {
        return new MapHandle(object.map(name), object.state(name));
    }

    /** For the runtime: the object. */
    public LiveObject object() {
        return object;
    }
}
