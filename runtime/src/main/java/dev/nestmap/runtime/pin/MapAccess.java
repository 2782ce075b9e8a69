/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/**
 * Operations that a handle to a pinned map allows. Opening a pin compares the map with its record: type, sizes, flags and {@code
 * max_entries}. For an outer map it also compares the shape and layout of the inner maps with the prototype that Nestmap pins
 * beside it. A pin that other software made has no prototype beside it: then the shape is compared if an inner map can be opened,
 * and the layout is not compared.
 */
public enum MapAccess {
    /** Reads and writes. The pin's mode must allow both to this process. */
    READ_WRITE,

    /**
     * Only reads ({@code BPF_F_RDONLY}). The pin's mode must allow this process to read; no other privileges are needed. This protects the
     * map against mistakes of this process, and not against a user who may read the pin: see {@link PinOptions#withPermissions}.
     */
    READ_ONLY
}
