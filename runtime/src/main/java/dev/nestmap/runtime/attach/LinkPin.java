/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A pin that keeps a program attached when the process ends, for {@link AttachableProgram#attach(Hook, LinkPin)}. If an earlier run has
 * pinned its link there, the program takes that link over instead of being attached a second time.
 *
 * <p>The object that attached the program owns the link until it closes it, or until the process ends. Beside the pin, it locks an empty directory
 * with {@code -owner} at the end of its name. Another object can't take the link over meanwhile: it fails, or it waits as {@code PinOptions.withOwnerWait}
 * says.
 *
 * @param path path of the pin; a relative one is below the directory of the {@code PinOptions} that the object was loaded with
 * @param replacement how the program of an earlier run is replaced
 */
public record LinkPin(Path path, Replacement replacement) {
    /** How a program takes the place of the one that an earlier run attached. */
    public enum Replacement {
        /**
         * In one step, so that each event runs either the old or the new program. Links of kinds for which the kernel can't do it ({@link
         * KernelLink.Kind#isUpdatable}) are rejected before anything changes. Iterators are accepted, because they run only while they are read: a
         * new link takes the place of the pin, with {@code -overlap} at the end of its name meanwhile.
         */
        SWAP,

        /**
         * In one step if the kernel can; otherwise the new program is attached first, so that some events run both programs. Its link is
         * pinned beside the old one meanwhile, with {@code -overlap} at the end of the name. A call that is running meanwhile may return
         * without running a program that is attached to its return: the kernel chooses at the entry of a call ({@code uretprobe.multi} is
         * an exception).
         */
        OVERLAP,

        /** In one step if the kernel can; otherwise the old program is detached first, so that some events run neither program. */
        GAP
    }

    /**
     * Checks that nothing is null.
     *
     * @param path path of the pin
     * @param replacement how the program of an earlier run is replaced
     */
    public LinkPin {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(replacement, "replacement");
    }

    /**
     * Returns a pin whose link is taken over in one step.
     *
     * @param path path of the pin; a relative one is below the directory of the {@code PinOptions} that the object was loaded with
     * @return the pin
     */
    public static LinkPin at(Path path) {
        return new LinkPin(path, Replacement.SWAP);
    }

    /**
     * Returns a pin with another replacement.
     *
     * @param how what happens if the kernel can't replace the program in one step
     * @return the pin
     */
    public LinkPin withReplacement(Replacement how) {
        return new LinkPin(path, how);
    }
}
