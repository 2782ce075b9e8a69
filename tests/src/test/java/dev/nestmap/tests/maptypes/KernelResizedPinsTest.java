/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.cli.Main;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.maptypes.ResizedBpf.PeerMap;
import dev.nestmap.tests.maptypes.ResizedBpf.PeersByMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pinned maps of the type RHASH, where the kernel has it. */
@KernelTest
@Tag("jdk-independent")
class KernelResizedPinsTest extends PinningTest {
    private static final int ENTRIES = 2000;
    private static final long TENANT = 1;

    private static String type() {
        return KernelFeature.RHASH.isPresent() ? "RHASH" : "HASH";
    }

    @Test
    void entriesAreMigratedFromAHashAndBack() {
        Path pin = fs.path("acme/peers");
        List<Resized.Peer> peers = LongStream.range(0, ENTRIES)
                .mapToObj(id -> new Resized.Peer(id, id + 1))
                .toList();
        try (ResizedEarlierBpf.PeersByMap.Owned earlier = ResizedEarlierBpf.PEERS_BY_MAP.create(pin, pins)) {
            ResizedEarlierBpf.PeerMap hash = earlier.create(TENANT);
            peers.forEach(peer -> hash.put(new ResizedEarlier.Peer(peer.id(), peer.packets())));
            assertThat(hash.type()).isEqualTo("HASH");
        }
        assertThatThrownBy(() -> ResizedBpf.PEERS_BY_MAP.openPinned(pin).close())
                .isInstanceOf(BpfException.class);

        Migration.Result there = ResizedBpf.PEERS_BY_MAP.migrate(pin, pins, Migration.fromBtf());

        try (PeersByMap.Owned later = ResizedBpf.PEERS_BY_MAP.openPinned(pin)) {
            PeerMap inner = later.getOrCreate(TENANT);
            assertThat(inner.type()).isEqualTo(type());
            assertThat(inner).containsExactlyInAnyOrderElementsOf(peers);
            assertThat(later.create(2).type()).isEqualTo(type());
        }
        Migration.Result back = ResizedEarlierBpf.PEERS_BY_MAP.migrate(pin, pins, Migration.fromBtf());
        try (ResizedEarlierBpf.PeersByMap.Owned earlier = ResizedEarlierBpf.PEERS_BY_MAP.openPinned(pin)) {
            assertThat(earlier.getOrCreate(TENANT).type()).isEqualTo("HASH");
            assertThat(earlier.getOrCreate(TENANT).count()).isEqualTo(ENTRIES);
        }
        assertThat(List.of(there.entries(), back.entries())).containsOnly((long) ENTRIES);
    }

    @Test
    void plainMapsAreMigratedFromAHash() {
        Path pin = fs.path("acme/plain");
        try (ResizedBpf bpf =
                ResizedBpf.open(BpfObjects.of("resized")).pins(pins).load()) {
            bpf.plainPeer().put(new Resized.PlainPeer(7, 70));
        }

        ResizedEarlierBpf.PLAIN_PEER_MAP.migrate(pin, pins, Migration.fromBtf());
        ResizedBpf.PLAIN_PEER_MAP.migrate(pin, pins, Migration.fromBtf());

        try (ResizedBpf bpf =
                ResizedBpf.open(BpfObjects.of("resized")).pins(pins).load()) {
            assertThat(bpf.plainPeer()).containsExactly(new Resized.PlainPeer(7, 70));
        }
    }

    @Test
    void theCommandShowsThem() throws IOException {
        try (ResizedBpf bpf =
                ResizedBpf.open(BpfObjects.of("resized")).pins(pins).load()) {
            bpf.peersBy().create(TENANT).put(new Resized.Peer(7, 70));

            String tree = new ChildVm()
                    .run(Main.class, "tree", Integer.toString(bpf.peersBy().id()));
            String check = new ChildVm()
                    .run(Main.class, "check", BpfObjects.of("resized").toString());

            assertThat(tree)
                    .contains("1  " + type() + " peer_map", "1 of 8,192")
                    .containsPattern("7 (→|->) 70");
            assertThat(check).doesNotContain("unknown");
        }
        String records =
                new ChildVm().run(Main.class, "import", BpfObjects.of("resized").toString(), "--package", "com.acme");
        assertThat(records).contains("InnerType.RHASH", "MapType.RHASH");
    }
}
