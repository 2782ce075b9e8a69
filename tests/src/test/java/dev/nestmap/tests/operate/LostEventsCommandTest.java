/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.maptypes.LostEventsBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands show the events that a ring buffer has lost. */
@KernelTest
class LostEventsCommandTest extends PinningTest {
    @TempDir
    private Path directory;

    @Test
    void treeShowsLostEventsAndEndPrintsTheirCount() throws Exception {
        long lost;
        try (LostEventsBpf maps =
                LostEventsBpf.open(BpfObjects.of("lost_events")).pins(pins).load()) {
            write(maps);
            lost = Objects.requireNonNull(maps.opened().lostEvents());
            assertThat(Command.run("tree", fs.path("opened-lost-events")).succeeded())
                    .contains("0 → " + lost);
            assertThat(Command.run("pins", fs.path("")).out())
                    .contains(String.format(Locale.ROOT, "%,d lost events", lost))
                    .doesNotContain("opened-lost-events");
        }
        assertThat(Command.run("end", fs.path(""), "-o", directory.resolve("saved"), "--yes")
                        .succeeded())
                .contains(String.format(Locale.ROOT, "because the map is a RINGBUF; it lost %,d events", lost));
        assertThat(fs.content()).isEmpty();
    }

    private static void write(LostEventsBpf maps) {
        maps.program("write_events").testRun(TestRun.Input.packet(new byte[64]).withRepeat(1_000));
    }
}
