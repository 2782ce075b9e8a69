/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private final Lease lease = new Lease();

    @Test
    void aRevokedLeaseRejectsCalls() {
        assertThat(lease.enter()).isTrue();
        assertThat(lease.enter()).isTrue();
        lease.exit();
        lease.exit();

        lease.revoke();

        assertThat(lease.enter()).isFalse();
        lease.revoke();
        lease.reinstate();
        assertThat(lease.enter()).isTrue();
    }

    @Test
    void revokeWaitsForCallsUnderWay() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean();
        assertThat(lease.enter()).isTrue();
        Thread revoking = new Thread(() -> {
            started.countDown();
            lease.revoke();
            done.set(true);
        });
        revoking.start();
        started.await();
        while (lease.enter()) {
            lease.exit();
        }
        TimeUnit.MILLISECONDS.sleep(5);
        assertThat(done).isFalse();

        lease.exit();
        revoking.join();

        assertThat(done).isTrue();
    }
}
