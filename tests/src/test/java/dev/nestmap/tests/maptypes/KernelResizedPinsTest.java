/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.Main;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** On kernels with the type RHASH, pinned maps are migrated to it and back. */
@KernelTest
class KernelResizedPinsTest extends PinningTest {
    private static final int ENTRIES = 2000;
    private static final long TENANT = 1;

    private static String type() {
        return KernelFeature.RHASH.isPresent() ? "RHASH" : "HASH";
    }

    @Test
    void entriesAreMigratedFromAHashAndBack() {
        long[] packets = {0};
        try (ResizedEarlierBpf bpf = ResizedEarlierBpf.open(BpfObjects.of("resized", "-DEARLIER"))
                .pins(pins)
                .load()) {
            ResizedEarlierBpf.PeerMap hash = bpf.peersBy().create(TENANT);
            for (int id = 0; id < ENTRIES; id++) {
                hash.put(new ResizedEarlier.Peer(id, 1));
            }
            bpf.plainPeer().put(new ResizedEarlier.PlainPeer(7, 70));
        }

        try (ResizedBpf bpf =
                ResizedBpf.open(BpfObjects.of("resized")).pins(pins).load()) {
            assertThat(bpf.peersBy().getOrCreate(TENANT).type()).isEqualTo(type());
            bpf.peersBy().drainWaiting(displaced -> displaced.map().forEach(peer -> packets[0] += peer.packets()));
            assertThat(packets[0]).isEqualTo(ENTRIES);
            assertThat(bpf.plainPeer()).as("what programs may write waits").isEmpty();
            assertThat(bpf.keptCounts()).containsOnlyKeys("plain_peer");
            bpf.peersBy().getOrCreate(TENANT).put(new Resized.Peer(7, 70));
        }

        try (ResizedEarlierBpf bpf = ResizedEarlierBpf.open(BpfObjects.of("resized", "-DEARLIER"))
                .pins(pins)
                .load()) {
            bpf.peersBy()
                    .drainWaiting(
                            displaced -> assertThat(displaced.map()).containsExactly(new ResizedEarlier.Peer(7, 70)));
            assertThat(bpf.peersBy().getOrCreate(TENANT).type()).isEqualTo("HASH");
            assertThat(bpf.plainPeer()).isEmpty();
            assertThat(bpf.keptCounts()).containsOnlyKeys("plain_peer");
        }
    }

    @Test
    void theCommandShowsThem() throws IOException {
        try (ResizedBpf bpf =
                ResizedBpf.open(BpfObjects.of("resized")).pins(pins).load()) {
            bpf.peersBy().create(TENANT).put(new Resized.Peer(7, 70));

            String tree = new ChildVm().run(Main.class, "tree", bpf.peersBy().id());
            String check = new ChildVm().run(Main.class, "check", BpfObjects.of("resized"));

            assertThat(tree)
                    .contains("1  " + type() + " peer_map", "1 of 8,192")
                    .containsPattern("7 (→|->) 70");
            assertThat(check).doesNotContain("unknown");
        }
        String records = new ChildVm().run(Main.class, "import", BpfObjects.of("resized"), "--package", "com.acme");
        assertThat(records).contains("MapType.RHASH", "MapType.RHASH");
    }
}
