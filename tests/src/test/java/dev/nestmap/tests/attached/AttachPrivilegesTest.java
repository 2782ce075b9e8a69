/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.Cgroup;
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
@KernelTest.AnyJdk
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

    /** Main class of a process that attaches a program to a control group. */
    static final class Attacher {
        public static void main(String[] arguments) {
            try (HitCounter counter = new HitCounter(HitsBpf.load(Path.of(arguments[0])))) {
                counter.program().attach(Cgroup.of(Path.of(arguments[1])));
                System.out.println("attached");
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
