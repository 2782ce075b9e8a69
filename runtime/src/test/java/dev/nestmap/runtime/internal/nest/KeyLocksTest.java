/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.testing.Await;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Actions on the same key run one after the other, without deadlock. */
class KeyLocksTest {
    private static final SlotKey ONE = slot(1);
    private static final SlotKey TWO = slot(2);
    private static final int ROUNDS = 10_000;

    private final KeyLocks locks = new KeyLocks();
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
    void knowsWhoHoldsLocks() {
        boolean isHeld = locks.holding(List.of(), locks::isHeldByCaller);

        assertThat(isHeld).isTrue();
        assertThat(locks.isHeldByCaller()).isFalse();
    }

    private static SlotKey slot(int key) {
        return new SlotKey(key, new byte[] {(byte) key});
    }
}
