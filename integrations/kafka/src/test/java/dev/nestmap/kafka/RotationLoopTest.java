/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A round says that everything is taken out only if it is. */
class RotationLoopTest {
    private static final UUID BOOT = new UUID(1, 2);

    /** Maps are taken out a thousand at a time, and a shipper may be closed in between. */
    @Test
    void aRoundThatIsStoppedIsNotComplete(@TempDir Path directory) throws Exception {
        ShipperOptions options = ShipperOptions.to("counts")
                .withMachine("machine")
                .withInterval(Duration.ofDays(1))
                .withSpool(directory, 10_000_000);
        ShippingSchedule schedule = new ShippingSchedule(options);
        schedule.makeRoundDue();
        ShipperStatisticsRecorder progress = new ShipperStatisticsRecorder("nestmap.machine.tenant");
        OperationListener stop = (kind, name) -> {
            if (kind == Operation.Kind.ROTATE) {
                schedule.stop();
            }
            return null;
        };
        try (CountsBpf bpf = CountsBpf.inMemory();
                Spool spool = new Spool(options.spool(), "nestmap.machine.tenant", BOOT, progress)) {
            for (long tenant = 0; tenant < 1001; tenant++) {
                bpf.tenant().create(tenant).put(new Count(1, 1));
            }
            RowWriter writer = new RowWriter(bpf.tenant(), "machine", "tenant");
            Nestmap.addListener(stop);
            try {
                new RotationLoop<>(bpf.tenant(), spool, writer, BOOT, options, schedule, progress).run();
            } finally {
                Nestmap.removeListener(stop);
            }
        }

        List<Row> rows = rows(directory);
        assertThat(rows).filteredOn(row -> row.status().isEmpty()).hasSize(1000);
        assertThat(rows).extracting(Row::status).contains("running").doesNotContain("complete");
    }

    private static List<Row> rows(Path directory) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path path : files.toList()) {
                SpoolFile.Name name = SpoolFile.Name.of(path);
                if (name != null) {
                    SpoolFile.open(path, name).readMessages((position, message) -> rows.add(Row.of(message)));
                }
            }
        }
        return rows;
    }
}
