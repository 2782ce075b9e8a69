/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The permissions and the owner that pins get. A command of root uses those of a pin of a service for all that it creates beside it, so that the
 * service's user can use that, too.
 *
 * @param owner null for the user of this process
 */
public record PinAttributes(PinOptions options, @Nullable Owner owner) {
    /**
     * A user and a group.
     *
     * @param user number of the user
     * @param group number of the group
     */
    public record Owner(int user, int group) {}

    /**
     * Those of a pin, or of a directory of pins.
     *
     * @param machine the machine's name in identities of displaced maps; null if the system names it
     * @throws BpfException if they can't be read
     */
    public static PinAttributes of(Path pin, @Nullable String machine) {
        Map<String, Object> file;
        try {
            file = Files.readAttributes(pin, "unix:uid,gid,permissions", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) { // no problem of a file to which the caller writes
            throw BpfException.of(
                            e instanceof NoSuchFileException ? Reason.NOT_FOUND : Reason.NOT_PERMITTED,
                            "reading of the owner of " + pin)
                    .because(e.toString());
        }
        int user = ((Number) Objects.requireNonNull(file.get("uid"))).intValue();
        int group = ((Number) Objects.requireNonNull(file.get("gid"))).intValue();
        @SuppressWarnings("unchecked") // the JDK's type of this attribute
        var permissions = (Set<PosixFilePermission>) file.get("permissions");
        String mode = PosixFilePermissions.toString(permissions).replace('x', '-'); // x is for directories only
        PinOptions options = PinOptions.defaults().withPermissions(mode);
        return new PinAttributes(
                machine == null ? options : options.withMachine(machine),
                user == 0 && group == 0 ? null : new Owner(user, group));
    }
}
