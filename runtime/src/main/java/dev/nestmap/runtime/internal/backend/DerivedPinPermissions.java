/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Permissions of the files and directories that Nestmap keeps beside the pins of a map, derived from the permissions of the pins. */
public final class DerivedPinPermissions {
    private DerivedPinPermissions() {}

    /** Options for files that only writers of the map need: a user who may only read the map can't open them. */
    public static PinOptions forWriters(PinOptions options) {
        return options.withPermissions("rw-" + ofOthers(options, role -> role.contains("w") ? "rw-" : "---"));
    }

    /**
     * Permissions of the directories of pins. A user who may read a pin may enter them; a user who may write it may add and remove
     * files.
     */
    public static Set<PosixFilePermission> ofDirectories(PinOptions options) {
        return PosixFilePermissions.fromString("rwx"
                + ofOthers(options, role -> role.equals("---") ? role : role.substring(0, 2) + "x"));
    }

    /**
     * Permissions of the directory of a generation. Its pins, which may have different options, decide who may open them, and the directory of the set
     * decides who may come that far: so everybody may pass through. Only those who may change its first pin may change the directory.
     */
    public static Set<PosixFilePermission> ofGenerations(PinOptions options) {
        return PosixFilePermissions.fromString("rwx"
                + ofOthers(options, role -> role.equals("---") ? "--x" : role.substring(0, 2) + "x"));
    }

    /** Derives the permissions of the group and of all others, such as {@code r--}, from those of the pins. */
    private static String ofOthers(PinOptions options, UnaryOperator<String> derivation) {
        String mode = mode(options);
        return derivation.apply(mode.substring(3, 6)) + derivation.apply(mode.substring(6));
    }

    private static String mode(PinOptions options) {
        return PosixFilePermissions.toString(options.permissions());
    }
}
