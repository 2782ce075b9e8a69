/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.CommandRun;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.testing.KernelTest;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The commands show the events that a ring buffer has lost. */
@KernelTest
class LostEventsCommandTest extends CommandTest {
    @Test
    void treeShowsLostEventsAndEndPrintsTheirCount() throws Exception {
        long lost;
        try (ReportingBpf maps =
                ReportingBpf.open(object("reporting")).pins(pins).load()) {
            write(maps);
            lost = Objects.requireNonNull(maps.opened().lostEvents());
            assertThat(CommandRun.of("tree", fs.path("events/opened-lost-events"))
                            .out(0))
                    .contains("0 → " + lost);
            assertThat(CommandRun.of("pins", fs.path("events")).out())
                    .contains(String.format(Locale.ROOT, "%,d lost events", lost))
                    .doesNotContain("opened-lost-events");
        }
        assertThat(CommandRun.of("end", fs.path("events"), "-o", file, "--yes").out(0))
                .contains(String.format(Locale.ROOT, "because the map is a RINGBUF; it lost %,d events", lost));
        assertThat(fs.content()).noneMatch(pin -> pin.startsWith("events"));
    }

    private static void write(ReportingBpf maps) {
        maps.program("write_events").testRun(TestRun.Input.packet(new byte[64]).withRepeat(1_000));
    }
}
