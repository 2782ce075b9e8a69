/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Resizable hashes are read as a whole, and replaced by hashes where the kernel has none. */
@KernelTest
@Timeout(600)
@Tag("jdk-independent")
@Tag("long")
class KernelResizedTest extends ResizedContract {
    private static final Duration LOAD = Duration.ofSeconds(1);
    private static final int REPEAT = 1000;
    private static final int TENANT = 1;
    private static final int MANY = 400_000;

    private final AtomicBoolean over = new AtomicBoolean();
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

    /** More entries than fit into a batch of a map of another type. */
    @Test
    void readsALargeMapAsAWhole() throws IOException {
        KernelAssumptions.assume(MapKind.RHASH);
        try (ResizedBpf bpf = open()) {
            List<Peer> peers =
                    IntStream.range(0, MANY).mapToObj(id -> new Peer(id, id)).toList();
            bpf.peersBy().create(TENANT, MANY).putAll(peers);

            try (DrainedMap<PeerMap> drainedTicket =
                    DrainedMap.of(Objects.requireNonNull(bpf.peersBy().rotate(TENANT)))) {
                PeerMap drained = drainedTicket.map();
                assertThat(drained.count()).isEqualTo(MANY);
                BitSet read = new BitSet();
                drained.forEach(peer -> read.set(Math.toIntExact(peer.id())));
                assertThat(read.cardinality()).isEqualTo(MANY);
                assertThat(drained.getAndRemoveAll(peer -> {})).isEqualTo(MANY);
                assertThat(drained.isEmpty()).isTrue();
            }
        }
    }

    /** A process without capabilities can't create a map to try the type. */
    @Test
    void aReaderWithoutCapabilitiesOpensPins() throws Exception {
        try (ResizedBpf bpf = open()) {
            bpf.plainPeer().put(new PlainPeer(7, 70));

            String output = new ChildVm()
                    .withoutCapabilities()
                    .run(Reading.class, mounted.get(mounted.size() - 1).path("").toString());

            assertThat(output).contains("a " + bpf.plainPeer().type() + " with " + new PlainPeer(7, 70));
        }
    }

    /** Programs add entries all the time, so the kernel moves entries of most maps that are drained. */
    @Test
    void rotationLosesNothingWhileMapsGrow() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (ResizedBpf bpf = open()) {
            bpf.peersBy().create(TENANT);
            bpf.peersAt().create(TENANT);
            List<Future<Long>> loads = List.of(threads.submit(() -> load(bpf, 2)), threads.submit(() -> load(bpf, 2)));
            for (long end = System.nanoTime() + LOAD.toNanos(); System.nanoTime() < end || drained == 0; ) {
                rotateAll(bpf);
            }
            long drainedUnderLoad = drained;
            over.set(true);
            long counted = 0;
            for (Future<Long> load : loads) {
                counted += load.get();
            }
            rotateAll(bpf);
            System.out.println(counted + " counts, " + drainedUnderLoad + " of them drained under load, " + rotations
                    + " rotations, difference " + (counted - drained));

            assertThat(drained).isEqualTo(counted);
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    /** Runs the program until the flag is set, and returns how much it counted. */
    private long load(ResizedBpf bpf, int maps) {
        long counted = 0;
        while (!over.get()) {
            assertThat(count(bpf)).isEqualTo(maps);
            counted += (long) REPEAT * maps;
        }
        return counted;
    }

    /** Runs the program, and returns in how many maps its last run counted. */
    private static int count(ResizedBpf bpf) {
        ByteBuffer packet = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        packet.putInt(0, TENANT).putInt(4, Resized.PEERS);
        TestRun.Input request = TestRun.Input.packet(packet.array()).withRepeat(REPEAT);
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
        private Reading() {}

        public static void main(String[] arguments) {
            Path pin = Path.of(arguments[0], "acme/plain");
            try (PlainPeerMap.Owned peers = ResizedBpf.PLAIN_PEER_MAP.openPinned(pin, MapAccess.READ_ONLY)) {
                System.out.println("a " + peers.type() + " with " + peers.get(7));
            }
        }
    }
}
