/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shippers that start together do not ship together. */
class ShippingScheduleTest {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int SHIPPERS = 50;

    /**
     * When Kafka is back after a failure, all shippers send at once what they have. After that they are apart again. 50 random moments are
     * all in the same half of the interval once in 2 to the power of 49 runs.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shippersThatStartTogetherDoNotShipTogether(boolean fail) throws Exception {
        List<ShippingSchedule> schedules = new ArrayList<>();
        for (int i = 0; i < SHIPPERS; i++) {
            schedules.add(new ShippingSchedule(ShipperOptions.to("counts").withInterval(INTERVAL)));
        }
        long start = System.nanoTime();
        for (ShippingSchedule schedule : fail ? schedules : List.<ShippingSchedule>of()) {
            schedule.makeRoundDue();
            assertThat(schedule.awaitRound()).isTrue();
            end(schedule);
        }

        List<Long> rounds = rounds(schedules, start);

        assertThat(rounds).anyMatch(nanos -> nanos < INTERVAL.toNanos() / 2);
        assertThat(rounds).anyMatch(nanos -> nanos > INTERVAL.toNanos() / 2);
    }

    /** The pages say so, and users size their maps for it. */
    @Test
    void aRoundIsDueEveryTenSecondsUnlessTheUserSaysHowOften() {
        assertThat(ShipperOptions.to("counts").interval).isEqualTo(Duration.ofSeconds(10));
    }

    /** Longer times than a long can hold in nanoseconds are 292 years. */
    @Test
    void waitsForEver() throws Exception {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        ShippingSchedule schedule =
                new ShippingSchedule(ShipperOptions.to("counts").withInterval(forever));
        CompletableFuture<Boolean> shipped = CompletableFuture.supplyAsync(() -> {
            try {
                return schedule.requestRound(forever, false);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(schedule.awaitRound()).isTrue();
        end(schedule);

        assertThat(shipped.join()).isTrue();
    }

    private static void end(ShippingSchedule schedule) {
        ShipperStatisticsRecorder progress = new ShipperStatisticsRecorder("nestmap.machine.tenant");
        try (Spool spool = new Spool(
                new ShipperOptions.SpoolDirectory(Path.of("/absent"), 1),
                "nestmap.machine.tenant",
                new UUID(1, 2),
                progress)) {
            schedule.written(schedule.beginRound(), System.nanoTime(), spool);
            schedule.sent(spool, progress);
        }
    }

    /** Waits for the next round of each. Returns how long after the start it began. */
    private static List<Long> rounds(List<ShippingSchedule> schedules, long start) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(schedules.size());
        try {
            List<Callable<Long>> waits = new ArrayList<>();
            for (ShippingSchedule schedule : schedules) {
                waits.add(() -> {
                    assertThat(schedule.awaitRound()).isTrue();
                    return System.nanoTime() - start;
                });
            }
            List<Long> rounds = new ArrayList<>();
            for (Future<Long> round : threads.invokeAll(waits)) {
                rounds.add(round.get());
            }
            return rounds;
        } finally {
            threads.shutdown();
        }
    }
}
