/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.PinAttributes;
import dev.nestmap.runtime.internal.load.BackendOperations;
import java.nio.file.Path;
import java.util.List;

/**
 * Lists and removes files in directories of pins. A command of root can use these methods safely, even if the user of a service changes the directory
 * at the same time. They refuse symbolic links that another user could replace, so they never reach files elsewhere.
 */
public final class PinDirectory {
    private PinDirectory() {}

    /**
     * Lists a directory.
     *
     * @param directory an absolute path
     * @return the paths of its files, sorted by their names; empty if there is no such directory
     * @throws BpfException if the path has a symbolic link that another user could replace, or if this process may not read the directory
     */
    public static List<Path> list(Path directory) {
        return KernelPins.forReading().list(directory).stream().sorted().toList();
    }

    /**
     * Returns whether something can be pinned in a directory.
     *
     * @param directory an absolute path
     * @return whether it is a directory of a BPF file system
     * @throws BpfException as {@link #list} does
     */
    public static boolean isBpf(Path directory) {
        return KernelPins.forReading().isBpf(directory);
    }

    /**
     * Returns the real place of the map that a user names. For example, Nestmap pins {@code acme/tenant} at {@code acme/now/tenant}, and a symbolic
     * link leads there.
     *
     * @param pin the path that the user has written
     * @return the path of the pin itself; for a map that other software has pinned, or a link, the same path
     */
    public static Path find(Path pin) {
        return BackendOperations.pinOf(pin);
    }

    /**
     * Opens a pinned link, which may belong to the user of a service.
     *
     * @param link an absolute path
     * @return the link, which the caller closes
     * @throws BpfException for the reasons of {@link dev.nestmap.runtime.Nestmap#openPinnedLink(Path)}, except that any owner of the pin is
     *     trusted
     * @throws BpfException if the owner of the pin can't be read
     */
    public static KernelLink openLink(Path link) {
        return BackendOperations.openLink(link, PinAttributes.of(link, null));
    }

    /**
     * Exchanges two new directories and removes them. This is how an upgrade changes all maps in one step.
     *
     * @param directory an absolute path
     * @throws BpfException if this process may not write there, or if the kernel or the container refuses the call. The message says what to do
     */
    public static void tryExchange(Path directory) {
        KernelPins.forReading().tryExchange(directory);
    }

    /**
     * Removes a pin, a symbolic link or an empty directory. If something else refers to the pinned object, the object stays. Does nothing if
     * there is no such file.
     *
     * @param file an absolute path
     * @throws BpfException if it is not in a BPF file system, if the path to it has a symbolic link, if it is a directory with files, or if
     *     the kernel refuses
     */
    public static void remove(Path file) {
        KernelPins.forReading().removeFile(file);
    }

    /**
     * Removes a directory with the pins in it. Does nothing if there is no such directory.
     *
     * @param directory an absolute path
     * @throws BpfException for the reasons of {@link #remove}, and if a directory in it has files
     */
    public static void removeWithPins(Path directory) {
        KernelPins.forReading().removeWithFiles(directory);
    }
}
