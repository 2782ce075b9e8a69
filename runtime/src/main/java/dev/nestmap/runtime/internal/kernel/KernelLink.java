/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.Link;

/** A {@code struct bpf_link} of libbpf. */
final class KernelLink implements Link {
    private static final long CLOSED = 0;

    private final KernelObject object;
    private long pointer;

    KernelLink(KernelObject object, long pointer) {
        this.object = object;
        this.pointer = pointer;
    }

    @Override
    public void close() {
        object.detach(this);
    }

    /** Detaches and frees it, the first time. Said by the object alone, which keeps it from going meanwhile. */
    synchronized void destroy() {
        long destroyed = pointer;
        pointer = CLOSED;
        if (destroyed != CLOSED) {
            // It is freed in any case, and its fd closed; an error would tell of what the kernel had detached before.
            Native.libbpf().bpf_link__destroy(destroyed);
        }
    }
}
