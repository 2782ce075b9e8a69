/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The number of system calls that an operation on a pinned outer map makes. */
@KernelTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KernelSystemCallsTest extends PinnedTest {
    /** The first runs load classes, acquire the ownership, and fill the pool of empty maps. */
    private static final int RUNS_BEFORE = 3;

    /** Each of their descriptors is closed, which is one more call. */
    private static final Set<SystemCall> OPENING = Set.of(
            SystemCall.OPENAT,
            SystemCall.OBJ_GET,
            SystemCall.BTF_LOAD,
            SystemCall.BTF_GET_FD_BY_ID,
            SystemCall.MAP_CREATE,
            SystemCall.MAP_GET_FD_BY_ID);

    /** It walks no path: the owner holds the directories. The change itself is among the calls. */
    @ParameterizedTest
    @CsvSource({"false, 13", "true, 23"})
    void ofARotationWithItsAcknowledgement(boolean pinsInners, int most) {
        try (TenantMap.Owned tenants =
                TenantMap.newMap(Network.SCHEMA, fs.pin("acme/deep/tenant"), pins, new KernelPins(pins), pinsInners)) {
            tenants.create(42L);
            List<SystemCall> calls = calls(() -> rotate(tenants));
            assertThat(number(calls)).as("%s", calls).isBetween(most - 1L, (long) most);
        }
    }

    private static void rotate(TenantMap tenants) {
        Objects.requireNonNull(tenants.rotate(42L)).acknowledge();
    }

    private static long number(List<SystemCall> calls) {
        return calls.size() + calls.stream().filter(OPENING::contains).count();
    }

    private static List<SystemCall> calls(Runnable action) {
        List<SystemCall> calls = Collections.synchronizedList(new ArrayList<>());
        try (WatchedThread thread = new WatchedThread()) {
            for (int i = 0; i < RUNS_BEFORE; i++) {
                thread.run(call -> null, action);
            }
            thread.run(WatchedThread.noting(calls), action);
        }
        return List.copyOf(calls);
    }
}
