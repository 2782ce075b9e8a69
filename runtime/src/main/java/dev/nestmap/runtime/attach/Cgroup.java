/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Runs a program for the processes of a control group and of the groups below it, in addition to other programs of the group. Sections:
 * {@code sockops}, {@code cgroup_skb/...}, {@code cgroup/...}, {@code lsm_cgroup/...}; the section determines the hook. The link can be
 * updated.
 *
 * <p>If a program is attached to a group and also to a group below it, events of the lower group's processes are counted twice. Nestmap then
 * logs a warning. A second attachment to the same group fails.
 *
 * @param directory directory of the control group, in a file system of type {@code cgroup2}
 */
public record Cgroup(Path directory) implements Hook<Cgroup.Kind, KernelLink> {
    /** The kind of programs for control groups. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** Checks that the directory is not null. */
    public Cgroup {
        Objects.requireNonNull(directory, "directory");
    }

    /**
     * Returns the attachment to a control group.
     *
     * @param directory directory of the control group, in a file system of type {@code cgroup2}
     * @return the attachment
     */
    public static Cgroup of(Path directory) {
        return new Cgroup(directory);
    }

    /**
     * Returns the attachment to the root of the control groups, which contains all processes that this process can see. The root is the
     * mount point of the file system of type {@code cgroup2}: {@code /sys/fs/cgroup}, or {@code /sys/fs/cgroup/unified} on a machine with
     * both versions of control groups.
     *
     * @return the attachment
     * @throws BpfException if no file system of type {@code cgroup2} is mounted
     */
    public static Cgroup root() {
        try {
            return root(Files.readAllLines(Path.of("/proc/self/mounts")));
        } catch (IOException e) {
            throw BpfException.of(Reason.SYSTEM_CALL, "search for the control groups")
                    .cause(e)
                    .because(
                            "/proc/self/mounts can't be read: mount the file system proc, or pass a directory to Cgroup.of");
        }
    }

    /** Finds the first mount point in lines of {@code /proc/self/mounts}. The kernel writes a space in a path as an octal number. */
    static Cgroup root(List<String> mounts) {
        return mounts.stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
                .map(fields -> of(Path.of(fields[1].replace("\\040", " ").replace("\\134", "\\"))))
                .findFirst()
                .orElseThrow(
                        () -> BpfException.of(Reason.NOT_FOUND, "search for the control groups")
                                .because(
                                        "no file system of type cgroup2 is mounted: mount one, as root (mount -t cgroup2 cgroup2 /mnt)"));
    }

    /**
     * Returns the id of the group, which programs get from {@code bpf_get_current_cgroup_id()}, {@code bpf_skb_cgroup_id()} and others. If a
     * group is removed and created again, it has a different id.
     *
     * @return the id: the inode of its directory ({@code kernfs_ino} in {@code linux/kernfs.h}, on 64-bit kernels)
     * @throws BpfException if there is no such directory
     */
    public long id() {
        try {
            return ((Number) Files.getAttribute(directory, "unix:ino")).longValue();
        } catch (IOException e) {
            throw BpfException.of(Reason.NOT_FOUND, "reading of the id of " + target())
                    .cause(e)
                    .because(directory + " can't be read (" + e
                            + "): Cgroup.root() finds the mount point of the groups");
        }
    }

    @Override
    public String target() {
        return "control group " + directory;
    }
}
