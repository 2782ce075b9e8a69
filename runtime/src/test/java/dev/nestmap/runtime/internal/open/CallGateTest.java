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

/** A revoked gate rejects new calls, and waits for the running ones. */
class CallGateTest {
    private final CallGate gate = new CallGate();

    @Test
    void aRevokedLeaseRejectsCalls() {
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isTrue();
        gate.exit();
        gate.exit();

        gate.revoke();

        assertThat(gate.enter()).isFalse();
        gate.revoke();
        gate.reinstate();
        assertThat(gate.enter()).isTrue();
    }

    @Test
    void revokeWaitsForCallsUnderWay() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        assertThat(gate.enter()).isTrue();
        Thread revoking = new Thread(() -> {
            gate.revoke();
            done.set(true);
        });
        revoking.start();
        while (revoking.getState() != Thread.State.TIMED_WAITING) { // between two looks at the calls under way
            assertThat(revoking.isAlive()).as("the thread waits").isTrue();
            Thread.onSpinWait();
        }
        assertThat(gate.enter()).isFalse();
        assertThat(done).isFalse();

        gate.exit();
        revoking.join();

        assertThat(done).isTrue();
    }

    @Test
    void theOnlyCallNoticesLaterOnes() {
        assertThat(gate.enter()).isTrue();
        assertThat(gate.isOnlyCall()).isTrue();
        assertThat(gate.takeUsed()).isFalse();

        assertThat(gate.enter()).isTrue();
        assertThat(gate.isOnlyCall()).isFalse();
        gate.exit();
        assertThat(gate.takeUsed()).as("another call began").isTrue();
    }

    @Test
    void aSuspendedLeaseRejectsCallsUntilItIsResumed() {
        assertThat(gate.suspendIfIdle()).isTrue();

        assertThat(gate.suspendIfIdle()).isFalse();
        assertThat(gate.enter()).isFalse();
        assertThat(gate.isRevoked()).isFalse();

        assertThat(gate.resume()).as("this begins a call").isTrue();
        assertThat(gate.resume()).isFalse();
        assertThat(gate.suspendIfIdle()).as("during the call").isFalse();
        assertThat(gate.enter()).isTrue();
        gate.exit();
        gate.exit();
        assertThat(gate.suspendIfIdle()).isTrue();
    }

    @Test
    void aSuspendedLeaseThatIsRevokedStaysRevoked() {
        assertThat(gate.suspendIfIdle()).isTrue();

        gate.revoke();

        assertThat(gate.isRevoked()).isTrue();
        assertThat(gate.resume()).isFalse();
        assertThat(gate.enter()).isFalse();
    }

    @Test
    void remembersWhetherItWasUsed() {
        assertThat(gate.takeUsed()).isFalse();
        assertThat(gate.enter()).isTrue();
        gate.exit();

        assertThat(gate.takeUsed()).isTrue();
        assertThat(gate.takeUsed()).isFalse();
        assertThat(gate.suspendIfIdle()).isTrue();
        assertThat(gate.enter()).isFalse();
        assertThat(gate.takeUsed()).as("a rejected call is no use").isFalse();
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
                        gate.exit();
                        LockSupport.parkNanos(1); // so that the gate is idle at times
                    }
                }))
                .limit(2)
                .toList();
        callers.forEach(Thread::start);
        for (int i = 0; i < 200 || suspensions < 10; i++) {
            resuming.lock();
            try {
                if (gate.suspendIfIdle()) {
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
        while (!gate.enter()) {
            resuming.lock();
            try {
                resource.compareAndSet(0, 1);
                if (gate.resume()) {
                    return;
                }
            } finally {
                resuming.unlock();
            }
        }
    }
}
