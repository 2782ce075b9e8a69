/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.spi.MapBinding;

/**
 * A live {@code ARENA}: memory that programs share. User space can create an arena, put it into outer maps, share it and rotate it,
 * but can't read or write its pages through this class.
 */
public abstract class ArenaAccessor extends MapAccessor {
    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     */
    protected ArenaAccessor(MapBinding binding) {
        super(binding);
    }
}
