/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The longest timeout is not negative. */
class EventWaitTest {
    /** The remaining time in nanoseconds is close to Long.MAX_VALUE. */
    @Test
    void theLongestTimeoutIsNotNegative() throws InterruptedException {
        EventWait wait = new EventWait(Duration.ofMillis(Long.MAX_VALUE));

        assertThat(wait.awaitAny(List.of())).isTrue();
    }
}
