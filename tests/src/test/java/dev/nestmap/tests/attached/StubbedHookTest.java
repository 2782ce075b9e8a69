/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.upgrade.Stubbed.Config;
import dev.nestmap.tests.upgrade.StubbedBpf;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An upgrade behind a stub, as {@code StubUpgradeTest} makes it, counts each event once at hooks whose events are not calls of a function.
 * The kernel can't update their links.
 */
@KernelTest
@Timeout(120) // in an emulated machine
@ExtendWith(NetworkNamespace.class)
class StubbedHookTest extends PinningTest {
    private static final int UPGRADES = 10;

    @ParameterizedTest
    @EnumSource(names = {"NETFILTER", "PERF_EVENT_OF_THREAD"})
    void eachEventIsCountedByOneVersion(AttachedHook hook) throws Exception {
        hook.assume();
        upgradeDuringEvents(hook);
    }

    private void upgradeDuringEvents(AttachedHook hook) throws Exception {
        Path object = BpfObjects.of(
                "stubbed", "-DSECTION=\"" + hook.section() + "\"", "-DIS_COUNTED=1", "-DRESULT=" + hook.result());
        ExecutorService executor = Executors.newSingleThreadExecutor();
        AtomicBoolean ended = new AtomicBoolean();
        int thread = executor.submit(Descriptors::threadId).get();
        StubbedBpf current = load(object, 0);
        try (AttachedHook.Scene scene = executor.submit(() -> hook.open()).get()) {
            SleepingThread.await(thread);
            current.stub().attach(scene.pinnable()).pin(LinkPin.at(fs.path("stub")));
            boolean isNetfilter = hook == AttachedHook.NETFILTER; // it permits no second program of the same priority
            if (!isNetfilter) {
                scene.counter().program().attach(scene.pinnable());
            }
            Future<Long> events = executor.submit(() -> fireUntil(ended, scene.events()));
            for (int upgrade = 1; upgrade <= UPGRADES; upgrade++) {
                awaitEvent(current, (upgrade - 1) % 2);
                StubbedBpf next = load(object, upgrade % 2);
                current.close();
                current = next;
            }
            awaitEvent(current, UPGRADES % 2);
            ended.set(true);
            long fired = events.get();
            SleepingThread.await(thread);
            long expected = isNetfilter ? fired : scene.counter().count();
            long counted = count(current, 0) + count(current, 1);
            System.out.printf("%s: %d upgrades, %d events, %d counted%n", hook, UPGRADES, expected, counted);
            assertThat(counted).isEqualTo(expected);
        } finally {
            ended.set(true);
            executor.shutdown();
            current.close();
        }
        Nestmap.openPinnedLink(fs.path("stub")).detach();
    }

    /** Loads a version and puts it into the stub's slot. */
    private StubbedBpf load(Path object, int version) {
        StubbedBpf bpf = StubbedBpf.open(object)
                .config(new Config(0, version))
                .pins(pins)
                .load();
        bpf.current().put(0L, bpf.count());
        return bpf;
    }

    private static void awaitEvent(StubbedBpf bpf, int version) {
        long before = count(bpf, version);
        while (count(bpf, version) == before) { // ends with the test's timeout if the kernel does not run this version
            Thread.onSpinWait();
        }
    }

    private static long fireUntil(AtomicBoolean ended, Events events) {
        long fired = 0;
        while (!ended.get()) {
            events.fire(1);
            fired++;
        }
        return fired;
    }

    private static long count(StubbedBpf bpf, int version) {
        return Objects.requireNonNull(bpf.calls().get((long) version)).count();
    }
}
