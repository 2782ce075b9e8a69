/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
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
        AtomicBoolean done = new AtomicBoolean();
        assertThat(lease.enter()).isTrue();
        Thread revoking = new Thread(() -> {
            lease.revoke();
            done.set(true);
        });
        revoking.start();
        while (revoking.getState() != Thread.State.TIMED_WAITING) { // between two looks at the calls under way
            assertThat(revoking.isAlive()).as("the thread waits").isTrue();
            Thread.onSpinWait();
        }
        assertThat(lease.enter()).isFalse();
        assertThat(done).isFalse();

        lease.exit();
        revoking.join();

        assertThat(done).isTrue();
    }

    @Test
    void aSuspendedLeaseRejectsCallsUntilItIsResumed() {
        assertThat(lease.suspendIfIdle()).isTrue();

        assertThat(lease.suspendIfIdle()).isFalse();
        assertThat(lease.enter()).isFalse();
        assertThat(lease.isRevoked()).isFalse();

        assertThat(lease.resume()).as("this begins a call").isTrue();
        assertThat(lease.resume()).isFalse();
        assertThat(lease.suspendIfIdle()).as("during the call").isFalse();
        assertThat(lease.enter()).isTrue();
        lease.exit();
        lease.exit();
        assertThat(lease.suspendIfIdle()).isTrue();
    }

    @Test
    void aSuspendedLeaseThatIsRevokedStaysRevoked() {
        assertThat(lease.suspendIfIdle()).isTrue();

        lease.revoke();

        assertThat(lease.isRevoked()).isTrue();
        assertThat(lease.resume()).isFalse();
        assertThat(lease.enter()).isFalse();
    }

    @Test
    void remembersWhetherItWasUsed() {
        assertThat(lease.takeUsed()).isFalse();
        assertThat(lease.enter()).isTrue();
        lease.exit();

        assertThat(lease.takeUsed()).isTrue();
        assertThat(lease.takeUsed()).isFalse();
        assertThat(lease.suspendIfIdle()).isTrue();
        assertThat(lease.enter()).isFalse();
        assertThat(lease.takeUsed()).as("a rejected call is no use").isFalse();
    }

    /** The resource is a number that only a suspension sets to 0. No call may see that. */
    @Test
    void noCallSeesASuspendedResource() throws InterruptedException {
        AtomicInteger resource = new AtomicInteger(1);
        AtomicBoolean wrong = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        int suspensions = 0;
        ReentrantLock resuming = new ReentrantLock();
        List<Thread> callers = Stream.generate(() -> new Thread(() -> {
                    while (!done.get()) {
                        enterOrResume(resource, resuming);
                        wrong.compareAndSet(false, resource.get() == 0);
                        lease.exit();
                        LockSupport.parkNanos(1); // so that the lease is idle at times
                    }
                }))
                .limit(2)
                .toList();
        callers.forEach(Thread::start);
        for (int i = 0; i < 200 || suspensions < 10; i++) {
            resuming.lock();
            try {
                if (lease.suspendIfIdle()) {
                    resource.set(0);
                    suspensions++;
                }
            } finally {
                resuming.unlock();
            }
        }
        done.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(wrong).isFalse();
    }

    private void enterOrResume(AtomicInteger resource, ReentrantLock resuming) {
        while (!lease.enter()) {
            resuming.lock();
            try {
                resource.compareAndSet(0, 1);
                if (lease.resume()) {
                    return;
                }
            } finally {
                resuming.unlock();
            }
        }
    }
}
