/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Directory, owner and permissions of pins. A pin is a file in a BPF file system. It keeps its map when no process has the map
 * open. Directories that are created for pins can be entered by every user who may read the pins.
 *
 * @param root the directory of pins with a relative path
 * @param permissions who may read and write the pinned maps
 * @param owner the owner of the pins; null for the user of this process
 * @param sharesDirectories whether pins and directories of all users are accepted
 * @param slots the treatment of declared slots in outer maps that already exist
 * @param acceptsUncomparedInnerMaps whether outer maps are accepted although nothing shows which inner maps they accept
 * @param ownerWait how long an attachment waits for the owner of a pinned link or of slots
 */
public record PinOptions(
        Path root,
        Set<PosixFilePermission> permissions,
        @Nullable Owner owner,
        boolean sharesDirectories,
        SlotReuse slots,
        boolean acceptsUncomparedInnerMaps,
        Duration ownerWait) {
    /** The directory at which the BPF file system is mounted by convention. */
    private static final Path DEFAULT_ROOT = Path.of("/sys/fs/bpf");

    private static final PinOptions DEFAULT = new PinOptions(
            DEFAULT_ROOT,
            PosixFilePermissions.fromString("rw-------"),
            null,
            false,
            SlotReuse.AS_DECLARED,
            false,
            Duration.ZERO);

    /**
     * Resolves the directory against {@code /sys/fs/bpf}.
     *
     * @param root the directory of pins with a relative path
     * @param permissions who may read and write the pinned maps, and nobody may execute
     * @param owner the owner of the pins; null for the user of this process
     * @param sharesDirectories whether pins and directories of all users are accepted
     * @param slots the treatment of declared slots in outer maps that already exist
     * @param acceptsUncomparedInnerMaps whether outer maps are accepted although nothing shows which inner maps they accept
     * @param ownerWait how long an attachment waits for the owner of a pinned link or of slots
     * @throws IllegalArgumentException if somebody may execute the pins, which means nothing for a pin, or if the time is negative
     */
    public PinOptions {
        root = DEFAULT_ROOT.resolve(root).normalize();
        permissions = Set.copyOf(permissions);
        String mode = PosixFilePermissions.toString(permissions);
        if (mode.contains("x")) {
            throw new IllegalArgumentException("mode " + mode + " lets somebody execute pins; use r and w only");
        }
        if (ownerWait.isNegative()) {
            throw new IllegalArgumentException(
                    "a wait of " + ownerWait + " is negative; use Duration.ZERO to fail at once");
        }
    }

    /**
     * Owner of pins.
     *
     * @param user number of the user
     * @param group number of the group
     */
    public record Owner(int user, int group) {}

    /**
     * Treatment of the declared slots of a pinned outer map that already exists when an object is loaded. libbpf does not put the
     * object's inner maps into such a map, so these would be new, empty, and in no slot. It does put programs into the declared slots
     * of an existing program array and leaves the other slots unchanged, whatever this option says.
     */
    public enum SlotReuse {
        /**
         * Does the same as {@link #KEEP} if the slots are declared to be filled at load. If the object file itself fills them, the load fails,
         * because the existing slots don't hold the object's maps.
         */
        AS_DECLARED,
        /**
         * The maps in the slots stay, with their entries. The object's programs and the generated class use them under the declared
         * names. Empty slots are filled. This requires CAP_SYS_ADMIN, or pinned inner maps.
         */
        KEEP,
        /**
         * New maps replace the maps in the slots. The entries of the replaced maps are lost, unless another process or a pin holds the
         * maps.
         */
        REPLACE
    }

    /** {@return options for pins in {@code /sys/fs/bpf} that only the user of this process may open} */
    public static PinOptions asDeclared() {
        return DEFAULT;
    }

    /**
     * Returns options for pins in another directory, and otherwise those of {@link #asDeclared}.
     *
     * @param root directory in a BPF file system; it is created if it is missing. A relative path is below {@code /sys/fs/bpf}.
     * @return new options
     */
    public static PinOptions in(Path root) {
        return DEFAULT.withRoot(root);
    }

    /**
     * Returns options with another directory. Pins with a relative path are below it, declared ones as well as paths that are passed
     * together with these options. It does not apply to absolute paths.
     *
     * @param directory directory in a BPF file system; it is created if it is missing. A relative path is below {@code /sys/fs/bpf}.
     * @return new options
     */
    public PinOptions withRoot(Path directory) {
        return new PinOptions(
                directory, permissions, owner, sharesDirectories, slots, acceptsUncomparedInnerMaps, ownerWait);
    }

    /**
     * Returns options with other permissions.
     *
     * <p>Permission to read is permission to write, for a user who may also create a file in some directory of a BPF file system: the kernel
     * lets this user pin the map there from a descriptor for reading, and open the new pin for writing ({@code bpf_obj_pin_user} in {@code
     * kernel/bpf/inode.c}). Only frozen maps are protected. {@code BPF_F_RDONLY} at the creation of a map does not help. To let others only
     * read, use {@link dev.nestmap.runtime.OuterAccessor#pinReader pinReader}, whose pins give no access to the map.
     *
     * @param mode permissions as {@code ls -l} shows them: with {@code rw-r--r--} everybody may read
     * @return new options
     * @throws IllegalArgumentException if the text is not a mode, or if it has an {@code x}, which means nothing for a pin
     */
    public PinOptions withPermissions(String mode) {
        Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(mode);
        return new PinOptions(root, wanted, owner, sharesDirectories, slots, acceptsUncomparedInnerMaps, ownerWait);
    }

    /**
     * Returns options with another owner. Changing the owner of a file requires CAP_CHOWN. Removing it later, as {@code rotate} does with the
     * pins of inner maps, requires CAP_FOWNER in a directory with a sticky bit. Without CAP_DAC_OVERRIDE, this process can't lock the directories
     * that it gives to that user. So it owns neither links nor slots, and a second start is not refused.
     *
     * @param user number of the user
     * @param group number of the group
     * @return new options
     */
    public PinOptions withOwner(int user, int group) {
        return new PinOptions(
                root,
                permissions,
                new Owner(user, group),
                sharesDirectories,
                slots,
                acceptsUncomparedInnerMaps,
                ownerWait);
    }

    /**
     * Returns options that accept pins and directories of all users.
     *
     * <p>Without this option, Nestmap trusts only the superuser, the user of this process and the {@link #withOwner owner}. It rejects a
     * pin of any other user. It also rejects a directory of a BPF file system in which others could replace pins: a directory of another
     * user, or one without the sticky bit that others may write to although {@link #withPermissions} does not allow it. Read-only handles
     * accept all of them.
     *
     * <p>With this option, other users can replace, add and remove pins, and so change what is counted. They can't make this process change
     * files elsewhere.
     *
     * @return new options
     */
    public PinOptions withSharedDirectories() {
        return new PinOptions(root, permissions, owner, true, slots, acceptsUncomparedInnerMaps, ownerWait);
    }

    /**
     * Returns options with another treatment of declared slots in outer maps that already exist.
     *
     * @param reuse the treatment
     * @return new options
     */
    public PinOptions withSlots(SlotReuse reuse) {
        return new PinOptions(
                root, permissions, owner, sharesDirectories, reuse, acceptsUncomparedInnerMaps, ownerWait);
    }

    /**
     * Returns options that accept an outer map of somebody else although nothing shows which inner maps it accepts.
     *
     * <p>Without this option, Nestmap rejects such a map: it holds no inner map that this process may open, and Nestmap did not pin it. With
     * this option, only the outer map itself is compared with its record. {@code create} fails if the kernel accepts other inner maps, and
     * inner maps of the declared sizes with other fields are misread.
     *
     * @return new options
     */
    public PinOptions withUncomparedInnerMaps() {
        return new PinOptions(root, permissions, owner, sharesDirectories, slots, true, ownerWait);
    }

    /**
     * Returns options with which an attachment waits while another service runs.
     *
     * <p>The process that attached a program with a {@code LinkPin} owns the pinned link, and a process that takes inner maps out owns the
     * slots of the pinned outer map, until it closes its object or ends. An object that attaches programs when it is loaded needs both: the
     * pinned links, and the slots of its pinned outer maps. It acquires them before it changes anything. Without this option, it fails at
     * once if another process, or another object of this process, is the owner. With this option, it waits until the owner ends, and fails
     * if the owner still runs after this time. The attached program goes on counting meanwhile. An interrupt of the thread does not end the
     * wait.
     *
     * @param time how long one call of {@code load} or {@code attach} waits, for all of its links and maps together. To wait without a limit, pass
     *     {@code ChronoUnit.FOREVER.getDuration()}
     * @return new options
     * @throws IllegalArgumentException if the time is negative
     */
    public PinOptions withOwnerWait(Duration time) {
        return new PinOptions(root, permissions, owner, sharesDirectories, slots, acceptsUncomparedInnerMaps, time);
    }

    @Override
    public String toString() {
        return "pins in " + root + " " + PosixFilePermissions.toString(permissions)
                + (owner == null ? "" : " of user " + owner.user() + ", group " + owner.group())
                + (sharesDirectories ? ", shared directories" : "")
                + (slots == SlotReuse.AS_DECLARED ? "" : ", slots: " + slots)
                + (acceptsUncomparedInnerMaps ? ", uncompared inner maps" : "")
                + (ownerWait.isZero() ? "" : ", waits " + ownerWait);
    }
}
