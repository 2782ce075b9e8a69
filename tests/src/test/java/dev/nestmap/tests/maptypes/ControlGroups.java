/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Control groups of version 2, which have local storage and fit into a CGROUP_ARRAY. */
public final class ControlGroups {
    private ControlGroups() {}

    /** The mount point of cgroup2. Skips the test if it is not mounted. */
    public static Path mount() {
        Optional<Path> mount;
        try {
            mount = Files.readAllLines(Path.of("/proc/mounts")).stream()
                    .map(line -> line.split(" "))
                    .filter(fields -> fields[2].equals("cgroup2"))
                    .map(fields -> Path.of(fields[1]))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assumeTrue(mount.isPresent(), "no cgroup2 is mounted");
        return mount.orElseThrow();
    }

    /** The directory of this process's control group. */
    public static Path ofThisProcess() {
        try {
            String group = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                    .filter(line -> line.startsWith("0::/"))
                    .map(line -> line.substring("0::/".length()))
                    .findFirst()
                    .orElse("");
            return mount().resolve(group);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
