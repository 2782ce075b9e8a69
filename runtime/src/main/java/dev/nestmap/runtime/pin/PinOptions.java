/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where maps are pinned and who may open the pins. A pin is a file of a BPF file system that keeps its map when no process has
 * it open. Directories that are made for pins can be entered by whoever may
 * read the pins.
 */
public final class PinOptions {
    /** Where the BPF file system is by custom. */
    private static final Path DEFAULT_ROOT = Path.of("/sys/fs/bpf");

    private static final PinOptions DEFAULT =
            new PinOptions(DEFAULT_ROOT, PosixFilePermissions.fromString("rw-------"), null, SlotReuse.AS_DECLARED);

    private final Path root;
    private final Set<PosixFilePermission> permissions;
    private final @Nullable Owner owner;
    private final SlotReuse slots;

    /**
     * Who owns pins.
     *
     * @param user number of the user
     * @param group number of the group
     */
    public record Owner(int user, int group) {}

    private PinOptions(Path root, Set<PosixFilePermission> permissions, @Nullable Owner owner, SlotReuse slots) {
        this.root = root;
        this.permissions = permissions;
        this.owner = owner;
        this.slots = slots;
    }

    /** Pins in {@code /sys/fs/bpf} that only this process's user may open. */
    public static PinOptions asDeclared() {
        return DEFAULT;
    }

    /** Pins in another directory of a BPF file system, which is made if it is missing. */
    public static PinOptions in(Path root) {
        return DEFAULT.withRoot(root);
    }

    /** The same in another directory. Pins that are declared with an absolute path stay there. */
    public PinOptions withRoot(Path directory) {
        return new PinOptions(directory.toAbsolutePath().normalize(), permissions, owner, slots);
    }

    /**
     * The same with other permissions.
     *
     * @param mode what {@code ls -l} shows: {@code rw-r--r--} lets everybody read
     * @throws IllegalArgumentException when it is no mode, or has an {@code x}, which pins have no use for
     */
    public PinOptions withPermissions(String mode) {
        Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(mode);
        if (mode.contains("x")) {
            throw new IllegalArgumentException("mode " + mode + " lets somebody execute pins; use r and w only");
        }
        return new PinOptions(root, wanted, owner, slots);
    }

    /** The same with another owner: giving files away takes CAP_CHOWN. */
    public PinOptions withOwner(int user, int group) {
        return new PinOptions(root, permissions, new Owner(user, group), slots);
    }

    /** The same with another way to go about declared slots of outer maps that are there already. */
    public PinOptions withSlots(SlotReuse reuse) {
        return new PinOptions(root, permissions, owner, reuse);
    }

    /** The directory that pins declared by name lie in. */
    public Path root() {
        return root;
    }

    /** Who may read and write the pinned maps. */
    public Set<PosixFilePermission> permissions() {
        return Set.copyOf(permissions);
    }

    /** Who owns the pins; null for this process's user. */
    public @Nullable Owner owner() {
        return owner;
    }

    /** What becomes of declared slots of outer maps that are there already. */
    public SlotReuse slots() {
        return slots;
    }

    /** The same for pins that are nobody's business who may only read. */
    public PinOptions forWriters() {
        Set<PosixFilePermission> writers = EnumSet.copyOf(DEFAULT.permissions);
        for (Role role : Role.values()) {
            if (permissions.contains(role.write)) {
                writers.addAll(Set.of(role.read, role.write));
            }
        }
        return new PinOptions(root, writers, owner, slots);
    }

    /** For the directories of pins: who may read a pin may enter, who may write it may add and remove some. */
    public Set<PosixFilePermission> directoryPermissions() {
        Set<PosixFilePermission> directory = PosixFilePermissions.fromString("rwx------");
        for (Role role : Role.values()) {
            if (permissions.contains(role.read)) {
                directory.addAll(Set.of(role.read, role.enter));
            }
            if (permissions.contains(role.write)) {
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PinOptions options
                && root.equals(options.root)
                && permissions.equals(options.permissions)
                && Objects.equals(owner, options.owner)
                && slots == options.slots;
    }

    @Override
    public int hashCode() {
        return Objects.hash(root, permissions, owner, slots);
    }

    @Override
    public String toString() {
        return "pins in " + root + " " + PosixFilePermissions.toString(permissions)
                + (owner == null ? "" : " of user " + owner.user() + ", group " + owner.group())
                + (slots == SlotReuse.AS_DECLARED ? "" : ", slots: " + slots);
    }
}
