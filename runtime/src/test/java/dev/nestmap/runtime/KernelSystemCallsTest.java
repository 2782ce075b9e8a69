/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.internal.backend.PinClaim;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The number of system calls that an operation on a pinned outer map makes. */
@KernelTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KernelSystemCallsTest extends PinnedTest {
    /** The first runs load classes, acquire the ownership, and fill the pool of empty maps. */
    private static final int RUNS_BEFORE = 3;

    private static final int ATTEMPTS = 4;

    /** Each of their descriptors is closed, which is one more call. */
    private static final Set<SystemCall> OPENING = Set.of(
            SystemCall.OPENAT,
            SystemCall.OBJ_GET,
            SystemCall.BTF_LOAD,
            SystemCall.BTF_GET_FD_BY_ID,
            SystemCall.MAP_CREATE,
            SystemCall.MAP_GET_FD_BY_ID);

    /** It walks no path: the object keeps the directories open. Sometimes another thread, which is not watched, makes the change itself. */
    @ParameterizedTest
    @CsvSource({"false, 15", "true, 29"})
    void ofARotationWithItsAcknowledgement(boolean pinsInners, int most) {
        try (TenantMap.Owned tenants =
                TenantMap.newMap(Network.SCHEMA, fs.path("acme/deep/tenant"), pins, new KernelPins(pins), pinsInners)) {
            tenants.create(42L);
            List<SystemCall> calls = calls(() -> rotate(tenants));
            assertThat(number(calls)).as("%s", calls).isBetween(most - 1L, (long) most);
        }
    }

    /** Each attempt compares the directory with its path, opens it, and tries to lock it. */
    @Test
    void ofAnAttemptOfAProcessThatWaitsForAnOwner() {
        PinOptions waiting = pins.withOwnerWait(Duration.ofMinutes(1));
        Pins.Lock held = Objects.requireNonNull(new KernelPins(pins).lock(fs.path("acme/deep/owner"), pins));
        List<SystemCall> calls = Collections.synchronizedList(new ArrayList<>());
        WatchedThread.watch(
                call -> {
                    calls.add(call);
                    if (Collections.frequency(calls, SystemCall.FLOCK) == ATTEMPTS) {
                        held.close();
                    }
                    return null;
                },
                () -> ownership(waiting).acquire("the second").close());

        List<SystemCall> attempts = calls.subList(calls.indexOf(SystemCall.FLOCK) + 1, calls.size());
        assertThat(attempts.subList(0, 3 * (ATTEMPTS - 1)))
                .as("%s", calls)
                .isEqualTo(
                        Collections.nCopies(
                                        ATTEMPTS - 1, List.of(SystemCall.STATX, SystemCall.OPENAT, SystemCall.FLOCK))
                                .stream()
                                .flatMap(List::stream)
                                .toList());
    }

    private PinClaim ownership(PinOptions options) {
        Path outer = fs.path("acme/deep/tenant");
        return new PinClaim(new KernelPins(options), outer, options);
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
