/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel schedules with a struct of functions until its link is closed (sched_ext, Linux 6.12). */
@KernelTest
@Timeout(300) // in an emulated machine
class SchedulerTest {
    private static final Path SCHED_EXT = Path.of("/sys/kernel/sched_ext");

    @Test
    void theKernelSchedulesWithTheStructUntilTheLinkIsClosed() throws IOException {
        assumeThat(SCHED_EXT)
                .as("sched_ext needs Linux 6.12 with CONFIG_SCHED_CLASS_EXT")
                .exists();
        try (HitCounter counter = load()) {
            Link link = counter.object().attachStructOps("counted");
            assertThat(state()).isEqualTo("enabled");
            assertThat(Files.readString(SCHED_EXT.resolve("root/ops"))).startsWith("nestmap_counted");
            assertThat(((KernelLink) link).info().kind()).isEqualTo(KernelLink.Kind.STRUCT_OPS);
            new Sleeps().fire(5); // each time, this thread begins to run again
            assertThat(counter.count()).isGreaterThanOrEqualTo(5);

            link.close();
            Await.until("the kernel has ended the scheduler", () -> state().equals("disabled"));
            long counted = counter.count();
            new Sleeps().fire(5);
            assertThat(counter.count()).isEqualTo(counted);
        }
    }

    @Test
    void aKernelWithoutSchedExtSaysSo() {
        assumeThat(SCHED_EXT).as("this kernel has sched_ext").doesNotExist();
        assertBpfException(() -> load().close()).hasMessageContaining("sched_ext_ops");
    }

    private static HitCounter load() {
        return new HitCounter(HitsBpf.load(BpfObjects.of("scheduler")));
    }

    private static String state() throws IOException {
        return Files.readString(SCHED_EXT.resolve("state")).strip();
    }
}
