/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Directory and permissions of pins. A pin is a file in a BPF file system. It keeps its map alive when no process has the map open. Nestmap
 * creates missing directories so that every user who may read the pins can enter them. It does not change existing directories.
 *
 * <p>Pins belong to the user and the group of this process. Nestmap trusts only the superuser and this user. It rejects pins of other users, and
 * directories in which other users could replace pins. These are directories of other users, and directories without the sticky bit to which others
 * may write, unless {@link #withPermissions} allows that. Read-only handles accept all pins and directories.
 *
 * @param root the directory of pins with a relative path
 * @param permissions who may read and write the pinned maps
 * @param acceptsUncomparedInnerMaps whether outer maps are accepted even if nothing shows which inner maps they accept
 * @param ownerWait how long a load or an attachment waits for the owner of the pins
 * @param machine the machine's name in identities of displaced maps; null if the system names it
 * @param acceptsUnpinnedLinks whether programs may count in pinned maps although their links end with the process
 * @param refusesUpgrade whether a load refuses pinned maps of another version
 * @param acceptsOtherWriters whether a load replaces maps even if other programs continue to use them
 */
public record PinOptions(
        Path root,
        Set<PosixFilePermission> permissions,
        boolean acceptsUncomparedInnerMaps,
        Duration ownerWait,
        @Nullable String machine,
        boolean acceptsUnpinnedLinks,
        boolean refusesUpgrade,
        boolean acceptsOtherWriters) {
    /** The longest name of a machine. */
    static final int LONGEST_MACHINE = 100;

    /** The directory at which the BPF file system is mounted by convention. */
    private static final Path DEFAULT_ROOT = Path.of("/sys/fs/bpf");

    private static final PinOptions DEFAULT = new PinOptions(
            DEFAULT_ROOT,
            PosixFilePermissions.fromString("rw-------"),
            false,
            Duration.ZERO,
            null,
            false,
            false,
            false);

    /**
     * Resolves the directory against {@code /sys/fs/bpf}.
     *
     * @param root the directory of pins with a relative path
     * @param permissions who may read and write the pinned maps
     * @param acceptsUncomparedInnerMaps whether outer maps are accepted even if nothing shows which inner maps they accept
     * @param ownerWait how long a load or an attachment waits for the owner of the pins
     * @param machine the machine's name in identities of displaced maps; null if the system names it
     * @param acceptsUnpinnedLinks whether programs may count in pinned maps although their links end with the process
     * @param refusesUpgrade whether a load refuses pinned maps of another version
     * @param acceptsOtherWriters whether a load replaces maps even if other programs continue to use them
     * @throws IllegalArgumentException if the permissions allow execution, which has no meaning for a pin, if the time is negative, or if
     *     the name of the machine is empty or too long
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
        if (machine != null && (machine.isEmpty() || machine.length() > LONGEST_MACHINE)) {
            throw new IllegalArgumentException("a machine's name has 1 to " + LONGEST_MACHINE + " characters, and \""
                    + machine + "\" has " + machine.length());
        }
    }

    /** {@return the default options: pins in {@code /sys/fs/bpf} that only the user of this process may open} */
    public static PinOptions defaults() {
        return DEFAULT;
    }

    /**
     * Returns the options of {@link #defaults} with a different directory.
     *
     * @param root directory in a BPF file system; created if it is missing. A relative path is below {@code /sys/fs/bpf}.
     * @return new options
     */
    public static PinOptions in(Path root) {
        return DEFAULT.withRoot(root);
    }

    /**
     * Returns options with a different directory for pins with a relative path.
     *
     * @param directory directory in a BPF file system; created if it is missing. A relative path is below {@code /sys/fs/bpf}.
     * @return new options
     */
    public PinOptions withRoot(Path directory) {
        return with(copy -> copy.root = directory);
    }

    /**
     * Returns options with other permissions.
     *
     * <p>A user with permission to read can also write, if that user may create files in any directory of a BPF file system. The reason is that a
     * user who can read a map can pin it there, and then open the new pin for writing ({@code bpf_obj_pin_user} in {@code kernel/bpf/inode.c}). Only
     * frozen maps are protected; {@code BPF_F_RDONLY} at the creation of a map does not help. To let others only read, serve the counts from the
     * process that owns the pins, for example over HTTP.
     *
     * @param mode permissions as {@code ls -l} shows them: with {@code rw-r--r--} everybody may read
     * @return new options
     * @throws IllegalArgumentException if the string is not a mode, or if it has an {@code x}, which has no meaning for a pin
     */
    public PinOptions withPermissions(String mode) {
        if (!mode.matches("([r-][w-][x-]){3}")) {
            throw new IllegalArgumentException(
                    "mode \"" + mode
                            + "\" is not written as ls -l shows it: write \"rw-------\" for the owner alone, or \"rw-r-----\" if a group may read");
        }
        Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(mode);
        return with(copy -> copy.permissions = wanted);
    }

    /**
     * Returns options that accept a third-party outer map even if nothing shows which inner maps it accepts.
     *
     * <p>This is for a map that Nestmap did not pin, if there is no inner map or this process may not open one. Without this option, Nestmap rejects
     * the map. With this option, Nestmap compares only the outer map itself with its record. If the kernel accepts only other inner maps, {@code
     * create} fails. If inner maps have the declared sizes but other fields, Nestmap misreads them.
     *
     * @return new options
     */
    public PinOptions withUncomparedInnerMaps() {
        return with(copy -> copy.acceptsUncomparedInnerMaps = true);
    }

    /**
     * Returns options with which a load or an attachment waits for the end of another service.
     *
     * <p>The first process that changes a pin, a pinned link or a slot becomes the owner of all pins in the directory. It stays the owner until it
     * exits, or until it has closed the objects that changed something and has ended all their tickets. A load that attaches programs with a {@code
     * LinkPin} must become the owner before it changes anything. If another process is the owner, or another object of this process has changed the
     * same map or link, the load fails at once. With this option, the load waits for the owner to end, and fails if the owner still runs after this
     * time. During the wait, the old program continues to count. Interrupting the thread does not end the wait.
     *
     * @param time the longest wait of one call of {@code load} or {@code attach}, for all links and maps together. {@code
     *     ChronoUnit.FOREVER.getDuration()} sets no limit
     * @return new options
     * @throws IllegalArgumentException if the time is negative
     */
    public PinOptions withOwnerWait(Duration time) {
        return with(copy -> copy.ownerWait = time);
    }

    /**
     * Returns options that name this machine in {@linkplain MapIdentity identities} of displaced maps. Without this option, the name is the
     * system property {@code nestmap.machine} or, if it is not set, the content of {@code /etc/machine-id}.
     *
     * @param name a unique name of at most 100 characters, which stays the same when the machine restarts, for example the name of the
     *     Kubernetes node
     * @return new options
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public PinOptions withMachine(String name) {
        return with(copy -> copy.machine = name);
    }

    /**
     * Returns options for a service whose programs need not count while it is down. Without this option, Nestmap logs a warning when you attach a
     * program that counts in pinned maps without a {@code LinkPin}. The counts in the maps then survive a restart, but the program is detached when
     * the process ends, and events until the next attachment are not counted.
     *
     * @return new options
     */
    public PinOptions withUnpinnedLinks() {
        return with(copy -> copy.acceptsUnpinnedLinks = true);
    }

    /**
     * Returns options with which a load refuses pinned maps of another version and changes nothing. Without this option, a load replaces
     * them: entries are converted, or wait if they can't be converted.
     *
     * @return new options
     */
    public PinOptions withoutUpgrade() {
        return with(copy -> copy.refusesUpgrade = true);
    }

    /**
     * Returns options with which an upgrade accepts that other programs continue to use the old maps, even programs that this process can't see.
     * <b>What these programs count in the old maps afterwards is lost.</b> Without this option, the load refuses such an upgrade.
     *
     * @return new options
     */
    public PinOptions withOtherWriters() {
        return with(copy -> copy.acceptsOtherWriters = true);
    }

    private PinOptions with(Consumer<Copy> change) {
        Copy copy = new Copy();
        change.accept(copy);
        return new PinOptions(
                copy.root,
                copy.permissions,
                copy.acceptsUncomparedInnerMaps,
                copy.ownerWait,
                copy.machine,
                copy.acceptsUnpinnedLinks,
                copy.refusesUpgrade,
                copy.acceptsOtherWriters);
    }

    /** The components while one of them changes. */
    private final class Copy {
        private Path root = PinOptions.this.root;
        private Set<PosixFilePermission> permissions = PinOptions.this.permissions;
        private boolean acceptsUncomparedInnerMaps = PinOptions.this.acceptsUncomparedInnerMaps;
        private Duration ownerWait = PinOptions.this.ownerWait;
        private @Nullable String machine = PinOptions.this.machine;
        private boolean acceptsUnpinnedLinks = PinOptions.this.acceptsUnpinnedLinks;
        private boolean refusesUpgrade = PinOptions.this.refusesUpgrade;
        private boolean acceptsOtherWriters = PinOptions.this.acceptsOtherWriters;
    }

    @Override
    public String toString() {
        return "pins in " + root + " " + PosixFilePermissions.toString(permissions)
                + (acceptsUncomparedInnerMaps ? ", uncompared inner maps" : "")
                + (ownerWait.isZero() ? "" : ", waits " + ownerWait)
                + (machine == null ? "" : ", machine " + machine)
                + (acceptsUnpinnedLinks ? ", unpinned links" : "")
                + (refusesUpgrade ? ", no upgrade" : "")
                + (acceptsOtherWriters ? ", other writers" : "");
    }
}
