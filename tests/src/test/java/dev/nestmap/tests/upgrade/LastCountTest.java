/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An upgrade drains what the program of the previous version counts last. On Linux 6.18 this test also passes without the grace period that
 * {@code LoadRun} waits for, perhaps because the kernel waits when it replaces an XDP program ({@code bpf_dispatcher_update} in
 * kernel/bpf/dispatcher.c). So it does not prove that wait for other hooks.
 */
@KernelTest
@Timeout(60)
@Tag("jdk-independent")
class LastCountTest extends PinningTest {
    private static final LinkPin PIN = LinkPin.at(Path.of("count"));
    private static final Migration UPGRADE = Migration.from(BpfObjects.schema("upgraded"))
            .drain(UpgradedLaterBpf.TENANT_MAP)
            .copy(UpgradedLaterBpf.ALL_MAP);

    private final List<Thread> packets = new ArrayList<>();

    @Test
    void aProgramThatRunsWhileItIsReplacedCountsInADrainedMap() throws Throwable {
        NetworkNamespace.run(() -> {
            try (UpgradedBpf bpf = UpgradedBpf.open(BpfObjects.of("upgraded", "-DSLOW"))
                    .pins(pins)
                    .attachByName("count", Xdp.on("lo"), PIN)
                    .load()) {
                bpf.tenant().create(1);
            }
            try (UpgradedBpf.TenantMap.Owned old = UpgradedBpf.TENANT_MAP.openPinned(fs.path("tenant"));
                    UpgradedLaterBpf bpf = UpgradedLaterBpf.open(BpfObjects.of("upgraded", "-DLATER"))
                            .pins(pins)
                            .migrate(UPGRADE)
                            .attachByName("count", Xdp.on("lo"), PIN)
                            .prepare(loaded -> awaitRun(old))
                            .load();
                    KernelLink link = Nestmap.openPinnedLink(PIN.path(), pins)) {
                List<UpgradedLater.Count> drained = new ArrayList<>();
                bpf.tenant().drainWaiting(displaced -> displaced.map().forEach(drained::add));
                for (Thread packet : packets) {
                    packet.join();
                }

                assertThat(drained)
                        .singleElement()
                        .satisfies(count -> assertThat(count.packets()).isEqualTo(packets.size()));
                link.detach();
            }
        });
    }

    /** Returns while the old program counts a packet, just before another program replaces it. */
    private void awaitRun(UpgradedBpf.TenantMap old) {
        long bytes = 0;
        while (true) { // on a busy machine, this thread may not see a run
            Thread packet = new Thread(() -> LoopbackSocket.exchange(1), "packet");
            packets.add(packet);
            packet.start();
            Upgraded.Count count = old.get(1, 0);
            while (count == null || count.bytes() == bytes) {
                Thread.onSpinWait();
                count = old.get(1, 0);
            }
            if (count.packets() < packets.size()) {
                return;
            }
            bytes = count.bytes();
        }
    }
}
