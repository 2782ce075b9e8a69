/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.runtime.error.BpfException;

/**
 * A program whose section names its target, such as {@code kprobe/do_unlinkat}.
 *
 * @param <P> the kind of the program
 */
public interface TargetedProgram<P> extends AttachableProgram<P> {
    /**
     * Attaches the program to the target in its section's name.
     *
     * @return the link
     * @throws BpfException if the section does not name a complete target, if the target does not exist, or if the kernel rejects the
     *     operation
     */
    KernelLink attach();
}
