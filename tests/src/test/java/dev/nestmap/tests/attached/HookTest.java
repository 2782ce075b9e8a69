/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A program runs for the events of its hook while it is attached, whatever the kind of attachment. */
@KernelTest
@Timeout(60)
@ExtendWith(NetworkNamespace.class)
class HookTest {
    private static final int TIMES = 20;

    @ParameterizedTest
    @EnumSource
    void aProgramRunsWhileItIsAttached(AttachedHook hook) {
        runsWhileAttached(hook);
    }

    static void runsWhileAttached(AttachedHook hook) {
        hook.assume();
        try (AttachedHook.Scene scene = hook.open()) {
            HitCounter counter = scene.counter();
            scene.events().fire(TIMES);
            assertThat(counter.count()).as("not attached").isZero();
            try (Link link = counter.program().attach(scene.attachment())) {
                scene.events().fire(TIMES);
                assertThat(link).isNotNull();
                assertThat(counter.count()).as("attached").isGreaterThanOrEqualTo(TIMES);
            }
            long counted = counter.count();
            scene.events().fire(TIMES);
            assertThat(counter.count()).as("detached").isEqualTo(counted);
        }
    }

    /** The kernel gives the file descriptor of a closed link to the next one. */
    @ParameterizedTest
    @EnumSource
    void closingALinkAgainLeavesALaterLinkAlone(AttachedHook hook) {
        hook.assume();
        try (AttachedHook.Scene scene = hook.open()) {
            HitCounter counter = scene.counter();
            Link closed = counter.program().attach(scene.attachment());
            closed.close();
            counter.program().attach(scene.attachment());
            closed.close();
            scene.events().fire(TIMES);

            assertThat(counter.count()).isGreaterThanOrEqualTo(TIMES);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingTheObjectDetachesTheProgram(AttachedHook hook) {
        hook.assume();
        try (AttachedHook.Scene scene = hook.open();
                HitCounter later = hook.load()) {
            HitCounter counter = scene.counter();
            Link link = counter.program().attach(scene.attachment());
            counter.close();
            link.close();

            try (Link next = later.program().attach(scene.attachment())) {
                scene.events().fire(TIMES);
                assertThat(next).isNotNull();
                assertThat(later.count()).isGreaterThanOrEqualTo(TIMES);
            }
        }
    }
}
