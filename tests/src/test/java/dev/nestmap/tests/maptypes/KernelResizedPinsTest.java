/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.cli.Main;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.maptypes.ResizedBpf.PeerMap;
import dev.nestmap.tests.maptypes.ResizedBpf.PeersByMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On kernels with the type RHASH, pinned maps are migrated to it and back without loss. */
@KernelTest
@Tag("jdk-independent")
@Tag("long")
class KernelResizedPinsTest extends PinningTest {
    private static final int ENTRIES = 2000;
    private static final long TENANT = 1;

    private static final int KILLS = Integer.getInteger("nestmap.kills", 10);
    private static final int MOST_MILLIS = 500;
    private static final String EARLIER = BpfObjects.schema("resized_earlier");
    private static final String LATER = BpfObjects.schema("resized");

    private static String type() {
        return KernelFeature.RHASH.isPresent() ? "RHASH" : "HASH";
    }

    @Test
    void entriesAreMigratedFromAHashAndBack() {
        Path pin = fs.path("acme/peers");
        List<Resized.Peer> peers = createEarlier(pin);
        assertThatThrownBy(() -> ResizedBpf.PEERS_BY_MAP.openPinned(pin).close())
                .isInstanceOf(BpfException.class);

        Migration.Result there = ResizedBpf.PEERS_BY_MAP.migrate(
                pin, pins, Migration.from(EARLIER).copy(ResizedBpf.PEERS_BY_MAP));

        try (PeersByMap.Owned later = ResizedBpf.PEERS_BY_MAP.openPinned(pin)) {
            PeerMap inner = later.getOrCreate(TENANT);
            assertThat(inner.type()).isEqualTo(type());
            assertThat(inner).containsExactlyInAnyOrderElementsOf(peers);
            assertThat(later.create(2).type()).isEqualTo(type());
        }
        Migration.Result back = ResizedEarlierBpf.PEERS_BY_MAP.migrate(
                pin, pins, Migration.from(LATER).copy(ResizedEarlierBpf.PEERS_BY_MAP));
        try (ResizedEarlierBpf.PeersByMap.Owned earlier = ResizedEarlierBpf.PEERS_BY_MAP.openPinned(pin)) {
            assertThat(earlier.getOrCreate(TENANT).type()).isEqualTo("HASH");
            assertThat(earlier.getOrCreate(TENANT).count()).isEqualTo(ENTRIES);
        }
        assertThat(List.of(there.entries(), back.entries())).containsOnly((long) ENTRIES);
    }

    /** A process that migrates to HASH and back is killed at random moments of each direction. The next one completes the migration. */
    @Test
    void killedMigrationsLoseNothing() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        Path pin = fs.path("acme/peers");
        List<Resized.Peer> peers = createEarlier(pin);
        Migrating.migrate(Migrating.TO_RHASH, pin, pins);
        List<String> killed = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            Process child = new ChildVm().start(Migrating.class, fs.path("").toString());
            BufferedReader output = child.inputReader();
            String last = output.readLine();
            if (i % 2 == 1) {
                last = output.readLine();
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_MILLIS));
            assertThat(child.isAlive()).as("seed %s: %s", seed, last).isTrue();
            child.toHandle().destroyForcibly(); // SIGKILL. The method of Process also closes the output
            child.waitFor();
            for (String line = last; line != null; line = output.readLine()) {
                last = line;
            }
            killed.add(last);

            Migrating.migrate(last, pin, pins);
            Migrating.migrate(Migrating.TO_RHASH, pin, pins);
            try (PeersByMap.Owned later = ResizedBpf.PEERS_BY_MAP.openPinned(pin)) {
                assertThat(later.getOrCreate(TENANT))
                        .as("seed %s, killed %s", seed, killed)
                        .containsExactlyInAnyOrderElementsOf(peers);
            }
        }
        System.out.println("killed " + killed);
    }

    @Test
    void plainMapsAreMigratedFromAHash() {
        Path pin = fs.path("acme/plain");
        try (ResizedBpf bpf =
                ResizedBpf.open(BpfObjects.of("resized")).pins(pins).load()) {
            bpf.plainPeer().put(new Resized.PlainPeer(7, 70));
        }

        ResizedEarlierBpf.PLAIN_PEER_MAP.migrate(
                pin, pins, Migration.from(LATER).copy(ResizedEarlierBpf.PLAIN_PEER_MAP));
        ResizedBpf.PLAIN_PEER_MAP.migrate(pin, pins, Migration.from(EARLIER).copy(ResizedBpf.PLAIN_PEER_MAP));

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
        assertThat(records).contains("MapType.RHASH", "MapType.RHASH");
    }

    /** Creates maps of the version with HASH, and returns their entries. */
    private List<Resized.Peer> createEarlier(Path pin) {
        List<Resized.Peer> peers = LongStream.range(0, ENTRIES)
                .mapToObj(id -> new Resized.Peer(id, id + 1))
                .toList();
        try (ResizedEarlierBpf.PeersByMap.Owned earlier = ResizedEarlierBpf.PEERS_BY_MAP.create(pin, pins)) {
            ResizedEarlierBpf.PeerMap hash = earlier.create(TENANT);
            peers.forEach(peer -> hash.put(new ResizedEarlier.Peer(peer.id(), peer.packets())));
            assertThat(hash.type()).isEqualTo("HASH");
        }
        return peers;
    }

    /** Migrates there and back until it is killed. Prints each direction before it begins. */
    static final class Migrating {
        static final String TO_RHASH = "to RHASH";
        private static final String TO_HASH = "to HASH";

        private Migrating() {}

        public static void main(String[] arguments) {
            Path root = Path.of(arguments[0]);
            Path pin = root.resolve("acme/peers");
            PinOptions pins = PinOptions.in(root);
            while (Files.exists(root)) {
                for (String direction : List.of(TO_HASH, TO_RHASH)) {
                    System.out.println(direction);
                    migrate(direction, pin, pins);
                }
            }
        }

        static void migrate(String direction, Path pin, PinOptions pins) {
            if (direction.equals(TO_RHASH)) {
                ResizedBpf.PEERS_BY_MAP.migrate(
                        pin, pins, Migration.from(EARLIER).copy(ResizedBpf.PEERS_BY_MAP));
            } else {
                ResizedEarlierBpf.PEERS_BY_MAP.migrate(
                        pin, pins, Migration.from(LATER).copy(ResizedEarlierBpf.PEERS_BY_MAP));
            }
        }
    }
}
