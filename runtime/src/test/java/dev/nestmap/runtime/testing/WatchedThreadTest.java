/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Calls of the Java VM itself are not watched. */
@KernelTest
final class WatchedThreadTest {
    /** In a container whose CPU time is limited, the VM would read the control group each 20 ms. */
    @Test
    void numberOfProcessorsMakesNoWatchedCall() {
        List<SystemCall> calls = new CopyOnWriteArrayList<>();

        WatchedThread.watch(WatchedThread.noting(calls), () -> {
            for (int i = 0; i < 5; i++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
                Runtime.getRuntime().availableProcessors();
            }
        });

        assertThat(calls).isEmpty();
    }
}
