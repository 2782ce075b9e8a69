/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.schema.PinNames;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A pin that keeps a program attached when the process ends, for {@link AttachableProgram#attach(Hook, LinkPin)}. If an earlier run has
 * pinned its link there, the program takes over the link instead of being attached a second time.
 *
 * <p>The object that attached the program owns the link until the link is closed or the process ends. As long as it is the owner, it locks the empty
 * directory {@code owner} beside the pin. If another object attaches a program with this pin, the call fails, or waits if {@code
 * PinOptions.withOwnerWait} is set.
 *
 * @param path path of the pin; a relative one is below the directory of the {@code PinOptions} that the object was loaded with
 * @param replacement how the program of an earlier run is replaced
 * @param acceptsUnpinnedMaps whether the program may count in maps that end with the process, see {@link #withUnpinnedMaps}
 */
public record LinkPin(Path path, Replacement replacement, boolean acceptsUnpinnedMaps) {
    /** How a program replaces the program that an earlier run attached. */
    public enum Replacement {
        /**
         * In one step, so that each event runs either the old or the new program. If the kernel can't do this for the kind of link ({@link
         * KernelLink.Kind#isUpdatable}), the call fails before anything changes.
         */
        SWAP,

        /**
         * Replaces the program in one step if the kernel can do that. Otherwise, attaches the new program before it detaches the old one, so that
         * both programs run for some events. Meanwhile, the new link is pinned with {@code -overlap} at the end of the name. A program at the return
         * of a function may miss calls that are in progress at that moment, because the kernel chooses the programs when a call begins (except for
         * {@code uretprobe.multi}).
         */
        OVERLAP,

        /**
         * Replaces the program in one step if the kernel can do that. Otherwise, detaches the old program before it attaches the new one, so that
         * neither program runs for some events.
         */
        GAP
    }

    /**
     * Checks that the path has a name.
     *
     * @param path path of the pin
     * @param replacement how the program of an earlier run is replaced
     * @param acceptsUnpinnedMaps whether the program may count in maps that end with the process
     * @throws IllegalArgumentException if the path is empty, is the root, or ends with {@code ..}. Also if the path or its directory has a name that
     *     Nestmap reserves: {@code owner}, {@code now}, {@code next}, {@code closed} or {@code format-1}
     */
    public LinkPin {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(replacement, "replacement");
        Path name = path.normalize().getFileName();
        if (name == null || name.toString().isEmpty() || name.toString().equals("..")) {
            throw new IllegalArgumentException(
                    "the path \"" + path + "\" names a directory: pass the path of a pin, such as acme/count-eth0");
        }
        String reserved = PinNames.reserved(path.normalize());
        if (reserved != null) {
            throw new IllegalArgumentException("Nestmap needs the name " + reserved
                    + " in each directory of pins: choose another name for the pin " + path + ", or for its directory");
        }
    }

    /**
     * Returns a pin. If the kernel can't replace the program of the pinned link in one step, the attachment fails.
     *
     * @param path path of the pin; a relative one is below the directory of the {@code PinOptions} that the object was loaded with
     * @return the pin
     */
    public static LinkPin at(Path path) {
        return new LinkPin(path, Replacement.SWAP, false);
    }

    /**
     * Returns a pin with a different replacement.
     *
     * @param how the fallback if the kernel can't replace the program in one step
     * @return the pin
     */
    public LinkPin withReplacement(Replacement how) {
        return new LinkPin(path, how, acceptsUnpinnedMaps);
    }

    /**
     * Accepts that the program uses hash tables, arrays or outer maps that are not pinned. When this process ends, the program stays
     * attached, but <b>its counts in these maps are lost</b>, because the next run has new maps. Without this call, such a program can't be
     * attached, unless programs can only read the maps ({@code RDONLY_PROG}).
     *
     * @return the pin
     */
    public LinkPin withUnpinnedMaps() {
        return new LinkPin(path, replacement, true);
    }
}
