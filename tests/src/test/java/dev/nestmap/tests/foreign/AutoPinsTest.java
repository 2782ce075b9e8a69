/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.foreign.Sessions.Member;
import dev.nestmap.tests.foreign.Sessions.Rule;
import dev.nestmap.tests.foreign.Sessions.Session;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Maps that an object pins by {@code LIBBPF_PIN_BY_NAME} are reused with their entries. */
@KernelTest
class AutoPinsTest extends PinningTest {
    private static final Path OBJECT = BpfObjects.of("foreign_pinned");
    private static final Inet4Address LOCALHOST = (Inet4Address) InetAddress.getLoopbackAddress();

    private SessionsBpf.Open open() {
        return SessionsBpf.open(OBJECT).pins(pins);
    }

    @Test
    void mapsAreReusedWithTheirEntries() throws IOException {
        try (SessionsBpf bpf = open().load()) {
            bpf.session().put(new Session(1, LOCALHOST, 5));
            bpf.cluster().create(1).put(new Member(1, LOCALHOST, 8));
            bpf.container().create(7).put(new Rule(1, 2));
        }
        assertThat(files()).containsExactly("clusters", "containers", "events", "sessions");
        try (SessionsBpf bpf = open().load()) {
            assertThat(bpf.program("count").testRun(new byte[64]).returnValue()).isEqualTo(9);
            assertThat(bpf.program("contained").testRun(new byte[64]).returnValue())
                    .isEqualTo(1);
            assertThat(bpf.session()).containsExactly(new Session(1, LOCALHOST, 6));
            assertThat(bpf.cluster().get(1, 1)).isEqualTo(new Member(1, LOCALHOST, 9));
            bpf.cluster().create(2).put(new Member(1, LOCALHOST, 1));
        }
    }

    /** Nobody owns the slots of such a map, so two processes could displace and count the same inner map. */
    @Test
    void anOuterMapThatItsObjectPinsIsRotatedOnlyUnchecked() {
        for (int start = 0; start < 2; start++) {
            try (SessionsBpf bpf = open().load()) {
                bpf.cluster().getOrCreate(1);
                assertBpfException(
                        () -> bpf.cluster().rotate(1), "does not know who else changes its slots", "unchecked()");
                assertThatThrownBy(() -> bpf.cluster().drainAll(displaced -> {}))
                        .hasMessageContaining("does not know who else changes its slots");
                bpf.cluster()
                        .expert()
                        .unchecked()
                        .drainAll(displaced -> assertThat(displaced.isExact()).isFalse());
            }
        }
        try (SessionsBpf bpf = open().withoutAutoPins().load()) {
            bpf.cluster().create(1);
            DrainedMap.discardDisplaced(bpf.cluster().rotate(1));
        }
    }

    @Test
    void ignoredPinsAreNotMade() throws IOException {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                SessionsBpf bpf = open().withoutAutoPins().load()) {
            assertThat(bpf.session()).isEmpty();
            assertThat(files()).isEmpty();
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void pinsAreMadeInAnotherDirectory() throws IOException {
        try (LoadedObject object = Nestmap.open(OBJECT)
                .pins(PinOptions.in(fs.path("acme")))
                .onlyPrograms("count")
                .load()) {
            assertThat(object.isClosed()).isFalse();
            assertThat(fs.content())
                    .as("nobody defines the inner maps of containers")
                    .containsExactlyInAnyOrder("acme", "acme/sessions", "acme/clusters", "acme/events");
        }
    }

    @Test
    void anotherMapAtThePinIsRejected() throws IOException {
        open().load().close();
        Files.delete(fs.path("sessions"));
        Files.move(fs.path("events"), fs.path("sessions"));
        Files.delete(fs.path("containers"));

        assertThatThrownBy(() -> open().load().close())
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("map sessions: the object declares the pin " + fs.path("sessions"))
                .hasMessageContaining("type RINGBUF instead of HASH")
                .hasMessageContaining("load the version of the object that pinned it")
                .hasMessageContaining("withoutAutoPins()");
        assertThat(files()).as("nothing new").containsExactly("clusters", "sessions");
    }

    /** The sizes of somebody else's maps are set at load. */
    @Test
    void anotherLoadWithTheSameSizesGoesOn() throws IOException {
        SessionsBpf.Sizes sizes = new SessionsBpf.Sizes().session(70).cluster(3).member(90);
        try (SessionsBpf bpf = open().sizes(sizes).load()) {
            bpf.session().put(new Session(1, LOCALHOST, 5));
            bpf.cluster().create(1).put(new Member(1, LOCALHOST, 8));
        }
        try (SessionsBpf bpf = open().sizes(sizes).load()) {
            assertThat(bpf.session().maxEntries()).isEqualTo(70);
            assertThat(bpf.cluster().maxEntries()).isEqualTo(3);
            assertThat(bpf.session()).containsExactly(new Session(1, LOCALHOST, 5));
            assertThat(bpf.cluster().get(1, 1)).isEqualTo(new Member(1, LOCALHOST, 8));
        }
    }

    /** Advice that keeps the entries comes before advice that starts with an empty map. */
    @Test
    void otherSizesAreRejectedWithAdviceThatKeepsTheEntries() throws IOException {
        SessionsBpf.Sizes sizes = new SessionsBpf.Sizes();
        try (SessionsBpf bpf = open().sizes(sizes.session(70).cluster(3)).load()) {
            bpf.session().put(new Session(1, LOCALHOST, 5));
        }
        String keep =
                "To keep the entries of the pinned map, load the version of the object that pinned it. If only sizes differ that you"
                        + " set at load, set those of the pinned map. To start with an empty map, load with pins(PinOptions.in(...))";
        assertThatThrownBy(
                        () -> open().sizes(sizes.session(71).cluster(3)).load().close())
                .hasMessageContainingAll("map sessions: ", "max_entries 70 instead of 71. " + keep);
        assertThatThrownBy(
                        () -> open().sizes(sizes.session(70).cluster(4)).load().close())
                .hasMessageContainingAll("map clusters: ", "max_entries 3 instead of 4. " + keep);
        assertThatThrownBy(() -> Nestmap.open(OBJECT)
                        .pins(pins)
                        .onlyPrograms("count")
                        .load()
                        .close())
                .hasMessageContaining("it has max_entries 70 instead of");
    }

    @Test
    void aFailedLoadLeavesNoPins() throws IOException {
        assertBpfException(() -> open().onlyPrograms("refused").load().close(), "load of object");
        assertThat(files()).isEmpty();
    }

    @Test
    void recordsMayPinTheSameMaps() throws IOException {
        try (PinnedSessionsBpf bpf = recordsWithPins().load()) {
            bpf.session().put(new PinnedSessions.Session(1, LOCALHOST, 5));
            bpf.cluster().create(1).put(new PinnedSessions.Member(1, LOCALHOST, 8));
        }
        try (PinnedSessionsBpf bpf = recordsWithPins().load()) {
            assertThat(bpf.program("count").testRun(new byte[64]).returnValue()).isEqualTo(9);
            assertThat(bpf.cluster().get(1, 1)).isEqualTo(new PinnedSessions.Member(1, LOCALHOST, 9));
            bpf.cluster().create(2).put(new PinnedSessions.Member(1, LOCALHOST, 1));
        }
        try (PinnedSessionsBpf.ClusterMap.Owned clusters =
                        PinnedSessionsBpf.CLUSTER_MAP.openPinned(fs.path("clusters"));
                PinnedSessionsBpf.SessionMap.Owned sessions =
                        PinnedSessionsBpf.SESSION_MAP.openPinned(fs.path("sessions"))) {
            assertThat(sessions).containsExactly(new PinnedSessions.Session(1, LOCALHOST, 6));
            clusters.create(3).put(new PinnedSessions.Member(1, LOCALHOST, 2));
            assertThat(clusters.get(3, 1)).isEqualTo(new PinnedSessions.Member(1, LOCALHOST, 2));
        }
    }

    @Test
    void generatedHeadersDeclarePins() throws IOException {
        Path object = BpfObjects.of("shared_counters");

        try (SharedCountersBpf bpf = SharedCountersBpf.open(object).pins(pins).load()) {
            bpf.shared().put(new SharedCounters.Shared(1, 5));
            bpf.group().create(1);
        }
        assertThat(files()).containsExactly("group", "shared");
        try (SharedCountersBpf bpf = SharedCountersBpf.open(object).pins(pins).load()) {
            assertThat(bpf.program("count").testRun(new byte[64]).returnValue()).isEqualTo(6);
            assertThat(bpf.group().keys()).containsExactly(1L);
        }
    }

    private PinnedSessionsBpf.Open recordsWithPins() {
        return PinnedSessionsBpf.open(OBJECT).pins(pins).onlyPrograms("count");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(fs.path(""))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".debug")) // the kernel's own
                    .sorted()
                    .toList();
        }
    }
}
