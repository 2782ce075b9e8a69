/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.maptypes.ControlGroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An attachment by a process without CAP_SYS_ADMIN names what it could not open. */
@KernelTest
class AttachPrivilegesTest {
    @TempDir
    private Path forAll;

    @Test
    void aControlGroupThatCanNotBeOpenedIsNamed() throws IOException {
        Files.setPosixFilePermissions(forAll, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path object = Files.copy(HitCounter.compile("cgroup/connect4", 1), forAll.resolve("hits.bpf.o"));
        Files.setPosixFilePermissions(object, PosixFilePermissions.fromString("rw-r--r--"));
        Path group = Files.createTempDirectory(ControlGroups.ofThisProcess(), "nestmap"); // with the mode 0700
        try {
            assertThat(new ChildVm().asNobody("+bpf,+net_admin").run(Attacher.class, object, group))
                    .contains("EACCES (13): ")
                    .doesNotContain("something else forbids it");
        } finally {
            Files.delete(group);
        }
    }

    /** {@code rtnetlink_rcv_msg} in net/core/rtnetlink.c asks for CAP_NET_ADMIN itself, and bpf(2) also accepts CAP_SYS_ADMIN. */
    @Test
    void aTcFilterNeedsMoreThanSysAdmin() throws IOException {
        String object = HitCounter.compile("tc", 0).toString();
        String only = "-all,+sys_admin";

        assertThat(new ChildVm()
                        .startedBy("unshare", "--net", "setpriv", "--bounding-set=" + only, "--inh-caps=" + only)
                        .run(Attacher.class, object))
                .contains("EPERM (1): ", "this process lacks CAP_NET_ADMIN: ")
                .doesNotContain("something else forbids it");
    }

    /** Main class of a process that attaches a program to a control group, or without one as a tc filter. */
    static final class Attacher {
        public static void main(String[] arguments) {
            try (HitCounter counter = new HitCounter(HitsBpf.load(Path.of(arguments[0])))) {
                if (arguments.length == 1) {
                    counter.program().attach(Tc.ingress("lo"));
                } else {
                    counter.program().attach(Cgroup.of(Path.of(arguments[1])));
                }
                System.out.println("attached");
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
