/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** What a handle to a pinned map may do. */
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
