/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A probe decides about a feature only where its answer is certain. */
class KernelFeatureTest {
    private static final Set<SystemCall> PROBES =
            Set.of(SystemCall.BTF_LOAD, SystemCall.MAP_CREATE, SystemCall.PROG_LOAD, SystemCall.PROG_QUERY);

    private static final long GRACE_PERIOD_NANOS = 3_000_000;

    private int lookups;

    @Test
    void aFastLookupDoesNotWaitForAGracePeriod() {
        assertThat(KernelFeature.returnsAtOnce(() -> {})).isTrue();
    }

    @Test
    void lookupsThatAllTakeMillisecondsWaitForAGracePeriod() {
        assertThat(KernelFeature.returnsAtOnce(slowFor(Integer.MAX_VALUE))).isFalse();
    }

    /** A thread that loses its CPU must not look like a kernel that waits. */
    @Test
    void oneFastLookupAmongSlowOnesIsEnough() {
        assertThat(KernelFeature.returnsAtOnce(slowFor(5))).isTrue();
    }

    /** One moment without file descriptors must not make a feature absent for the rest of the process. */
    @ParameterizedTest
    @EnumSource
    @KernelTest
    void aProbeWithoutResourcesIsNoAnswer(KernelFeature feature) {
        boolean[] failed = {false};
        List<Optional<Boolean>> answers = new ArrayList<>();
        WatchedThread.watch(
                call -> {
                    boolean isFirst = PROBES.contains(call) && !failed[0];
                    failed[0] |= isFirst;
                    return isFirst ? Errno.EMFILE : null;
                },
                () -> answers.add(feature.answer()));

        assertThat(failed[0]).as("a call failed").isTrue();
        assertThat(answers).containsExactly(Optional.empty());
    }

    /**
     * A refusal says nothing about the kernel: it comes from a capability that this process lacks and may get, from a seccomp filter, or from
     * a security module.
     */
    @ParameterizedTest
    @EnumSource
    @KernelTest
    void aDeniedProbeIsNoAnswer(KernelFeature feature) {
        Optional<Boolean> before = feature.answer();
        List<Optional<Boolean>> answers = new ArrayList<>();
        for (Errno errno : List.of(Errno.EPERM, Errno.EACCES, Errno.ENOSYS)) {
            WatchedThread.watch(call -> PROBES.contains(call) ? errno : null, () -> answers.add(feature.answer()));
        }

        assertThat(answers).containsOnly(Optional.empty());
        assertThat(feature.isPresent()).isEqualTo(before.orElseThrow()).isNotEqualTo(feature.isAbsent());
    }

    private Runnable slowFor(int count) {
        return () -> {
            if (lookups++ < count) {
                LockSupport.parkNanos(GRACE_PERIOD_NANOS);
            }
        };
    }
}
