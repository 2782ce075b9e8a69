/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A revoked gate rejects new calls, and waits for the running ones. */
@Tag("both-jdks")
class CallGateTest {
    private final CallGate gate = new CallGate(new ObjectFailure());

    @Test
    void aRevokedLeaseRejectsCalls() {
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isTrue();
        gate.exit();
        gate.exit();

        gate.revoke();

        assertThat(gate.enter()).isFalse();
        gate.revoke();
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
    void remembersWhetherItWasUsed() {
        assertThat(gate.takeUsed()).isFalse();
        assertThat(gate.enter()).isTrue();
        gate.exit();

        assertThat(gate.takeUsed()).isTrue();
        assertThat(gate.takeUsed()).isFalse();
        gate.revoke();
        assertThat(gate.enter()).isFalse();
        assertThat(gate.takeUsed()).as("a rejected call is no use").isFalse();
    }
}
