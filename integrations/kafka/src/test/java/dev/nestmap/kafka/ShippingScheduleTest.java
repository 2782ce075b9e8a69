/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When the rounds of many shippers are due. */
class ShippingScheduleTest {
    private static final Duration INTERVAL = Duration.ofDays(1);

    private static ShippingSchedule<Long> schedule() {
        return new ShippingSchedule<>(ShipperOptions.to("counts").withInterval(INTERVAL));
    }

    /** 50 random moments are all in the same half of the interval once in 2 to the power of 49 runs. */
    @Test
    void shippersThatStartTogetherDoNotShipTogether() {
        List<Long> next = Stream.generate(ShippingScheduleTest::schedule)
                .limit(50)
                .map(ShippingSchedule::nanosToNextRound)
                .toList();

        assertThat(next).allMatch(nanos -> nanos <= INTERVAL.toNanos());
        assertThat(next).anyMatch(nanos -> nanos < INTERVAL.toNanos() / 2);
        assertThat(next).anyMatch(nanos -> nanos > INTERVAL.toNanos() / 2);
    }

    /** When Kafka is back, all shippers send at once what they have. After that they are apart again. */
    @Test
    void aFailureDoesNotChangeLaterRounds() throws Exception {
        for (ShippingSchedule<Long> schedule :
                IntStream.range(0, 50).mapToObj(i -> schedule()).toList()) {
            long before = System.nanoTime() + schedule.nanosToNextRound();
            schedule.makeRoundDue();
            assertThat(schedule.awaitWork()).isEqualTo(ShippingSchedule.Work.ALL);
            assertThat(schedule.endRound(schedule.beginRound())).isTrue();

            assertThat(System.nanoTime() + schedule.nanosToNextRound())
                    .isBetween(before - 60_000_000_000L, before + 60_000_000_000L);
        }
    }
}
