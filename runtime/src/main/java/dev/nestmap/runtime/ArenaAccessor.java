/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.spi.MapHandle;

/** A live ARENA: memory that programs use. It can be made, put into outer maps, shared and rotated; its pages are not read from here. */
public abstract class ArenaAccessor extends MapAccessor {
    /** For generated code. */
    protected ArenaAccessor(MapHandle handle) {
        super(handle);
    }
}
