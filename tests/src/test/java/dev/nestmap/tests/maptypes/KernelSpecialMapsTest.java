/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.tests.maptypes.SpecialMaps.Device;
import dev.nestmap.tests.maptypes.SpecialMaps.PlainDevice;
import dev.nestmap.tests.maptypes.SpecialMaps.PlainPort;
import dev.nestmap.tests.maptypes.SpecialMaps.PlainStack;
import dev.nestmap.tests.maptypes.SpecialMaps.PlainWorker;
import dev.nestmap.tests.maptypes.SpecialMaps.Port;
import dev.nestmap.tests.maptypes.SpecialMaps.Seal;
import dev.nestmap.tests.maptypes.SpecialMaps.Worker;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Programs and Java use maps of devices, sockets, CPUs, stacks, control groups and arenas on both levels. PERF_EVENT_ARRAY is tested
 * without perf events: it can be created as a plain map and as an inner map, and it refuses other files.
 */
@KernelTest
class KernelSpecialMapsTest {
    private static final long LOOPBACK = 1;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;

    @AutoClose
    private final SpecialMapsBpf targets = SpecialMapsBpf.load(BpfObjects.of("targets"));

    @BeforeAll
    static void needArenas() {
        KernelAssumptions.assume(KernelFeature.ARENA);
    }

    @InstalledClang.Each
    void programsRedirectToTheEntries(InstalledClang clang) {
        try (SpecialMapsBpf put = SpecialMapsBpf.load(BpfObjects.of("targets", clang))) {
            put.portsBy().create(1).put(new Port(3, LOOPBACK));
            put.portsAt().create(1).put(new Port(3, LOOPBACK));
            put.plainPort().put(new PlainPort(3, LOOPBACK));
            put.devicesBy().create(1).put(new Device(70_000, LOOPBACK));
            put.devicesAt().create(1).put(new Device(70_000, LOOPBACK));
            put.plainDevice().put(new PlainDevice(70_000, LOOPBACK));
            put.workersBy().create(1).put(new Worker(0, 192));
            put.workersAt().create(1).put(new Worker(0, 192));
            put.plainWorker().put(new PlainWorker(0, 192));
            put.ringsOfBy().create(1);

            assertThat(put.program("redirect").testRun(new byte[64]).returnValue())
                    .isZero();
        }
    }

    @InstalledClang.Each
    void programsFindDevices(InstalledClang clang) {
        try (SpecialMapsBpf put = SpecialMapsBpf.load(BpfObjects.of("targets", clang))) {
            put.portsBy().create(1).put(new Port(3, LOOPBACK));
            put.devicesAt().create(1).put(new Device(70_000, LOOPBACK));
            put.plainPort().put(new PlainPort(3, LOOPBACK));

            assertThat(put.program("devices").testRun(new byte[64]).returnValue())
                    .isEqualTo(15);
        }
    }

    @InstalledClang.Each
    void programsMoveSocketsBetweenMaps(InstalledClang clang) {
        int[] pair = Descriptors.socketPair();
        try (SpecialMapsBpf put = SpecialMapsBpf.load(BpfObjects.of("targets", clang))) {
            put.peersBy().create(1).put(0, pair[0]);
            put.clientsBy().create(1);

            byte[] lookup = new byte[72]; // struct bpf_sk_lookup
            ByteBuffer.wrap(lookup).order(ByteOrder.nativeOrder()).putInt(8, AF_INET);
            assertThat(put.program("sockets")
                            .testRun(TestRun.Input.context(lookup))
                            .returnValue())
                    .isOne();

            assertThat(put.plainPeer().remove(5)).isTrue();
            assertThat(put.clientsBy().getOrCreate(1).remove(70)).isTrue();
            assertThat(put.peersBy().getOrCreate(1).remove(0)).isFalse();
        } finally {
            Descriptors.close(pair);
        }
    }

    @Test
    void readsRemovesAndIteratesDevices() {
        SpecialMapsBpf.PortMap ports = targets.portsAt().create(1);
        ports.put(new Port(3, LOOPBACK));
        ports.put(new Port(5, LOOPBACK));

        assertThat(ports).containsExactly(new Port(3, LOOPBACK), new Port(5, LOOPBACK));
        assertThat(targets.portsAt().get(1, 3)).isEqualTo(new Port(3, LOOPBACK));
        assertThat(ports.remove(3)).isTrue();
        assertThat(ports.get(3)).isNull();
        assertThat(ports.count()).isEqualTo(1);
        ports.clear();
        assertThat(ports).isEmpty();
        assertBpfException(() -> ports.put(new Port(1, 1 << 30))).hasMessageContaining("no network device");
        assertBpfException(() -> ports.put(new Port(8, LOOPBACK))).hasMessageContaining("the indices 0 to 7");
    }

    @Test
    void iteratesMapsWithoutBatchOperations() {
        for (long number = 0; number < 8; number++) {
            targets.plainDevice().put(new PlainDevice(number << 20, LOOPBACK));
        }

        assertThat(targets.plainDevice()).hasSize(8).contains(new PlainDevice(7 << 20, LOOPBACK));
        targets.plainDevice().clear();
        assertThat(targets.plainDevice()).isEmpty();
        targets.plainWorker().put(new PlainWorker(0, 64));
        assertThat(targets.plainWorker()).containsExactly(new PlainWorker(0, 64));
    }

    @Test
    void readsStacksThatProgramsRecorded() {
        targets.stacksBy().create(1);
        targets.stacksAt().create(1);

        assertThat(targets.program("record").testRun(TestRun.Input.none()).returnValue())
                .isEqualTo(7);

        assertThat(targets.plainStack()).hasSize(1);
        PlainStack stack = targets.plainStack().iterator().next();
        assertThat(stack.addresses()).hasSize(127);
        assertThat(Arrays.stream(stack.addresses()).filter(address -> address != 0))
                .hasSizeGreaterThan(1);
        assertThat(targets.stacksBy().getOrCreate(1).count()).isEqualTo(1);
        assertThat(targets.stacksAt().getOrCreate(1).count()).isEqualTo(1);
        assertThat(Objects.requireNonNull(targets.plainStack().get(stack.id())).addresses())
                .isEqualTo(stack.addresses());
        assertThat(targets.plainStack().remove(stack.id())).isTrue();
        assertThat(targets.plainStack().remove(stack.id())).isFalse();
    }

    @Test
    void acceptsSockets() {
        int[] pair = Descriptors.socketPair();
        try {
            targets.plainPeer().put(0, pair[0]);
            targets.peersBy().create(1).put(0, pair[0]);
            targets.peersAt().create(1).put(0, pair[1]);
            targets.plainClient().put(1L << 40, pair[0]);
            targets.clientsBy().create(1).put(7, pair[0]);
            targets.clientsAt().create(1).put(7, pair[1]);

            targets.narrowPeer().put(0, pair[0]);
            assertThat(targets.narrowPeer().remove(0)).isTrue();
            assertThat(targets.plainPeer().remove(0)).isTrue();
            assertThat(targets.plainPeer().remove(0)).isFalse();
            assertThat(targets.plainClient().remove(1L << 40)).isTrue();
            assertThat(targets.plainClient().remove(1L << 40)).isFalse();
            assertBpfException(() -> targets.plainPeer().put(8, pair[0])).hasMessageContaining("the indices 0 to 7");
        } finally {
            Descriptors.close(pair);
        }
    }

    @Test
    void programsGetAnErrorForMissingCounters() {
        targets.countersBy().create(1);

        assertThat(targets.program("events").testRun(TestRun.Input.none()).returnValue())
                .isEqualTo(1);
    }

    @Test
    void acceptsSocketsThatShareAPort() {
        int first = LoopbackSocket.sharing(0).descriptor();
        int second = LoopbackSocket.sharing(0).descriptor();
        int third = LoopbackSocket.sharing(0).descriptor();
        try {
            targets.plainListener().put(0, first);
            targets.listenersBy().create(1).put(0, second);
            targets.listenersAt().create(1).put(7, third);

            // A socket can be in only one such map at a time.
            assertBpfException(() -> targets.plainListener().put(1, third));
            assertThat(targets.plainListener().remove(0)).isTrue();
            assertThat(targets.plainListener().remove(0)).isFalse();
            assertThat(Objects.requireNonNull(targets.listenersAt().get(1)).remove(7))
                    .isTrue();
            targets.plainListener().put(1, third);
        } finally {
            Descriptors.close(first, second, third);
        }
    }

    @Test
    void acceptsXdpSockets() {
        try (Descriptors.XdpSocket socket = Descriptors.xdpSocket()) {
            targets.plainRing().put(3, socket.descriptor());
            targets.ringsOfBy().create(1).put(0, socket.descriptor());
            targets.ringsOfAt().create(1).put(7, socket.descriptor());

            // The program finds the socket, but the socket belongs to another device and queue than the packet.
            assertThat(targets.program("rings").testRun(new byte[64]).returnValue())
                    .isEqualTo(7);
            assertThat(targets.program("queues").testRun(new byte[64]).returnValue())
                    .isEqualTo(7);
            assertThat(targets.plainRing().remove(3)).isTrue();
            assertThat(targets.plainRing().remove(3))
                    .as("the kernel reports no missing socket")
                    .isTrue();
            assertThat(targets.program("rings").testRun(new byte[64]).returnValue())
                    .isEqualTo(6);
        }
    }

    @Test
    void refusesFilesOfAnotherKind() {
        int file = Descriptors.open("/proc/self/status");
        int socket = Descriptors.socket(AF_INET, SOCK_DGRAM);
        try {
            assertBpfException(() -> targets.plainGroup().put(0, file));
            assertBpfException(() -> targets.groupsBy().create(1).put(0, file));
            assertBpfException(() -> targets.plainCounter().put(0, file));
            assertBpfException(() -> targets.countersAt().create(1).put(0, file));
            assertBpfException(() -> targets.plainRing().put(0, socket));
            assertBpfException(() -> targets.plainListener().put(0, socket));
            assertBpfException(() -> targets.listenersBy().create(1).put(0, socket));
            assertBpfException(() -> targets.plainPeer().put(0, -1)).hasMessageContaining("the file descriptor");
        } finally {
            Descriptors.close(file, socket);
        }
    }

    @Test
    void acceptsControlGroups() {
        int group = Descriptors.open(ControlGroups.mount().toString());
        try {
            targets.plainGroup().put(0, group);
            targets.groupsBy().create(1).put(0, group);
            targets.groupsAt().create(1).put(7, group);

            // Every process is below the root of the hierarchy.
            assertThat(targets.program("groups").testRun(TestRun.Input.none()).returnValue())
                    .isEqualTo(7);
            assertThat(targets.plainGroup().remove(0)).isTrue();
            assertThat(targets.plainGroup().remove(0)).isFalse();
        } finally {
            Descriptors.close(group);
        }
    }

    @Test
    void rotationKeepsTheDeclaredFlags() {
        targets.sealsBy().create(1);
        Objects.requireNonNull(targets.sealsBy().rotate(1)).acknowledge();

        assertBpfException(() -> targets.sealsBy().getOrCreate(1).put(new Seal(1, 1)), "opened read-only");
    }

    @Test
    void createsAndRotatesEachTypeInBothOuterTypes() {
        rotates(targets.ringsOfBy(), 1L);
        rotates(targets.ringsOfAt(), 1);
        rotates(targets.listenersAt(), 1);
        rotates(targets.groupsAt(), 1);
        rotates(targets.countersBy(), 1L);
        rotates(targets.stacksAt(), 1);
        rotates(targets.heapsBy(), 1L);
        rotates(targets.heapsAt(), 1);
        rotates(targets.portsBy(), 1L);
        rotates(targets.devicesAt(), 1);
        rotates(targets.workersAt(), 1);
        assertThat(targets.plainHeap().type()).isEqualTo("ARENA");
        assertThat(targets.plainHeap().maxEntries()).isEqualTo(16);
    }

    private static <K, M extends MapAccessor> void rotates(OuterAccessor<K, M> outer, K key) {
        outer.createAll(List.of(key));
        List<Displaced<K, M>> rotated = outer.rotateAll(List.of(key));
        assertThat(rotated).hasSize(1);
        rotated.get(0).acknowledge();
    }
}
