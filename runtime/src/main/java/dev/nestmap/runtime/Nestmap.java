/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.ObjectLoader;
import dev.nestmap.runtime.internal.observe.Listeners;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;

/** Opens what no record describes: objects that somebody else wrote, and pinned links. */
public final class Nestmap {
    private Nestmap() {}

    /**
     * Opens an object file without its generated class. {@link LoadedObject#map(DeclaredMap)} gives access to the maps of the loaded object,
     * and compares records with the maps of the file.
     *
     * @param object path of the object file
     * @return the opened object, which is not loaded yet
     * @throws BpfException if the file can't be read
     */
    public static OpenObject<? extends LoadedObject, ?> open(Path object) {
        return new UntypedObject(object);
    }

    /**
     * Opens a pinned link, to update or detach it. It is an {@link dev.nestmap.runtime.attach.IterLink} if its program is an iterator. Closing it
     * leaves the program attached.
     *
     * @param path path of the link's pin, absolute or below {@code /sys/fs/bpf}
     * @return the link, which the caller closes
     * @throws BpfException if nothing or something else is pinned there, if another user can replace the pin, or if this process may not
     *     open it
     */
    public static KernelLink openPinnedLink(Path path) {
        return openPinnedLink(path, PinOptions.asDeclared());
    }

    /**
     * Does the same as {@link #openPinnedLink(Path)} with the options that the link was pinned with.
     *
     * @param path path of the link's pin, absolute or below the directory of the options
     * @param options which users may own and change the pin and its directories
     * @return the link, which the caller closes
     * @throws BpfException if nothing or something else is pinned there, if another user can replace the pin, or if this process may not
     *     open it
     */
    public static KernelLink openPinnedLink(Path path, PinOptions options) {
        return Listeners.reporting(() -> ObjectLoader.openLink(path, options));
    }

    /**
     * Adds a listener to those of this process, for operations that start from now on. A listener that was added twice is called twice.
     * Nestmap itself adds one that writes events of the Flight Recorder, unless the JVM has no module {@code jdk.jfr}.
     *
     * @param listener the listener
     */
    public static void addListener(OperationListener listener) {
        Listeners.add(listener);
    }

    /**
     * Removes a listener. It may still receive the ends of operations that have started. Does nothing if it was not added.
     *
     * @param listener the listener
     */
    public static void removeListener(OperationListener listener) {
        Listeners.remove(listener);
    }
}
