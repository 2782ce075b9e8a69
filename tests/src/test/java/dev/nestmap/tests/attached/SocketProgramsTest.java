/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.Netns;
import dev.nestmap.runtime.attach.Reuseport;
import dev.nestmap.runtime.attach.SocketFilter;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.tests.attached.Sockets.ListenPort;
import dev.nestmap.tests.attached.SocketsBpf.ClientMap;
import dev.nestmap.tests.attached.SocketsBpf.ListenerMap;
import dev.nestmap.tests.attached.SocketsBpf.PeerMap;
import dev.nestmap.tests.maptypes.ControlGroups;
import dev.nestmap.tests.toolchain.BpfObjects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Programs that are attached to sockets redirect, select and filter according to the contents of inner maps. */
@KernelTest
@Timeout(60)
class SocketProgramsTest {
    private static final long TENANT = 1;

    @AutoClose
    final SocketsBpf bpf = SocketsBpf.load(BpfObjects.of("sockets"));

    @Test
    void redirectsSentDataToAnotherSocket() {
        PeerMap peers = bpf.peersBy().create(TENANT, map -> map.attach(bpf.program("turn")));
        try (Connection one = Connection.make();
                Connection other = Connection.make()) {
            peers.put(0, one.client().descriptor());
            peers.put(1, other.client().descriptor());

            one.client().send("to the server");

            assertThat(other.client().receive()).isEqualTo("to the server");
            assertThat(one.server().receivedByNow()).isEmpty();
        }
    }

    @Test
    void redirectsReceivedDataToAnotherConnection() {
        ClientMap clients = bpf.clientsAt().create(1, map -> map.attach(bpf.program("splice")));
        try (Connection one = Connection.make();
                Connection other = Connection.make()) {
            clients.put(3L, one.server().descriptor());
            clients.put(7L, other.server().descriptor());

            one.client().send("through both");

            assertThat(other.client().receive()).isEqualTo("through both");
            assertThat(one.server().receivedByNow()).isEmpty();
        }
    }

    @Test
    void aSocketKeepsTheProgramsOfTheMapAtTheTimeOfThePut() {
        PeerMap peers = bpf.peersBy().create(TENANT);
        try (Connection earlier = Connection.make();
                Connection one = Connection.make();
                Connection later = Connection.make()) {
            peers.put(2, earlier.client().descriptor());
            try (Link link = peers.attach(bpf.program("turn"))) {
                peers.put(0, one.client().descriptor());
                assertThat(link).isNotNull();
            }
            peers.put(1, later.client().descriptor());

            earlier.client().send("as ever");
            later.client().send("as ever");
            one.client().send("turned");

            assertThat(earlier.server().receive()).isEqualTo("as ever");
            assertThat(later.server().receive()).isEqualTo("as ever");
            assertThat(later.client().receive()).isEqualTo("turned");
        }
    }

    @Test
    void aLinkMayOutliveItsMap() {
        bpf.peersBy().create(TENANT, map -> map.attach(bpf.program("turn")));
        Link link = bpf.peersBy().getOrCreate(TENANT).attach(bpf.program("turn"));
        assertThat(bpf.peersBy().discard(TENANT)).isTrue();

        link.close();
        link.close();
    }

    @ExtendWith(NetworkNamespace.class)
    @Test
    void selectsOneOfTheSocketsThatShareAPort() {
        try (LoopbackSocket first = LoopbackSocket.sharing(0);
                LoopbackSocket second = LoopbackSocket.sharing(first.port());
                LoopbackSocket third = LoopbackSocket.sharing(first.port());
                LoopbackSocket sender = LoopbackSocket.sendingTo(first.port())) {
            ListenerMap listeners = bpf.listenersBy().create(TENANT);
            listeners.put(0, first.descriptor());
            listeners.put(1, second.descriptor());
            bpf.listenersBy().create(2).put(0, third.descriptor());
            bpf.program("choose").attach(Reuseport.of(first.descriptor()));

            for (int i = 0; i < 10; i++) {
                sender.send("\0\1 to the first");
                sender.send("\1\1 to the second");
                sender.send("\0\2 to the other tenant's");

                assertThat(first.receive()).isEqualTo("\0\1 to the first");
                assertThat(second.receive()).isEqualTo("\1\1 to the second");
                assertThat(third.receive()).isEqualTo("\0\2 to the other tenant's");
            }
            sender.send("\5\1 to nobody");
            assertThat(first.receivedByNow() + second.receivedByNow() + third.receivedByNow())
                    .isEmpty();
        }
    }

    @Test
    void filtersReceivedPackets() {
        try (LoopbackSocket receiver = LoopbackSocket.sharing(0);
                LoopbackSocket sender = LoopbackSocket.sendingTo(receiver.port())) {
            bpf.program("keep").attach(SocketFilter.of(receiver.descriptor()));

            sender.send("not this");
            sender.send("keep this");

            assertThat(receiver.receive()).isEqualTo("keep this");
        }
    }

    @Test
    void aLockedFilterIsNamed() {
        try (LoopbackSocket receiver = LoopbackSocket.sharing(0)) {
            receiver.lockFilter();
            assertBpfException(() -> bpf.program("keep").attach(SocketFilter.of(receiver.descriptor())))
                    .hasErrno(Errno.EPERM);
        }
    }

    @Test
    void aClosedLinkDetachesTheFilterOfItsSocketOnly() {
        try (LoopbackSocket receiver = LoopbackSocket.sharing(0);
                LoopbackSocket sender = LoopbackSocket.sendingTo(receiver.port())) {
            Link link = bpf.program("keep").attach(SocketFilter.of(receiver.descriptor()));
            sender.send("not this");
            link.close();
            sender.send("anything");

            assertThat(receiver.receive()).isEqualTo("anything");
        }
        LoopbackSocket closed = LoopbackSocket.sharing(0);
        Link ofClosed = bpf.program("keep").attach(SocketFilter.of(closed.descriptor()));
        int number = closed.descriptor();
        closed.close();
        try (LoopbackSocket other = LoopbackSocket.sharing(0);
                LoopbackSocket sender = LoopbackSocket.sendingTo(other.port())) {
            assertThat(other.descriptor()).as("the kernel reuses the number").isEqualTo(number);
            Link link = bpf.program("keep").attach(SocketFilter.of(number));
            ofClosed.close();
            sender.send("not this");
            sender.send("keep this");

            assertThat(other.receive()).isEqualTo("keep this");
            link.close();
        }
    }

    @Test
    void theClosedLinkOfAReplacedFilterKeepsTheNewFilter() {
        try (LoopbackSocket receiver = LoopbackSocket.sharing(0);
                LoopbackSocket sender = LoopbackSocket.sendingTo(receiver.port())) {
            Link replaced = bpf.program("keep").attach(SocketFilter.of(receiver.descriptor()));
            Link link = bpf.program("keep").attach(SocketFilter.of(receiver.descriptor()));
            replaced.close();
            sender.send("not this");
            sender.send("keep this");
            assertThat(receiver.receive()).isEqualTo("keep this");

            link.close();
            sender.send("anything");
            assertThat(receiver.receive()).isEqualTo("anything");
        }
    }

    @Test
    void aControlGroupProgramPutsBothEndsOfAConnection() {
        PeerMap peers = bpf.peersBy().create(TENANT);
        try (LoopbackSocket listener = LoopbackSocket.listening()) {
            bpf.listenPort().put(new ListenPort(0, listener.port()));
            try (Link link = bpf.program("established").attach(Cgroup.of(ControlGroups.ofThisProcess()));
                    LoopbackSocket client = LoopbackSocket.connected(listener.port());
                    LoopbackSocket server = listener.accept()) {
                assertThat(link).isNotNull();
                client.send("knock");
                assertThat(server.receive()).isEqualTo("knock");
                assertThat(peers.remove(0)).isTrue();
                assertThat(peers.remove(1)).isTrue();
            }
            try (LoopbackSocket client = LoopbackSocket.connected(listener.port())) {
                assertThat(client.port()).isPositive();
                assertThat(peers.remove(1)).as("the link is closed").isFalse();
            }
        }
    }

    @ExtendWith(NetworkNamespace.class)
    @Test
    void aNamespaceProgramSelectsASocketOfAnotherPort() {
        PeerMap peers = bpf.peersBy().create(TENANT);
        bpf.listenPort().put(new ListenPort(0, 7777));
        try (LoopbackSocket listener = LoopbackSocket.listening()) {
            peers.put(0, listener.descriptor());
            try (Link link = bpf.program("find").attach(Netns.current());
                    LoopbackSocket client = LoopbackSocket.connected(7777);
                    LoopbackSocket server = listener.accept()) {
                assertThat(link).isNotNull();
                client.send("knock");
                assertThat(server.receive()).isEqualTo("knock");
            }
            assertThatThrownBy(() -> LoopbackSocket.connected(7777)).hasMessageContaining("connect to port 7777");
        }
    }

    @Test
    void attachNamesTheMethodForEachProgramType() {
        assertThatThrownBy(() -> bpf.program("turn").attach()).hasMessageContaining("use map.attach(program)");
        assertThatThrownBy(() -> bpf.program("splice").attach()).hasMessageContaining("use map.attach(program)");
        assertThatThrownBy(() -> bpf.program("established").attach()).hasMessageContaining("use attach(Cgroup.of(");
        assertThatThrownBy(() -> bpf.program("find").attach()).hasMessageContaining("use attach(Netns.current(");
        assertThatThrownBy(() -> bpf.program("choose").attach()).hasMessageContaining("use attach(Reuseport.of(");
        assertThatThrownBy(() -> bpf.program("keep").attach()).hasMessageContaining("use attach(SocketFilter.of(");
    }

    @Test
    void rejectsProgramsOfTheWrongType() {
        PeerMap peers = bpf.peersBy().create(TENANT);
        ListenerMap listeners = bpf.listenersBy().create(TENANT);
        try (LoopbackSocket alone = LoopbackSocket.sendingTo(9)) {
            assertThatThrownBy(() -> listeners.attach(bpf.program("turn")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("map listener_map is a REUSEPORT_SOCKARRAY");
            assertBpfException(() -> peers.attach(bpf.program("keep")))
                    .hasMessage(
                            "attachment of program keep to map peer_map: a program of SEC(\"socket\") can't be attached"
                                    + " in this way: use attach(SocketFilter.of(descriptor))");
            assertThatThrownBy(() -> bpf.program("turn").attach(SocketFilter.of(alone.descriptor())))
                    .hasMessageContaining(
                            "a program of SEC(\"sk_msg\") can't be attached in this way: use map.attach(program)");
        }
    }

    @Test
    void closingTheObjectClosesItsLinks() {
        PeerMap peers = bpf.peersBy().create(TENANT);
        Link link = peers.attach(bpf.program("turn"));
        bpf.close();
        link.close();

        assertBpfException(() -> peers.attach(bpf.program("turn")));
        assertBpfException(() -> bpf.program("keep").attach(SocketFilter.of(0)), "object sockets has been closed");
    }

    /** A connection over the loopback device. */
    private record Connection(LoopbackSocket listener, LoopbackSocket client, LoopbackSocket server)
            implements AutoCloseable {
        static Connection make() {
            LoopbackSocket listener = LoopbackSocket.listening();
            LoopbackSocket client = LoopbackSocket.connected(listener.port());
            return new Connection(listener, client, listener.accept());
        }

        @Override
        public void close() {
            client.close();
            server.close();
            listener.close();
        }
    }
}
