/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.internal.kernel.natives.LibBpf;

/**
 * A {@code struct bpf_link} of libbpf.
 *
 * @param pointer the struct
 */
record LibbpfLink(LibBpf libbpf, long pointer) implements KernelAttachment {
    @Override
    public void end() {
        // The result is ignored: libbpf frees the link and closes its file descriptor even on an error, which only says
        // that the kernel detached the program before.
        libbpf.bpf_link__destroy(pointer);
    }
}
