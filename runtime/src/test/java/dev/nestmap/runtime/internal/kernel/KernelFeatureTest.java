/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.heap.HeapFactory;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapKind;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class KernelFeatureTest {
    private static final long GRACE_PERIOD_NANOS = 3_000_000;

    private final RawMap map = new HeapFactory().create(new MapShape("m", MapKind.HASH, 4, 4, 1, 0), null);
    private int lookups;

    @Test
    void aFastLookupDoesNotWaitForAGracePeriod() {
        assertThat(KernelFeature.looksUpAtOnce(map)).isTrue();
    }

    @Test
    void lookupsThatAllTakeMillisecondsWaitForAGracePeriod() {
        assertThat(KernelFeature.looksUpAtOnce(slowFor(Integer.MAX_VALUE))).isFalse();
    }

    /** A thread that loses its CPU must not look like a kernel that waits. */
    @Test
    void oneFastLookupAmongSlowOnesIsEnough() {
        assertThat(KernelFeature.looksUpAtOnce(slowFor(5))).isTrue();
    }

    private RawMap slowFor(int count) {
        return new DelegatingMap(map) {
            @Override
            public int lookup(Block block, int keyAt, int valueAt, long flags) {
                if (lookups++ < count) {
                    LockSupport.parkNanos(GRACE_PERIOD_NANOS);
                }
                return super.lookup(block, keyAt, valueAt, flags);
            }
        };
    }
}
