/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.nio.file.Path;

/**
 * A file system that a test mounts over a directory. Closing it unmounts it, and fails if something there is still open: in a try with
 * resources, which does not hide why the test itself has failed.
 */
public final class Mount implements AutoCloseable {
    private final Path directory;

    private Mount(Path directory) {
        this.directory = directory;
    }

    /** Mounts something over a directory, with these arguments of the command {@code mount}. */
    public static Mount over(Path directory, String arguments) {
        InstalledCommand.line("mount " + arguments + " " + directory);
        return new Mount(directory);
    }

    /** Mounts an empty disk of this size over a directory, such as {@code 48k}. */
    public static Mount disk(Path directory, String size) {
        return over(directory, "-t tmpfs -o mode=0700,size=" + size + " tmpfs");
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /** Makes a disk larger. */
    public void enlarge(String size) {
        InstalledCommand.line("mount -o remount,size=" + size + " " + directory);
    }

    @Override
    public void close() {
        InstalledCommand.Result strictly = InstalledCommand.run("umount", directory);
        if (strictly.status() != 0) {
            InstalledCommand.line("umount --lazy " + directory); // so that nothing stays for the next test
        }
        strictly.succeeded();
    }
}
