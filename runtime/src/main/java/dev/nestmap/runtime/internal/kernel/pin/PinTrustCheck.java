/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.attribute.PosixFilePermission;
import org.jspecify.annotations.Nullable;

/**
 * Decides which pins and directories this process uses. A user who may change a directory of a BPF file system can replace the pins in it.
 * Nestmap allows this only for the superuser, the user of this process, and the owner of pins beside which a command of root works.
 *
 * <p>A directory with the sticky bit may be writable for everybody: other users can create files in it, but not replace existing ones. The
 * root of a BPF file system has this mode if it was mounted without options.
 *
 * @param options null if this process only reads, and uses the pins and directories of all users
 * @param owner the owner of new pins; null for the user of this process
 */
record PinTrustCheck(@Nullable PinOptions options, PinAttributes.@Nullable Owner owner) {
    /** {@code linux/stat.h}. */
    private static final int S_IWGRP = 0020;

    private static final int S_IWOTH = 0002;

    /** Throws if another user owns a pin: that user may write to the map. */
    void checkPin(PathDescriptor pin) throws PathException {
        int user = pin.status().user();
        if (options != null && !isTrusted(user)) {
            throw new PathException(
                    pin.path(),
                    0,
                    "the pin " + pin.path() + " belongs to user " + user + ", who can write to the map"
                            + ofAStranger(user, ", or open the pin with MapAccess.READ_ONLY"));
        }
    }

    /** Throws if another user may change a directory in a BPF file system. */
    void checkDirectory(PathDescriptor directory) throws PathException {
        if (options == null || !directory.isBpf()) {
            return;
        }
        PathDescriptor.Status status = directory.status();
        if (!isTrusted(status.user())) {
            throw refused(directory, "belongs to user " + status.user() + ofAStranger(status.user(), ""));
        }
        if (status.isSticky()) {
            return;
        }
        if ((status.mode() & S_IWOTH) != 0 && !permits(PosixFilePermission.OTHERS_WRITE)) {
            throw untrusted(directory, "is writable for all users", "PinOptions.withPermissions(\"rw-rw-rw-\")");
        }
        if ((status.mode() & S_IWGRP) != 0 && !permitsGroup(status.group())) {
            throw untrusted(
                    directory,
                    "is writable for group " + status.group(),
                    "PinOptions.withPermissions(\"rw-rw----\"), and start this process with group " + status.group());
        }
    }

    /**
     * Throws if another user can replace a symbolic link. The superuser may have made one outside a BPF file system, to the place where it
     * is mounted.
     */
    void checkLink(PathDescriptor directory, PathDescriptor link) throws PathException {
        PathDescriptor.Status directoryStatus = directory.status();
        boolean isFixed = isOwn(directoryStatus.user())
                && ((directoryStatus.mode() & (S_IWGRP | S_IWOTH)) == 0 || directoryStatus.isSticky());
        if (directory.isBpf() || !isFixed || !isOwn(link.status().user())) {
            throw new PathException(
                    link.path(),
                    0,
                    link.path()
                            + " is a symbolic link, which another user could replace: pass the path that it leads to");
        }
    }

    /** Whether it is the superuser or the user of this process. */
    private static boolean isOwn(int user) {
        return user == 0 || user == NativeLibraries.libc().geteuid();
    }

    /**
     * Whether a directory looks like one that a process of root or of this user was creating for the owner of the pins when it was killed: it would
     * have given it away last.
     */
    boolean isNotGivenAway(PathDescriptor directory) {
        int user = directory.status().user();
        int expected = owner == null ? NativeLibraries.libc().geteuid() : owner.user();
        return options != null
                && directory.isBpf()
                && directory.status().isDirectoryWith(PinDirectories.PRIVATE)
                && user != expected
                && isOwn(user);
    }

    private boolean isTrusted(int user) {
        return isOwn(user) || (owner != null && user == owner.user());
    }

    private boolean permitsGroup(int group) {
        int permitted = owner == null ? NativeLibraries.libc().getegid() : owner.group();
        return permits(PosixFilePermission.GROUP_WRITE) && group == permitted;
    }

    private boolean permits(PosixFilePermission permission) {
        return options == null || options.permissions().contains(permission);
    }

    private static PathException untrusted(PathDescriptor directory, String why, String option) {
        return refused(
                directory,
                why + ". Pin to a directory that only user "
                        + NativeLibraries.libc().geteuid() + " may change; or, if the pins are for these users, pass "
                        + option);
    }

    private static PathException refused(PathDescriptor directory, String why) {
        return new PathException(
                directory.path(),
                0,
                "other users can replace the pins in the directory " + directory.path() + ", which " + why);
    }

    /** Somebody may have taken the name before the service was started; or it is the directory of another service, which must not lose it. */
    private static String ofAStranger(int user, String ifOwn) {
        return ". If user " + user + " is your service's user, start this process as that user" + ifOwn
                + ". If not, leave this directory alone, because it may belong to another service or to an attacker, and pin in a directory of"
                + " your own";
    }
}
