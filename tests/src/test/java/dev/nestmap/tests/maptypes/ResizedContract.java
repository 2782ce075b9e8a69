/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.tests.maptypes.Resized.Peer;
import dev.nestmap.tests.maptypes.Resized.PlainPeer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Accessors of maps of the type RHASH keep and drain all entries, both in the kernel and in memory. */
abstract class ResizedContract {
    private ResizedBpf bpf;

    abstract ResizedBpf open() throws IOException;

    @BeforeEach
    void start() throws IOException {
        bpf = open();
    }

    @AfterEach
    void stop() throws IOException {
        if (bpf != null) {
            bpf.close();
        }
    }

    /** More than one batch of the kernel's holds, and more than the table has at first. */
    @Test
    void readsAndDrainsManyEntries() {
        List<Peer> peers = peers(5000);
        ResizedBpf.PeerMap map = bpf.peersBy().getOrCreate(1);
        map.putAll(peers);

        assertThat(map).containsExactlyInAnyOrderElementsOf(peers);
        assertThat(map.count()).isEqualTo(5000);
        Collection<Peer> nested = new ArrayList<>();
        bpf.peersBy().forEachEntry((tenant, peer) -> nested.add(peer));
        assertThat(nested).containsExactlyInAnyOrderElementsOf(peers);
        assertThat(map.getAndRemove(17)).isEqualTo(peers.get(17));
        List<Peer> drained = new ArrayList<>();
        assertThat(map.getAndRemoveAll(drained::add)).isEqualTo(4999);
        assertThat(drained)
                .doesNotContain(peers.get(17))
                .doesNotHaveDuplicates()
                .hasSize(4999);
        assertThat(map.count()).isZero();
        assertThat(map.getAndRemoveAll(drained::add)).isZero();
    }

    @Test
    void clears() {
        ResizedBpf.PeerMap map = bpf.peersBy().getOrCreate(1);
        map.putAll(peers(1000));

        map.clear();

        assertThat(map).isEmpty();
        assertThat(map.removeAll(List.of(1L, 2L))).isEmpty();
    }

    @Test
    void isFullAtItsSize() {
        bpf.plainPeer()
                .putAll(IntStream.range(0, 512)
                        .mapToObj(id -> new PlainPeer(id, 1))
                        .toList());

        assertBpfException(() -> bpf.plainPeer().put(new PlainPeer(512, 1)), "the map is full (max_entries is 512)");
        assertThat(bpf.plainPeer()).hasSize(512);
    }

    @Test
    void rotates() {
        List<Peer> peers = peers(100);
        bpf.peersBy().getOrCreate(1).putAll(peers);

        try (Displaced<Long, ResizedBpf.PeerMap> drained =
                Objects.requireNonNull(bpf.peersBy().rotate(1))) {
            assertThat(drained.map()).containsExactlyInAnyOrderElementsOf(peers);
            boolean isResized = drained.map().type().equals("RHASH");
            assertThat(drained.doubts()).isEqualTo(isResized ? Set.of(Displaced.Doubt.UNCHECKED) : Set.of());
            drained.acknowledge();
        }
        assertThat(bpf.peersBy().getOrCreate(1)).isEmpty();
    }

    private static List<Peer> peers(int count) {
        return IntStream.range(0, count).mapToObj(id -> new Peer(id, id + 1L)).toList();
    }
}
