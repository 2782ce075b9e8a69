/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Permissions of the files and directories that Nestmap keeps beside the pins of a map, derived from the permissions of the pins. */
public final class DerivedPinPermissions {
    private DerivedPinPermissions() {}

    /** Options for files that only writers of the map need: a user who may only read the map can't open them. */
    public static PinOptions forWriters(PinOptions options) {
        Set<PosixFilePermission> writers = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        for (Role role : Role.values()) {
            if (options.permissions().contains(role.write)) {
                writers.addAll(Set.of(role.read, role.write));
            }
        }
        return options.withPermissions(PosixFilePermissions.toString(writers));
    }

    /** Options for the buffer of a reader. Whoever may read the pins may also write to the buffer, because requests are written there. */
    public static PinOptions forReaders(PinOptions options) {
        Set<PosixFilePermission> readers = EnumSet.copyOf(options.permissions());
        for (Role role : Role.values()) {
            if (options.permissions().contains(role.read)) {
                readers.add(role.write);
            }
        }
        return options.withPermissions(PosixFilePermissions.toString(readers));
    }

    /**
     * Permissions of the directories of pins. A user who may read a pin may enter them; a user who may write it may add and remove
     * files.
     */
    public static Set<PosixFilePermission> ofDirectories(PinOptions options) {
        Set<PosixFilePermission> directory = PosixFilePermissions.fromString("rwx------");
        for (Role role : Role.values()) {
            if (options.permissions().contains(role.read)) {
                directory.addAll(Set.of(role.read, role.enter));
            }
            if (options.permissions().contains(role.write)) {
                directory.addAll(Set.of(role.write, role.enter));
            }
        }
        return directory;
    }

    private enum Role {
        OWNER(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE),
        GROUP(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE),
        OTHERS(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

        private final PosixFilePermission read;
        private final PosixFilePermission write;
        private final PosixFilePermission enter;

        Role(PosixFilePermission read, PosixFilePermission write, PosixFilePermission enter) {
            this.read = read;
            this.write = write;
            this.enter = enter;
        }
    }
}
