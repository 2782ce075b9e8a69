/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

/** What the kernel holds of an attachment. */
public interface KernelAttachment {
    /** Detaches the program and frees the attachment's resources. Called once. */
    void end();

    /** The file descriptor of the kernel's link; -1 if the attachment is no link or consists of several. */
    default int link() {
        return -1;
    }
}
