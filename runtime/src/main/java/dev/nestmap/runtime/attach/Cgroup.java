/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Runs a program for the processes of a control group and of the groups below it, beside other programs that are attached there. Sections:
 * {@code sockops}, {@code cgroup_skb/...}, {@code cgroup/...}, {@code lsm_cgroup/...}; the section says at which hook. The link can be
 * updated.
 *
 * @param directory directory of the control group, in a file system of type {@code cgroup2}
 */
public record Cgroup(Path directory) implements Hook<Cgroup.Kind, KernelLink> {
    /** The kind of programs for control groups, as a type argument of {@link AttachableProgram}. */
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

    @Override
    public String target() {
        return "control group " + directory;
    }
}
