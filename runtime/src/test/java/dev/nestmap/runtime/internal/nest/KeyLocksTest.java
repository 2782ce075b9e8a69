/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.testing.Await;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Actions on the same key run one after the other, without deadlock. */
class KeyLocksTest {
    private static final SlotKey ONE = slot(1);
    private static final SlotKey TWO = slot(2);
    private static final int ROUNDS = 10_000;

    private final KeyLocks locks = new KeyLocks("tenant");
    private int inside;

    @Test
    @Timeout(60)
    void serializesActionsThatNameTheSameKeysInDifferentOrders() throws Exception {
        List<List<SlotKey>> orders =
                List.of(List.of(ONE, TWO), List.of(TWO, ONE), List.of(ONE), List.of(TWO, ONE, TWO));
        Await.inThreads(4, thread -> {
            for (int i = 0; i < ROUNDS; i++) {
                locks.holding(orders.get(thread), () -> inside++); // every action holds the lock of ONE
            }
            return thread;
        });

        assertThat(inside).isEqualTo(4 * ROUNDS);
        assertThat(locks.size()).isZero();
    }

    @Test
    void releasesTheLocksIfTheActionFails() {
        assertThatThrownBy(() -> locks.holding(List.of(ONE), () -> {
                    throw new IllegalStateException("failed");
                }))
                .hasMessage("failed");

        assertThat(locks.size()).isZero();
    }

    @Test
    void allowsAnActionToLockItsKeysAgain() {
        String done = locks.holding(List.of(ONE, TWO), () -> locks.holding(List.of(TWO), () -> "done"));

        assertThat(done).isEqualTo("done");
        assertThat(locks.size()).isZero();
        assertThat(locks.<String>holding(List.of(TWO), () -> "free")).isEqualTo("free");
    }

    /** The action could deadlock with a thread that holds the other key and waits for this one. */
    @Test
    void rejectsOtherKeysInAnAction() {
        assertThrown(
                IllegalStateException.class,
                () -> locks.holding(List.of(TWO), () -> locks.holding(List.of(TWO, ONE), () -> "done")),
                "key 1 of map tenant can't be changed inside a listener that is called for other keys");

        assertThat(locks.size()).isZero();
    }

    @Test
    void readsAnotherKeyInAnAction() {
        String read = locks.holding(List.of(TWO), () -> locks.reading(ONE, () -> "read"));

        assertThat(read).isEqualTo("read");
        assertThat(locks.reading(ONE, () -> "read")).isEqualTo("read");
        assertThat(locks.size()).isZero();
    }

    /** The other thread may wait for the key of the action. */
    @Test
    void readsNoKeyInAnActionThatAnotherThreadHolds() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        AtomicBoolean isHeld = new AtomicBoolean();
        AtomicBoolean mayEnd = new AtomicBoolean();
        Future<?> holder = other.submit(() -> locks.holding(List.of(ONE), () -> {
            isHeld.set(true);
            Await.until("the action may end", mayEnd::get);
            return "held";
        }));
        Await.until("the key is held", isHeld::get);

        assertThrown(
                IllegalStateException.class,
                () -> locks.holding(List.of(TWO), () -> locks.reading(ONE, () -> "read")),
                "key 1 of map tenant can't be read inside a listener",
                "Read it after");
        mayEnd.set(true);
        holder.get(60, TimeUnit.SECONDS);
        other.shutdown();
        assertThat(locks.size()).isZero();
    }

    private static SlotKey slot(int key) {
        return new SlotKey(key, new byte[] {(byte) key});
    }
}
