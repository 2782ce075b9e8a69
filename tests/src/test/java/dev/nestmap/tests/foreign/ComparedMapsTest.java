/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.foreign.Sessions.Member;
import dev.nestmap.tests.foreign.Sessions.Session;
import dev.nestmap.tests.foreign.SessionsBpf.ClusterMap;
import dev.nestmap.tests.foreign.SessionsBpf.SessionMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Nestmap compares a map that somebody else made as far as its BTF allows, and says how far. */
@KernelTest
class ComparedMapsTest extends PinningTest {
    private static final Inet4Address LOCALHOST = (Inet4Address) InetAddress.getLoopbackAddress();

    /** Creates a map as other programs do. */
    private void createSessions(String valueSize, String... attributes) {
        InstalledCommand.needInstalled("bpftool");
        List<Object> command =
                new ArrayList<>(List.of("bpftool", "map", "create", fs.path("sessions"), "name", "sessions"));
        command.addAll(List.of("type", "hash", "key", "4", "value", valueSize, "entries", "16"));
        command.addAll(List.of(attributes));
        InstalledCommand.run(command.toArray()).succeeded();
    }

    private int id() {
        try (UntypedMap.Owned map =
                Objects.requireNonNull(UntypedMap.openPinned(fs.path("sessions"), MapAccess.READ_ONLY))) {
            return map.id();
        }
    }

    /** As BCC makes its maps. */
    @Test
    void onlyTheSizesOfAMapWithoutBtfAreCompared() {
        createSessions("16");
        int id = id();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                SessionMap.Owned pinned = SessionsBpf.SESSION_MAP.openPinned(fs.path("sessions"));
                SessionMap.Owned again = SessionsBpf.SESSION_MAP.openPinned(fs.path("sessions"));
                SessionMap.Owned byId = SessionsBpf.SESSION_MAP.openById(id, MapAccess.READ_WRITE);
                SessionMap.Owned reading = SessionsBpf.SESSION_MAP.openById(id)) {
            byId.put(new Session(1, LOCALHOST, 5));
            assertThat(reading.get(1)).isEqualTo(new Session(1, LOCALHOST, 5));
            assertBpfException(() -> reading.put(new Session(2, LOCALHOST, 5))).hasErrno(Errno.EPERM);

            assertThat(pinned.get(1)).isEqualTo(new Session(1, LOCALHOST, 5));
            assertThat(pinned.isLayoutCompared()).isFalse();
            assertThat(byId.isLayoutCompared()).isFalse();
            assertThat(again.isLayoutCompared()).isFalse();
            assertThat(log.messages())
                    .as("logged once")
                    .containsExactly(
                            "opening of the pin " + fs.path("sessions")
                                    + " as map sessions: only type, sizes and flags were compared with the record, because the kernel has no BTF"
                                    + " of the entries: if the entries have other fields of the same size, Nestmap misreads them");
        }
    }

    @Test
    void aMapThatDoesNotFitIsRejected() {
        createSessions("12");
        int id = id();

        assertBpfException(() -> SessionsBpf.SESSION_MAP.openById(id).close())
                .hasMessage("opening of the map with id " + id + " as map sessions: the map is not as"
                        + " dev.nestmap.tests.foreign.Sessions declares: it has value size 12 instead of 16. Correct the record"
                        + " (nestmap import --id " + id + " --package P writes one that fits), or open another map.");
        assertThatThrownBy(() ->
                        SessionsBpf.SESSION_MAP.openPinned(fs.path("sessions")).close())
                .isInstanceOf(BpfException.class)
                .hasMessageStartingWith(
                        "opening of the pin " + fs.path("sessions") + " as map sessions: the map is not as")
                .hasMessageContaining("nestmap import --pin " + fs.path("sessions"))
                .hasMessageNotContaining("migrate");
        assertBpfException(
                () -> SessionsBpf.SESSION_MAP.openById(Integer.MAX_VALUE).close(), "no map with this id");
    }

    @Test
    void fieldsAreComparedByTheBtfOfTheMap() {
        try (SessionsBpf bpf = SessionsBpf.open(BpfObjects.of("foreign_pinned"))
                .pins(pins)
                .onlyPrograms()
                .load()) {
            bpf.session().put(new Session(1, LOCALHOST, 5));
            bpf.cluster().create(7).put(new Member(1, LOCALHOST, 6));
            assertThat(bpf.session().isLayoutCompared()).isTrue();
            assertThat(UntypedMap.of(bpf, "events").isLayoutCompared()).isFalse();
            try (SessionMap.Owned sessions =
                            SessionsBpf.SESSION_MAP.openById(bpf.session().id());
                    ClusterMap.Owned clusters =
                            SessionsBpf.CLUSTER_MAP.openById(bpf.cluster().id())) {
                assertThat(sessions).containsExactly(new Session(1, LOCALHOST, 5));
                assertThat(sessions.isLayoutCompared()).isTrue();
                assertThat(clusters.get(7, 1)).isEqualTo(new Member(1, LOCALHOST, 6));
                assertThat(clusters.isLayoutCompared()).isTrue();
                assertThat(clusters.getOrCreate(7).isLayoutCompared()).isTrue();
                assertThatThrownBy(() -> clusters.discard(7))
                        .as("opened for reading")
                        .asInstanceOf(BPF_EXCEPTION)
                        .hasErrno(Errno.EPERM);
            }
        }
    }

    @Test
    void anEmptyOuterMapIsRejectedUnlessTheCallerAcceptsIt() {
        try (LoadedObject object = Nestmap.open(BpfObjects.of("foreign_pinned"))
                .pins(pins)
                .onlyPrograms()
                .load()) {
            int id = UntypedMap.of(object, "clusters").id();
            assertThatThrownBy(() -> SessionsBpf.CLUSTER_MAP.openById(id).close())
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("it holds no inner map that this process may open, so Nestmap can't compare")
                    .hasMessageContaining("PinOptions.withUncomparedInnerMaps()");
            PinOptions accepting = PinOptions.defaults().withUncomparedInnerMaps();
            try (ClusterMap.Owned clusters = SessionsBpf.CLUSTER_MAP.openById(id, MapAccess.READ_WRITE, accepting)) {
                assertThat(clusters.isLayoutCompared()).isFalse();
                assertThatThrownBy(() -> clusters.create(3, 16))
                        .as("the record leaves out the flags of the inner maps")
                        .asInstanceOf(BPF_EXCEPTION)
                        .hasErrno(Errno.EINVAL);
                assertThat(clusters.get(3, 1)).isNull();
            }
        }
    }

    @Test
    void anObjectMayStateOnlySizes() {
        try (BalancerBpf balancer = BalancerBpf.open(BpfObjects.of("foreign_balancer"))
                        .onlyPrograms()
                        .load();
                LimiterBpf limiter = LimiterBpf.open(BpfObjects.of("foreign_limiter"))
                        .sizes(new LimiterBpf.Sizes().unit(16))
                        .onlyPrograms()
                        .load()) {
            assertThat(balancer.source().isLayoutCompared())
                    .as("key_size and value_size")
                    .isFalse();
            assertThat(balancer.backend().isLayoutCompared()).isTrue();
            assertThat(balancer.lru().isLayoutCompared()).isTrue();
            assertThat(limiter.rings().isLayoutCompared())
                    .as("events of a ring buffer")
                    .isFalse();
            assertThat(limiter.rings().create(1).isLayoutCompared()).isFalse();
            assertThat(limiter.unit().isLayoutCompared())
                    .as("defined by the record")
                    .isTrue();
        }
    }

    /** The pinned map has no BTF, so the object can't be compared with it. */
    @Test
    void aReusedPinMayHaveNoBtf() {
        createSessions("16", "flags", "1");
        try (SessionsBpf bpf = SessionsBpf.open(BpfObjects.of("foreign_pinned"))
                .pins(pins)
                .onlyPrograms()
                .load()) {
            assertThat(bpf.session().isLayoutCompared()).isFalse();
            assertThat(bpf.cluster().isLayoutCompared()).isTrue();
            UntypedMap.of(bpf, "sessions")
                    .put(new UntypedMap.Entry(ByteString.of(new byte[4]), ByteString.of(new byte[16])));
            assertThat(bpf.session().count()).isEqualTo(1);
        }
    }
}
