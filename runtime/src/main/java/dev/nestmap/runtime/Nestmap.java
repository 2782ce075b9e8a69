/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.ObjectLoader;
import dev.nestmap.runtime.internal.observe.Listeners;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.Map;

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
     * @throws BpfException if nothing is pinned there ({@code ENOENT}) or something else, if another user can replace the pin, or if this process may not
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
     * @throws BpfException if nothing is pinned there ({@code ENOENT}) or something else, if another user can replace the pin, or if this process may not
     *     open it
     */
    public static KernelLink openPinnedLink(Path path, PinOptions options) {
        return Listeners.reporting(() -> ObjectLoader.openLink(path, options));
    }

    /**
     * Waits until programs that run now have ended: about 10 ms before Linux 6.19, about 0.1 ms since. A program that starts later sees what
     * this process has changed before: the content of a map, a slot, an attachment. So nothing still uses an old version afterwards, such as
     * a file, a port or a memory mapping that a map no longer names. The calls of Nestmap that take an inner map out of its outer map wait
     * by themselves. Sleepable programs may still run.
     *
     * <p>The kernel has no system call for this, and {@code membarrier} does not wait for programs. So this creates an outer map and updates
     * it: before the update returns, the kernel waits for running programs ({@code maybe_wait_bpf_programs} in kernel/bpf/syscall.c, Linux
     * 4.20 to 7.3).
     *
     * @throws BpfException if the kernel rejects the maps
     */
    public static void awaitGracePeriod() {
        ObjectLoader.awaitGracePeriod();
    }

    /**
     * Returns what newer kernels have and the running one lacks, of the features that Nestmap can use: map types, attachments and properties
     * of system calls. It tries each of them, once per process.
     *
     * @return the Linux version that brought each missing feature, such as {@code 7.2}, by the feature's name, such as {@code RHASH}
     * @throws BpfException if this process lacks CAP_BPF, CAP_NET_ADMIN or CAP_PERFMON, which it needs to try them
     */
    public static Map<String, String> missingKernelFeatures() {
        return ObjectLoader.missingFeatures();
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
