/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/**
 * Operations that a handle to a pinned map allows. When you open a pin, Nestmap compares the map with its record: type, sizes, flags and {@code
 * max_entries}. Beside each map that it pins, Nestmap keeps a text that says what the bytes mean, and compares that, too. If other software has
 * pinned the map, there is no such text. Nestmap then compares only what the kernel shows of the map, and of an inner map if it can open one.
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
