/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;

/** An attachment in the kernel. */
public interface KernelAttachment {
    /** Detaches the program and frees the attachment's resources. Called once. */
    void end();

    /** The file descriptor of the kernel's link; -1 if the attachment is no link or consists of several. */
    default int link() {
        return -1;
    }

    /**
     * A link of the kernel. It detaches its program when its last file descriptor is closed, unless it is pinned.
     *
     * @param link file descriptor of the link
     */
    record LinkDescriptor(int link) implements KernelAttachment {
        @Override
        public void end() {
            NativeLibraries.libc().close(link);
        }
    }

    /**
     * An attachment with the ownership of its pinned link.
     *
     * @param attachment the attachment
     * @param owner the ownership of the link
     */
    record Owned(KernelAttachment attachment, Pins.Lock owner) implements KernelAttachment {
        @Override
        public void end() {
            new Cleanup().run(attachment::end).run(owner::close).rethrow();
        }

        @Override
        public int link() {
            return attachment.link();
        }
    }

    /**
     * A {@code struct bpf_link} of libbpf.
     *
     * @param pointer the struct
     */
    record LibbpfLink(LibBpf libbpf, long pointer) implements KernelAttachment {
        @Override
        public void end() {
            // The result is ignored: libbpf frees the link and closes its file descriptor even on an error, which only
            // says
            // that the kernel detached the program before.
            libbpf.bpf_link__destroy(pointer);
        }
    }
}
