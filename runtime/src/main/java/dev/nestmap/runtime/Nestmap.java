/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.object.AttachedLink;
import dev.nestmap.runtime.internal.load.LoadSettings;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;

/**
 * Static methods for the process and for everything without records: existing objects, pinned links, grace periods, kernel features and
 * listeners.
 */
public final class Nestmap {
    private Nestmap() {}

    /**
     * Opens an object file without its generated class. {@link LoadedObject#map(DeclaredMap)} returns a map of the loaded object after
     * comparing it with its record.
     *
     * @param object path of the object file
     * @return the opened object, which is not loaded yet
     * @throws BpfException if the file can't be read
     */
    public static OpenFile open(Path object) {
        return new OpenFile(object);
    }

    /**
     * Opens a pinned link, to update or detach it. Closing the link leaves the program attached.
     *
     * @param path path of the link's pin, absolute or below {@code /sys/fs/bpf}
     * @return the link, which the caller closes
     * @throws BpfException if nothing is pinned there ({@code ENOENT}), if the pin is not a link, if another user can replace the pin, or
     *     if this process may not open it
     */
    public static KernelLink openPinnedLink(Path path) {
        return openPinnedLink(path, PinOptions.defaults());
    }

    /**
     * Does the same as {@link #openPinnedLink(Path)} with the options of the call that pinned the link.
     *
     * @param path path of the link's pin, absolute or below the directory of the options
     * @param options the users who may change the pin and its directories
     * @return the link, which the caller closes
     * @throws BpfException if nothing is pinned there ({@code ENOENT}), if the pin is not a link, if another user can replace the pin, or
     *     if this process may not open it
     */
    public static KernelLink openPinnedLink(Path path, PinOptions options) {
        return OperationListeners.reporting(() -> AttachedLink.open(path, options));
    }

    /**
     * Waits until all running programs have ended: about 10 ms, or about 0.1 ms since Linux 6.19. Later runs see all earlier changes of this
     * process to maps, slots and attachments. So after this call, no program uses an old value any more, such as a port that you have removed
     * from a map. {@code rotate}, {@code take} and {@code replace} wait by themselves. Sleepable programs may still be running.
     *
     * <p>The kernel has no system call for this. So this method creates and updates an outer map, because the kernel waits for running
     * programs before the update returns ({@code maybe_wait_bpf_programs} in kernel/bpf/syscall.c, Linux 4.20 to 7.3).
     *
     * @throws BpfException if the kernel rejects the maps
     */
    public static void awaitGracePeriod() {
        KernelMapFactory.awaitGracePeriod();
    }

    /**
     * Adds a listener for all operations of this process that start after this call. If it is added twice, it is called twice.
     *
     * @param listener the listener
     */
    public static void addListener(OperationListener listener) {
        OperationListeners.add(listener);
    }

    /**
     * Removes a listener. It may still be called when operations end that have already started. Does nothing if the listener was not added.
     *
     * @param listener the listener
     */
    public static void removeListener(OperationListener listener) {
        OperationListeners.remove(listener);
    }

    /** An opened object file without a generated class, which is not loaded yet. */
    public static final class OpenFile extends OpenObject<LoadedObject, OpenFile> {
        private OpenFile(Path file) {
            super(LoadSettings.of(file), LoadedObject::new);
        }
    }
}
