/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.upgrade.UpgradeTest;
import dev.nestmap.tests.upgrade.UpgradedBpf;
import dev.nestmap.tests.upgrade.UpgradedLaterBpf;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that counts packets on lo into pinned maps, with a pinned link, and the next version of both. */
final class UpgradeScene extends FaultScene {
    /** Before an operation, because an injected fault would hit the test's own reading of a schema. */
    private static final LinkPin PIN = UpgradeTest.PIN;

    private final PinOptions pins;
    private int sent;

    /** @param directory where maps and link are pinned; it does not exist yet */
    UpgradeScene(Path directory) {
        super(directory);
        this.pins = PinOptions.in(directory);
    }

    void loadAndClose() {
        try (UpgradedBpf bpf = UpgradeTest.open(BpfObjects.of("upgraded"), pins).load()) {
            bpf.tenant().create(1);
            send();
        }
    }

    void upgradeAndClose() {
        later().load().close();
    }

    @Override
    boolean count() {
        send();
        return true;
    }

    /** The id of the program that counts. */
    int attachedProgram() {
        try (KernelLink link = Nestmap.openPinnedLink(PIN.path(), pins)) {
            return link.info().programId();
        }
    }

    private UpgradedLaterBpf.Open later() {
        return UpgradeTest.later(UpgradeTest.laterObject(), pins);
    }

    /** Sends at the second attempt if the injected fault hits the first one. */
    private void send() {
        try {
            LoopbackSocket.exchange(1);
        } catch (IllegalStateException e) {
            LoopbackSocket.exchange(1);
        }
        sent++;
    }

    /** Requires that the program of the next version counts, and that each packet was counted once. */
    void requireExactCounts() {
        send();
        try (UpgradedLaterBpf bpf = later().load();
                KernelLink link = Nestmap.openPinnedLink(PIN.path(), pins)) {
            assertThat(link.info().programId()).isEqualTo(bpf.program("count").id());
            send();
            long[] counted = {0};
            bpf.tenant().drainWaiting(displaced -> counted[0] += UpgradeTest.packets(displaced.map()));
            bpf.tenant().forEach((id, counts) -> counted[0] += UpgradeTest.packets(counts));
            assertThat(counted[0]).as("packets").isEqualTo(sent);
        }
    }

    @Override
    void closeAll() {
        if (Files.exists(directory.resolve(PIN.path()))) {
            Nestmap.openPinnedLink(PIN.path(), pins).detach();
        }
    }
}
