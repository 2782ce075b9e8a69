/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A map that is pinned while it is drained keeps its identity over a restart. */
@KernelTest
class KernelRecoveredIdentityTest extends PinnedTest {

    @Test
    void aRecoveredMapHasTheIdentityThatTheEndedProcessSaw() throws Exception {
        Path object = object();
        String seen = new ChildVm().run(Abandoner.class, object, fs.path(""));
        Path pin = fs.path("tenant-draining").resolve(drainingPin());
        Files.setPosixFilePermissions(
                pin, PosixFilePermissions.fromString("rw-rw----")); // must not count as a new time

        try (Network network = Network.load(object, pins)) {
            List<String> found = new ArrayList<>();
            network.tenant()
                    .drainWaiting(displaced -> found.add(displaced.identity().toString()));
            assertThat(found).containsExactly(seen.strip());
        }
    }

    @Test
    void aPropertyNamesTheMachine() throws IOException {
        assertThat(new ChildVm().with("-Dnestmap.machine=node-18").run(Abandoner.class, object(), fs.path("")))
                .contains("machine=node-18,");
    }

    private String drainingPin() throws IOException {
        return fs.content().stream()
                .filter(file -> file.startsWith("tenant-draining/"))
                .map(file -> file.substring(file.indexOf('/') + 1))
                .findFirst()
                .orElseThrow();
    }

    /** Rotates a map and ends without closing it. */
    static final class Abandoner {
        private Abandoner() {}

        public static void main(String[] arguments) {
            Network network = Network.load(Path.of(arguments[0]), PinOptions.in(Path.of(arguments[1])));
            network.tenant().create(42L);
            System.out.println(requireNonNull(network.tenant().rotate(42L)).identity());
            Runtime.getRuntime().halt(0);
        }
    }

    @Test
    void aMapThatWaitsOverARestartKeepsItsDoubt() throws IOException {
        try (Network network = load()) {
            network.tenant().create(1L).put(new Flow(HTTPS, 1));
            network.tenant().create(2L).put(new Flow(HTTPS, 2));
            network.tenant().expert().unchecked().rotateAll(List.of(1L)).forEach(Displaced::close);
            network.tenant().rotateAll(List.of(2L)).forEach(Displaced::close);
        }
        try (Network network = load()) {
            Map<Long, Set<Doubt>> doubts = new TreeMap<>();
            network.tenant().drainWaiting(displaced -> doubts.put(displaced.key(), displaced.doubts()));
            assertThat(doubts).isEqualTo(Map.of(1L, Set.of(Doubt.UNCHECKED), 2L, Set.of()));
            assertThat(fs.content()).noneMatch(pin -> pin.startsWith("tenant-draining/"));
        }
    }

    /** A process was killed after the kernel's change and before it moved the next pin, and then the pin of the outer map was removed. */
    @Test
    void aMapInDoubtWaitsOnceIfThePinOfTheOuterMapWasRemoved() throws IOException {
        try (Network network = load()) {
            leaveInDoubt(network);
            new KernelPins().move(fs.pin("tenant-inner/1"), fs.pin("tenant-inner/1-next"));
            pinAgain("tenant-inner/1");
        }
        Files.delete(fs.pin("tenant"));
        assertThat(drainedFlows()).containsExactly(Map.entry(new Flow(HTTPS, 1), Set.of(Doubt.UNCHECKED)));
    }

    @Test
    void aMapWithBothNamesIsDrainedOnce() throws IOException {
        try (Network network = load()) {
            leaveInDoubt(network);
            String pin = unchecked();
            pinAgain(pin.substring(0, pin.lastIndexOf('-')));
        }
        assertThat(drainedFlows()).containsExactly(Map.entry(new Flow(HTTPS, 1), Set.of(Doubt.UNCHECKED)));
    }

    private static void leaveInDoubt(Network network) {
        network.tenant().create(1L).put(new Flow(HTTPS, 1));
        network.tenant().expert().unchecked().rotateAll(List.of(1L)).forEach(Displaced::close);
    }

    /** Pins the map in doubt also at this path. */
    private void pinAgain(String path) throws IOException {
        KernelPins kernel = new KernelPins();
        try (RawMap map = Objects.requireNonNull(kernel.open(fs.pin(unchecked()), MapAccess.READ_WRITE))) {
            kernel.pin(map, fs.pin(path), pins);
        }
    }

    /** Returns the only pin of a map in doubt. */
    private String unchecked() throws IOException {
        return fs.content().stream()
                .filter(pin -> pin.endsWith("-unchecked"))
                .findFirst()
                .orElseThrow();
    }

    /** Drains the waiting maps of a new load. */
    private List<Map.Entry<Flow, Set<Doubt>>> drainedFlows() throws IOException {
        List<Map.Entry<Flow, Set<Doubt>>> flows = new ArrayList<>();
        try (Network network = load()) {
            network.tenant()
                    .drainWaiting(displaced ->
                            displaced.map().forEach(flow -> flows.add(Map.entry(flow, displaced.doubts()))));
            assertThat(fs.content()).noneMatch(pin -> pin.startsWith("tenant-draining/"));
        }
        return flows;
    }

    @Test
    void aDrainSaysThatThePinOfTheOuterMapWasRemoved() throws IOException {
        try (Network network = load()) {
            network.tenant().create(1L);
            Files.delete(fs.pin("tenant"));
            for (boolean hasEntries : new boolean[] {false, true}) {
                if (hasEntries) {
                    network.tenant().getOrCreate(1L).put(new Flow(HTTPS, 1));
                }
                try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
                    assertThat(network.tenant().drainAll(drained -> {})).isEqualTo(hasEntries ? 1 : 0);
                    assertThat(log.only()).contains("nothing is pinned at " + fs.pin("tenant"));
                }
            }
        }
    }

    @Test
    void aDrainSaysThatThePinOfAWaitingMapWasRemoved() throws IOException {
        try (Network network = load()) {
            network.tenant().create(1L).put(new Flow(HTTPS, 1));
            network.tenant().rotateAll(List.of(1L)).forEach(Displaced::close);
            for (String file : fs.content()) {
                if (file.startsWith("tenant-draining/")) {
                    Files.delete(fs.pin(file));
                }
            }
            try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
                assertThat(network.tenant().drainWaiting(drained -> {})).isZero();
                assertThat(log.only()).contains("key 1", "somebody has removed its pin", "Its counts are lost");
            }
        }
    }
}
