/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.upgrade.UpgradedBpf;
import dev.nestmap.tests.upgrade.UpgradedLaterBpf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program that counts packets on lo into pinned maps, with a pinned link, and the next version of both. */
final class UpgradeScene implements FaultScene {
    private static final LinkPin PIN = LinkPin.at(Path.of("count"));

    /** Read before an operation, because an injected fault would hit the test's own reading. */
    private static final String SCHEMA = BpfObjects.schema("upgraded");

    private final Path directory;
    private final PinOptions pins;
    private int sent;

    /** @param directory where maps and link are pinned; it does not exist yet */
    UpgradeScene(Path directory) {
        this.directory = directory;
        this.pins = PinOptions.in(directory);
    }

    void loadAndClose() {
        try (UpgradedBpf bpf = UpgradedBpf.open(BpfObjects.of("upgraded"))
                .pins(pins)
                .attachByName("count", Xdp.on("lo"), PIN)
                .load()) {
            bpf.tenant().create(1);
            send();
        }
    }

    void upgradeAndClose() {
        later().load().close();
    }

    @Override
    public boolean count() {
        send();
        return true;
    }

    private UpgradedLaterBpf.Open later() {
        return UpgradedLaterBpf.open(BpfObjects.of("upgraded", "-DLATER"))
                .pins(pins)
                .migrate(Migration.from(SCHEMA)
                        .drain(UpgradedLaterBpf.TENANT_MAP)
                        .copy(UpgradedLaterBpf.ALL_MAP))
                .attachByName("count", Xdp.on("lo"), PIN);
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
            bpf.tenant().drainWaiting(displaced -> {
                displaced.map().forEach(count -> counted[0] += count.packets());
            });
            bpf.tenant().forEach((id, counts) -> counts.forEach(count -> counted[0] += count.packets()));
            assertThat(counted[0]).as("packets").isEqualTo(sent);
        }
    }

    @Override
    public List<String> content() {
        return FaultScene.files(directory).stream()
                .filter(file -> !file.contains("-draining/"))
                .toList();
    }

    @Override
    public void close() {
        if (Files.exists(directory.resolve(PIN.path()))) {
            Nestmap.openPinnedLink(PIN.path(), pins).detach();
        }
        FaultScene.remove(directory);
    }
}
