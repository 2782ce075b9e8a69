/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The root of control groups is where version 2 is mounted, or the command that mounts it is named. */
class CgroupTest {
    private static final String VERSION_1 = "cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0";

    @Test
    void theRootIsWhereVersion2IsMounted() {
        assertThat(Cgroup.root(List.of(
                        "tmpfs /sys/fs/cgroup tmpfs ro 0 0",
                        VERSION_1,
                        "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0",
                        "cgroup2 /other cgroup2 rw 0 0")))
                .isEqualTo(Cgroup.of(Path.of("/sys/fs/cgroup/unified")));
        assertThat(Cgroup.root(List.of("none /a\\040b\\134c cgroup2 rw 0 0"))).isEqualTo(Cgroup.of(Path.of("/a b\\c")));
    }

    @Test
    void namesTheCommandIfVersion2IsNotMounted() {
        assertBpfException(() -> Cgroup.root(List.of(VERSION_1, "")))
                .hasMessage(
                        "search for the control groups: no file system of type cgroup2 is mounted: mount one, as root"
                                + " (mount -t cgroup2 cgroup2 /mnt)");
    }
}
