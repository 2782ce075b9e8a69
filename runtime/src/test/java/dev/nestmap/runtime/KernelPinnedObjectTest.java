/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.BrokenTenantMap;
import dev.nestmap.runtime.Network.Counter;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.OddTenantMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps are pinned where records say so, and found there by the next load, also after a crash. */
@KernelTest
class KernelPinnedObjectTest extends PinnedTest {

    @Test
    void pinsWhatIsDeclaredAndFindsItAgain() throws IOException {
        int outer;
        try (Network network = load()) {
            outer = network.tenant().id();
            network.tenant().create(42L).put(new Flow(HTTPS, 7));
            network.shard().create(1L).put(new Counter(2, 5));
            network.counter().put(new Counter(3, 9));
        }
        assertThat(String.join(" ", fs.content()))
                .isEqualTo("acme acme/counter acme/owner acme/shards owner tenant tenant-inner" + " tenant-inner/42");

        try (Network network = load()) {
            assertThat(network.tenant().id()).isEqualTo(outer);
            network.program("count_packet").testRun(new byte[64]);
            assertThat(network.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 8));
            assertThat(Objects.requireNonNull(network.shard().get(1L)).get(2)).isEqualTo(new Counter(2, 5));
            assertThat(network.counter().get(3)).isEqualTo(new Counter(3, 9));
        }
    }

    /** A load looks at all pins before it creates one. */
    @Test
    void changesNothingIfADirectoryIsInThePlaceOfAPin() throws IOException {
        Files.createDirectories(fs.pin("acme/shards"));

        assertBpfException(this::load, fs.pin("acme/shards").toString(), "the path is a directory");
        assertThat(fs.content()).containsExactly("acme", "acme/shards");
    }

    /** Its object may stay open: it owns the pins again when it changes something. */
    @Test
    void ownsThePinsUntilTheLoadReturns() throws IOException {
        try (Network network = load()) {
            try (TenantMap.Owned other = TenantMap.openPinned(fs.path("tenant"), MapAccess.READ_WRITE)) {
                other.create(42L);
                assertBpfException(() -> network.tenant().create(43L)).hasErrno(Errno.EAGAIN);
            }
            network.tenant().create(43L);
        }
    }

    @Test
    void movesPinsWithTheirMaps() throws IOException {
        try (Network network = load()) {
            TenantMap tenants = network.tenant();
            tenants.create(42L);
            assertPinned(tenants, 42);

            try (DrainedMap<FlowMap> drained = DrainedMap.of(tenants.rotate(42L))) {
                assertPinned(tenants, 42);
                assertThat(fs.content())
                        .contains("tenant-draining/42-" + drained.map().id());
            }
            assertThat(fs.content()).contains("tenant-draining").noneMatch(pin -> pin.startsWith("tenant-draining/"));

            tenants.replace(42L, fresh -> assertPinned(tenants, 42));
            assertPinned(tenants, 42);
            try (DrainedMap<FlowMap> rotated = DrainedMap.of(tenants.rotate(42L, fresh -> assertPinned(tenants, 42)))) {
                assertPinned(tenants, 42);
                assertThat(fs.content())
                        .contains("tenant-draining/42-" + rotated.map().id());
            }
            tenants.replace(7L, fresh -> {});
            assertPinned(tenants, 7);
            try (DrainedMap<FlowMap> taken = DrainedMap.of(tenants.take(7L))) {
                assertThat(fs.content())
                        .contains("tenant-draining/7-" + taken.map().id());
            }
            tenants.discard(42L);
        }
        assertThat(String.join(" ", fs.content()))
                .isEqualTo("acme acme/counter acme/owner acme/shards owner tenant" + " tenant-draining tenant-inner");
    }

    @Test
    void leavesNothingOfAChangeThatIsRefused() throws IOException {
        try (Network network = load()) {
            TenantMap tenants = network.tenant();
            for (long id = 0; id < Network.TENANTS; id++) {
                tenants.create(id);
            }
            List<String> before = fs.content();

            assertBpfException(() -> tenants.create(99L)).hasErrno(Errno.E2BIG);

            assertThat(fs.content()).isEqualTo(before);
            assertThat(tenants.rotate(99L)).isNull();
            assertThat(fs.content()).noneMatch(pin -> pin.startsWith("tenant-draining/"));
        }
    }

    @Test
    void handsOutTheDisplacedMapIfItsPinCantBeMoved() throws IOException {
        try (Network network = load()) {
            TenantMap tenants = network.tenant();
            tenants.create(7L).put(new Flow(HTTPS, 4));
            for (long key : new long[] {8, 42}) {
                tenants.create(key).put(new Flow(HTTPS, key));
                Files.delete(fs.path("tenant-inner/" + key));
                Files.createDirectory(fs.path("tenant-inner/" + key));
            }

            List<Flow> drained = new ArrayList<>();
            assertThatThrownBy(() -> tenants.rotateAll(List.of(42L, 7L)))
                    .isInstanceOfSatisfying(BatchException.class, e -> {
                        assertThat(e.failedKeys(Object.class)).containsExactlyInAnyOrder(42L);
                        drain(tenants, drained);
                    })
                    .hasMessageContaining("the entry was changed")
                    .hasMessageContaining(fs.path("tenant-inner/42").toString());
            assertThatThrownBy(() -> tenants.rotate(8L))
                    .isInstanceOfSatisfying(BpfException.class, e -> drain(tenants, drained))
                    .isNotInstanceOf(BatchException.class);
            assertThat(drained).containsExactlyInAnyOrder(new Flow(HTTPS, 42), new Flow(HTTPS, 4), new Flow(HTTPS, 8));
            assertThat(fs.content()).noneMatch(pin -> pin.startsWith("tenant-draining/"));

            Files.delete(fs.path("tenant-inner/8"));
            Files.delete(fs.path("tenant-inner/42"));
            assertThat(tenants.waitingTickets()).as("mends the pins").isEmpty();
            for (long key : new long[] {7, 8, 42}) {
                assertThat(Objects.requireNonNull(tenants.get(key)).get(HTTPS))
                        .as("put in place")
                        .isNull();
                assertPinned(tenants, key);
            }
        }
    }

    private static void drain(TenantMap tenants, List<Flow> drained) {
        tenants.drainWaiting(displaced -> drained.addAll(entries(displaced.map())));
    }

    @Test
    void recoversMapsThatWereDisplacedAndNotDrained() throws IOException {
        try (Network network = load()) {
            TenantMap tenants = network.tenant();
            for (long packets = 1; packets <= 2; packets++) {
                tenants.create(42L).put(new Flow(HTTPS, packets));
                leaveWaiting("tenant", 42, tenants);
            }
            tenants.create(7L).put(new Flow(HTTPS, 4));
            leaveWaiting("tenant", 7, tenants);
            try (DrainedMap<FlowMap> rotated = DrainedMap.of(rotateNew(tenants, 8))) {
                List<Displaced<Long, FlowMap>> waiting = tenants.waitingTickets();

                assertThat(tenants.waitingTickets()).as("handed over already").isEmpty();
                assertThat(DrainedMap.keys(waiting)).containsExactlyInAnyOrder(42L, 42L, 7L);
                assertThat(waiting)
                        .flatExtracting(each -> entries(each.map()))
                        .containsExactlyInAnyOrder(new Flow(HTTPS, 1), new Flow(HTTPS, 2), new Flow(HTTPS, 4));
                discardDisplaced(waiting);
                assertThat(fs.content())
                        .filteredOn(pin -> pin.startsWith("tenant-draining/"))
                        .containsExactly("tenant-draining/8-" + rotated.map().id());
            }
        }
    }

    private void leaveWaiting(Network network, long... keys) {
        for (long key : keys) {
            network.tenant().create(key).put(new Flow(HTTPS, key));
            leaveWaiting("tenant", key, network.tenant());
        }
    }

    private static Displaced<Long, FlowMap> rotateNew(TenantMap tenants, long key) {
        tenants.create(key);
        return Objects.requireNonNull(tenants.rotate(key));
    }

    @Test
    void handsOutTheOtherMapsIfOneKeyIsInvalid() throws IOException {
        try (Network network = load()) {
            leaveWaiting(network, 1, 2, 3, 4);
            OddTenantMap odd = new OddTenantMap(network);
            List<Long> passed = new ArrayList<>();
            for (int i = 0; i < 3; i++) { // an even key fails each time, and is passed last from then on
                assertThrown(
                        DrainException.class,
                        () -> odd.drainWaiting(displaced -> passed.add(displaced.key())),
                        "the key's bytes 0",
                        "is even");
            }
            assertThat(passed).containsExactly(1L, 3L);

            List<Displaced<Long, FlowMap>> waiting = network.tenant().waitingTickets();
            assertThat(DrainedMap.keys(waiting)).as("none was lost").containsExactlyInAnyOrder(2L, 4L);
            discardDisplaced(waiting);
        }
        assertThat(fs.content()).noneMatch(pin -> pin.startsWith("tenant-draining/"));
    }

    @Test
    void recoversMapsBesideForeignFiles() throws IOException {
        try (Network network = load()) {
            leaveWaiting(network, 1, 2, 3);
        }
        List<String> foreign = List.of(
                "tenant-draining/1-0",
                "tenant-draining/2-0",
                "tenant-draining/3-0",
                "tenant-draining/notes",
                "tenant-draining/x-1",
                "tenant-inner/5");
        Files.createSymbolicLink(fs.path(foreign.get(0)), fs.pin("tenant"));
        Files.createDirectory(fs.path(foreign.get(1)));
        copyPin("acme/counter", foreign.get(2));
        copyPin("acme/counter", foreign.get(3));
        copyPin("acme/counter", foreign.get(4));
        Files.createDirectory(fs.path(foreign.get(5)));

        try (Network network = load();
                LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            List<Displaced<Long, FlowMap>> waiting = network.tenant().waitingTickets();

            assertThat(DrainedMap.keys(waiting)).containsExactlyInAnyOrder(1L, 2L, 3L);
            discardDisplaced(waiting);
            assertThat(log.messages()) // of each directory, the others are counted
                    .satisfiesExactlyInAnyOrder(
                            message -> assertThat(message)
                                    .startsWith("Nestmap ignores " + fs.path("tenant-draining/"))
                                    .contains(" and leaves it where it is: "),
                            message -> assertThat(message)
                                    .startsWith("Nestmap ignores " + fs.path("tenant-inner/5")
                                            + " and leaves it where it is: "));
        }
        assertThat(fs.content()).containsAll(foreign);
    }

    /** As two processes leave it that changed the same keys at once. */
    @Test
    void repairsPinsThatAreMissingOrOfOtherMaps() throws IOException {
        try (Network network = load()) {
            network.tenant().create(1L);
            network.tenant().create(2L);
            Files.delete(fs.path("tenant-inner/1"));
            Files.delete(fs.path("tenant-inner/2"));
            copyPin("tenant", "tenant-inner/2");

            assertThat(network.tenant().waitingTickets()).isEmpty();

            assertPinned(network.tenant(), 1);
            assertPinned(network.tenant(), 2);
        }
    }

    @Test
    void repairsThePinOfAKeyBeforeItChangesTheSlot() throws IOException {
        try (Network network = load()) {
            network.tenant().create(1L).put(new Flow(HTTPS, 1));
        }
        Files.move(fs.path("tenant-inner/1"), fs.path("tenant-inner/1-next"));
        try (Network network = load()) {
            assertThat(drained(network.tenant().rotate(1L))).containsExactly(new Flow(HTTPS, 1));
            assertPinned(network.tenant(), 1);
        }
    }

    @Test
    void completesWhatTheObjectLeavesToUserSpace() throws IOException {
        Path open = object("-DOPEN");

        try (Network network = Network.load(open)) {
            assertThat(network.tenant().maxEntries()).isEqualTo(Network.TENANTS);
            network.tenant().create(42L).put(new Flow(HTTPS, 7));
            network.program("count_packet").testRun(new byte[64]);
            assertThat(network.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 8));
        }
        assertBpfException(() -> Nestmap.open(open).load().close(), "neither the object")
                .onMap("tenant");
    }

    @Test
    void namesEveryDifference() throws IOException {
        Path other = object("-DPACKETS=__s64", "-DTENANTS=17");

        assertThatThrownBy(() -> Network.load(other))
                .hasMessageContaining("max_entries 16 in the records, 17 in the object")
                .hasMessageContaining("unsigned (__u64) in the records, signed (__s64) in the object");
    }

    /** Another user can create them first if the file system was mounted without options. */
    @ParameterizedTest
    @ValueSource(strings = {"tenant-inner", "tenant-draining", "acme"})
    void rejectsADirectoryThatAnotherUserCreated(String name) throws IOException {
        Files.setAttribute(fs.path(""), "unix:mode", 01777);
        Files.createDirectories(fs.path(name));
        Files.setAttribute(fs.path(name), "unix:uid", 1001);

        assertBpfException(
                () -> {
                    try (Network network = load()) {
                        network.tenant().create(42L);
                        network.tenant().rotate(42L);
                    }
                },
                "other users can replace the pins in the directory " + fs.path(name) + ", which belongs to user 1001");
        assertThat(fs.content()).noneMatch(pin -> pin.startsWith(name + "/"));
    }

    @Test
    void takesAMapThatWasCreatedWithoutTheObject() throws IOException {
        try (TenantMap.Owned created = TenantMap.newMap(fs.pin("tenant"), pins);
                Network network = load()) {
            created.create(42L).put(new Flow(HTTPS, 7));

            network.program("count_packet").testRun(new byte[64]);

            assertThat(network.tenant().id()).isEqualTo(created.id());
            assertThat(created.get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 8));
        }
    }

    @Test
    void aMapWithoutAHandleStaysRecoverable() throws IOException {
        try (Network network = load()) {
            network.tenant().create(42L).put(new Flow(HTTPS, 7));
            network.tenant().create(43L).put(new Flow(HTTPS, 8));

            assertThatThrownBy(() -> new BrokenTenantMap(network).take(42L)).hasMessage("no handle");
            assertThatThrownBy(() -> new BrokenTenantMap(network).takeAll(List.of(43L)))
                    .hasMessage("no handle");

            List<Flow> recovered = new ArrayList<>();
            network.tenant().drainWaiting(displaced -> recovered.addAll(entries(displaced.map())));
            assertThat(recovered).containsExactlyInAnyOrder(new Flow(HTTPS, 7), new Flow(HTTPS, 8));
        }
    }

    private static List<Flow> entries(FlowMap map) {
        List<Flow> entries = new ArrayList<>();
        map.forEach(entries::add);
        return entries;
    }

    private void copyPin(String from, String to) throws IOException {
        Files.createLink(fs.path(to), fs.pin(from));
    }

    private void assertPinned(TenantMap tenants, long id) {
        try (FlowMap.Owned pinned = FlowMap.openPinned(fs.path("tenant-inner/" + id), MapAccess.READ_ONLY)) {
            assertThat(pinned.id())
                    .isEqualTo(Objects.requireNonNull(tenants.get(id)).id());
        }
    }
}
