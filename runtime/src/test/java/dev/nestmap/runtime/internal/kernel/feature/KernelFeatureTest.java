/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class KernelFeatureTest {
    private static final long GRACE_PERIOD_NANOS = 3_000_000;

    private int lookups;

    @Test
    void aFastLookupDoesNotWaitForAGracePeriod() {
        assertThat(KernelFeature.returnsAtOnce(() -> {})).isTrue();
    }

    @Test
    void lookupsThatAllTakeMillisecondsWaitForAGracePeriod() {
        assertThat(KernelFeature.returnsAtOnce(slowFor(Integer.MAX_VALUE))).isFalse();
    }

    /** A thread that loses its CPU must not look like a kernel that waits. */
    @Test
    void oneFastLookupAmongSlowOnesIsEnough() {
        assertThat(KernelFeature.returnsAtOnce(slowFor(5))).isTrue();
    }

    private Runnable slowFor(int count) {
        return () -> {
            if (lookups++ < count) {
                LockSupport.parkNanos(GRACE_PERIOD_NANOS);
            }
        };
    }
}
