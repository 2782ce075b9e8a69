/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An allowance lets a burst pass, then one packet in each interval. */
@Tag("jdk-independent")
class AllowanceTest {
    private static final long NOW = Duration.ofDays(1).toNanos();
    private static final long MILLI = 1_000_000;

    private final Allowance allowance = new Allowance(Rate.perSecond(1_000, 5), 0);

    @Test
    void aBurstPassesAtOnceAndNoMore() {
        for (int i = 0; i < 10; i++) {
            allowance.packet(NOW, NOW);
        }

        assertThat(allowance).hasToString("5");
        assertThat(allowance.allows(5)).isTrue();
        assertThat(allowance.allows(4)).isFalse();
        assertThat(allowance.allows(6)).isFalse();
    }

    @Test
    void thenAPacketPassesInEachInterval() {
        for (int i = 0; i < 100; i++) {
            allowance.packet(NOW + i * MILLI / 2, NOW + i * MILLI / 2);
        }

        // The last one arrives after 49.5 intervals. The clock may be off by a microsecond.
        assertThat(allowance.allows(5 + 49)).isTrue();
        assertThat(allowance.allows(5 + 51)).isFalse();
    }

    @Test
    void aPauseIsWorthABurstAtMost() {
        for (int i = 0; i < 10; i++) {
            allowance.packet(NOW, NOW);
        }
        for (int i = 0; i < 10; i++) {
            allowance.packet(NOW + 1_000 * MILLI, NOW + 1_000 * MILLI);
        }

        assertThat(allowance).hasToString("10");
    }

    @Test
    void uncertainTimesMakeItARange() {
        for (int i = 0; i < 10; i++) {
            allowance.packet(NOW, NOW + 2 * MILLI + MILLI / 2);
        }

        assertThat(allowance.allows(4)).isFalse();
        assertThat(allowance.allows(5)).isTrue();
        assertThat(allowance.allows(10)).isTrue();
        assertThat(allowance.allows(11)).isFalse();
    }

    @Test
    void theSenderMayHavePaidAhead() {
        Allowance ahead = new Allowance(Rate.perSecond(1_000, 5), NOW + 3 * MILLI);

        for (int i = 0; i < 10; i++) {
            ahead.packet(NOW + MILLI / 2, NOW + MILLI / 2);
        }

        assertThat(ahead).hasToString("2");
    }
}
