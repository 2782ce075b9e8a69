/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/**
 * Operations that a handle to a pinned map allows. Opening a pin compares the map with its record: type, sizes, flags and {@code
 * max_entries}. For an outer map, it also compares the shape and layout of the inner maps with the prototype that Nestmap pins beside the
 * map. Pins of other software have no prototype: Nestmap then compares only the shape, and only if it can open an inner map.
 */
public enum MapAccess {
    /** Reads and writes. The pin's mode must allow both to this process. */
    READ_WRITE,

    /**
     * Only reads ({@code BPF_F_RDONLY}). Requires only permission to read the pin. This protects the map against mistakes of this process,
     * but not against a user who may read the pin: see {@link PinOptions#withPermissions}.
     */
    READ_ONLY
}
