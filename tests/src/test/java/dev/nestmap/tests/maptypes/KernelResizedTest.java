/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.BusyThreads;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapKind;
import dev.nestmap.tests.maptypes.Resized.Peer;
import dev.nestmap.tests.maptypes.Resized.PlainPeer;
import dev.nestmap.tests.maptypes.ResizedBpf.PeerMap;
import dev.nestmap.tests.maptypes.ResizedBpf.PeersByMap;
import dev.nestmap.tests.maptypes.ResizedBpf.PlainPeerMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No entry of a resizable hash is passed twice, and hashes replace it where the kernel has none. */
@KernelTest
@Timeout(600)
@Tag("long")
class KernelResizedTest extends ResizedContract {
    private static final int REPEAT = 1000;
    private static final int TENANT = 1;
    private static final int MANY = 400_000;

    private final List<BpfFs> mounted = new ArrayList<>();
    private long drained;
    private int rotations;

    @Override
    @AfterEach
    void stop() throws IOException {
        super.stop(); // owns slots by locks of files in the file system
        for (BpfFs fs : mounted) {
            fs.close();
        }
    }

    @Override
    ResizedBpf open() throws IOException {
        BpfFs fs = BpfFs.mount();
        mounted.add(fs);
        return ResizedBpf.open(BpfObjects.of("resized"))
                .pins(PinOptions.in(fs.path("")))
                .load();
    }

    @Test
    void isAHashWhereTheKernelHasNoRhash() throws IOException {
        boolean hasRhash = KernelFeature.RHASH.isPresent();
        try (ResizedBpf bpf = open()) {
            String type = hasRhash ? "RHASH" : "HASH";
            assertThat(bpf.peersBy().getOrCreate(TENANT).type()).isEqualTo(type);
            assertThat(bpf.peersAt().getOrCreate(TENANT).type()).isEqualTo(type);
            assertThat(bpf.plainPeer().type()).isEqualTo(type);
            assertThat(bpf.spilled().type()).isEqualTo(type);
        }
        try (PeersByMap.Owned created = ResizedBpf.PEERS_BY_MAP.create()) {
            created.getOrCreate(TENANT).put(new Peer(7, 70));
            assertThat(created.get(TENANT, 7)).isEqualTo(new Peer(7, 70));
        }
    }

    /** More entries than fit into a batch. */
    @Test
    void readsALargeMap() throws IOException {
        KernelAssumptions.assume(MapKind.RHASH);
        try (ResizedBpf bpf = open()) {
            List<Peer> peers =
                    IntStream.range(0, MANY).mapToObj(id -> new Peer(id, id)).toList();
            bpf.peersBy().create(TENANT, MANY).putAll(peers);

            DrainedMap.drain(bpf.peersBy().rotate(TENANT), drained -> {
                assertThat(drained.count()).isEqualTo(MANY);
                BitSet read = new BitSet();
                drained.forEach(peer -> read.set(Math.toIntExact(peer.id())));
                assertThat(read.cardinality()).isEqualTo(MANY);
                assertThat(drained.getAndRemoveAll(peer -> {})).isEqualTo(MANY);
                assertThat(drained.isEmpty()).isTrue();
            });
        }
    }

    /** A process without capabilities can't create a map to try the type. */
    @Test
    void aReaderWithoutCapabilitiesOpensPins() throws Exception {
        try (ResizedBpf bpf = open()) {
            bpf.plainPeer().put(new PlainPeer(7, 70));

            String output = new ChildVm()
                    .withoutCapabilities()
                    .run(Reading.class, mounted.get(mounted.size() - 1).path(""));

            assertThat(output).contains("a " + bpf.plainPeer().type() + " with " + new PlainPeer(7, 70));
        }
    }

    /** Programs add entries all the time, so the kernel moves entries of most maps that are drained, and a read may miss some. */
    @Test
    void rotationCountsNothingTwiceWhileMapsGrow() throws Exception {
        try (ResizedBpf bpf = open();
                BusyThreads threads = new BusyThreads()) {
            bpf.peersBy().create(TENANT);
            bpf.peersAt().create(TENANT);
            threads.start(() -> load(bpf, 2, threads));
            threads.start(() -> load(bpf, 2, threads));
            while (threads.goesOn(drained > 0)) {
                rotateAll(bpf);
            }
            long drainedUnderLoad = drained;
            long counted = threads.end();
            rotateAll(bpf);
            System.out.println(counted + " counts, " + drainedUnderLoad + " of them drained under load, " + rotations
                    + " rotations, difference " + (counted - drained));

            assertThat(drained).isLessThanOrEqualTo(counted);
        }
    }

    /** No read of a map that changes is exact, but none returns an entry twice, and each ends. */
    @Test
    void readsOfALiveMapReturnNoEntryTwice() throws Exception {
        try (ResizedBpf bpf = open();
                BusyThreads threads = new BusyThreads()) {
            PeerMap peers = bpf.peersBy().getOrCreate(TENANT);
            bpf.peersAt().create(TENANT);
            threads.start(
                    () -> { // a drain may take an entry between its insert and its lookup
                        while (!threads.isOver()) {
                            count(bpf);
                        }
                        return 0L;
                    });
            long taken = 0;
            while (threads.goesOn(taken > 0)) {
                Set<Long> seen = new HashSet<>();
                for (Peer peer : peers) {
                    assertThat(seen.add(peer.id())).isTrue();
                }
                taken += peers.getAndRemoveAll(peer -> {});
            }
            threads.end();
        }
    }

    /** Runs the program until the flag is set, and returns how much it counted. */
    private static long load(ResizedBpf bpf, int maps, BusyThreads threads) {
        long counted = 0;
        while (!threads.isOver()) {
            assertThat(count(bpf)).isEqualTo(maps);
            counted += (long) REPEAT * maps;
        }
        return counted;
    }

    /** Runs the program, and returns in how many maps its last run counted. */
    private static int count(ResizedBpf bpf) {
        TestRun.Input request =
                TestRun.Input.packet(NativeBytes.packet(TENANT, Resized.PEERS)).withRepeat(REPEAT);
        return bpf.program("count").testRun(request).returnValue();
    }

    private void rotateAll(ResizedBpf bpf) {
        drain(Objects.requireNonNull(bpf.peersBy().rotate(TENANT)));
        drain(Objects.requireNonNull(bpf.peersAt().rotate(TENANT)));
    }

    private void drain(Displaced<?, PeerMap> peers) {
        peers.map().forEach(peer -> drained += peer.packets());
        peers.acknowledge();
        rotations++;
    }

    /** Opens the pin of another process. */
    static final class Reading {
        public static void main(String[] arguments) {
            Path pin = Path.of(arguments[0], "acme/plain");
            try (PlainPeerMap.Owned peers = ResizedBpf.PLAIN_PEER_MAP.openPinned(pin, MapAccess.READ_ONLY)) {
                System.out.println("a " + peers.type() + " with " + peers.get(7));
            }
        }
    }
}
