/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A supervisor restarts a shipper that makes no progress, but none that catches up or has reported a problem. */
class ShipperStatisticsTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void aShipperWithoutProgressNeedsARestart() {
        assertThat(statistics(null, LONG, null).needsRestart(LIMIT)).isTrue();
        assertThat(statistics(LONG, LONG, null).needsRestart(LIMIT)).isTrue();
    }

    @Test
    void aShipperThatCatchesUpNeedsNone() {
        assertThat(statistics(Duration.ZERO, LONG, null).needsRestart(LIMIT)).isFalse();
    }

    @Test
    void aShipperWithAProblemNeedsNone() {
        assertThat(statistics(LONG, LONG, "Kafka is unreachable").needsRestart(LIMIT))
                .isFalse();
    }

    private static ShipperStatistics statistics(
            @Nullable Duration commitAge, Duration roundAge, @Nullable String problem) {
        Instant since = problem == null ? null : Instant.EPOCH;
        return new ShipperStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, commitAge, roundAge, problem, since, false);
    }
}
