/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/**
 * What a handle to a pinned map may do. Opening compares the map with what is declared: type, sizes, flags and
 * {@code max_entries}; of an outer map the shape and layout of its inner maps as well, by the prototype that Nestmap pins beside
 * it. Beside a pin that others made there is none: then the shape is compared where an inner map can be opened, and the layout
 * is not.
 */
public enum PinAccess {
    /** Reads and writes: the pin's mode must let this process do both. */
    READ_WRITE(0),

    /** Only reads, {@code BPF_F_RDONLY}: all that it takes is that the pin's mode lets this process read. */
    READ_ONLY(1 << 3);

    private final int flags;

    PinAccess(int flags) {
        this.flags = flags;
    }

    /** {@code file_flags} of {@code BPF_OBJ_GET}, the same as {@code open_flags} of {@code BPF_MAP_GET_FD_BY_ID}. */
    public int flags() {
        return flags;
    }
}
