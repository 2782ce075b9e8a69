/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A commit whose answer is lost with the network of its machine: a clone of the machine commits, or the maps of the commit go to a spool. */
@Tag("long")
class CutAnswerTest extends BrokerTest {
    @TempDir
    private Path directory;

    private final CountsBpf firstMachine = CountsBpf.inMemory();
    private final CountsBpf secondMachine = CountsBpf.inMemory();
    private final TenantMap first = firstMachine.tenant();
    private final TenantMap second = secondMachine.tenant();

    @AfterEach
    void close() {
        firstMachine.close();
        secondMachine.close();
    }

    @Test
    void theCloneDoesNotHideTheCommit() throws Exception {
        first.create(1L).put(new Count(1, 1));
        try (Shipper<Long> a = Shipper.start(first, network().impatient(), options())) {
            shipLast(a);
            Objects.requireNonNull(first.get(1L)).put(new Count(2, 100));
            network().cutNextCommit();
            assertThat(a.ship(Duration.ofMillis(1))).isFalse();
            awaitProblem(a, "does not answer");
            try (Shipper<Long> b = Shipper.start(second, broker().config(), options())) {
                second.create(1L).put(new Count(3, 1000));
                shipLast(b);
            }
            network().restore();
            first.getOrCreate(1L).put(new Count(4, 10_000));
            shipLast(a);
        }
        requireTotal(1 + 100 + 1000 + 10_000, false);
    }

    /** The spool then has a file that is committed, and others. Its process ends before it learns which. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSpoolDoesNotRepeatTheCommit(boolean reboots) throws Exception {
        ShipperOptions options = options().withSpool(directory.resolve("spool"), 1_000_000);
        first.create(1L).put(new Count(1, 1));
        try (Shipper<Long> before = Shipper.start(first, network().impatient(), options)) {
            shipLast(before);
            Objects.requireNonNull(first.get(1L)).put(new Count(2, 100));
            network().cutNextCommit();
            assertThat(before.ship(Duration.ofMillis(1))).isFalse();
            awaitSpool(before, 0);
            awaitProblem(before, "does not answer");
            assertThat(before.statistics().transactions()).isEqualTo(2);
            Objects.requireNonNull(first.get(1L)).put(new Count(3, 1000));
            long bytes = before.statistics().spooledBytes();
            assertThat(before.ship(Duration.ofMillis(1))).isFalse();
            awaitSpool(before, bytes);
            if (!reboots) {
                network().restore();
                shipLast(before);
                assertThat(before.statistics().transactions()).isBetween(4L, 5L);
            }
        }
        network().restore();
        second.create(1L).put(new Count(4, 10_000));
        try (Shipper<Long> after = Shipper.start(second, network().impatient(), options)) {
            shipLast(after);
        }
        requireTotal(1 + 100 + 1000 + 10_000, reboots);
    }

    private static void awaitSpool(Shipper<Long> shipper, long more) throws InterruptedException {
        await(
                "spool",
                () -> shipper.statistics().spooledBytes() > more
                        && shipper.statistics().waitingMaps() == 0);
    }

    private void requireTotal(long total, boolean isGap) throws Exception {
        assertThat(rows(topic).stream().mapToLong(Row::packets).sum()).isEqualTo(total);
        List<String> losses = losses(topic, broker());
        assertThat(losses.isEmpty()).as("%s", losses).isEqualTo(!isGap);
    }
}
