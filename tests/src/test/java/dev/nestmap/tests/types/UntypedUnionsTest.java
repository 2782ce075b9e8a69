/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.toolchain.NativeBytes;
import dev.nestmap.tests.types.AnonymousTypes.Counts;
import dev.nestmap.tests.types.AnonymousTypes.Destination;
import dev.nestmap.tests.types.AnonymousTypes.Flow;
import dev.nestmap.tests.types.AnonymousTypes.FlowKey;
import dev.nestmap.tests.types.AnonymousTypes.Message;
import dev.nestmap.tests.types.AnonymousTypes.MessageKey;
import dev.nestmap.tests.types.AnonymousTypes.Ports;
import dev.nestmap.tests.types.AnonymousTypes.Received;
import dev.nestmap.tests.types.AnonymousTypes.Source;
import dev.nestmap.tests.types.AnonymousTypes.Timer;
import dev.nestmap.tests.types.AnonymousTypesBpf.DestinationUnion;
import dev.nestmap.tests.types.AnonymousTypesBpf.MessageUnion;
import dev.nestmap.tests.types.AnonymousTypesBpf.PortsUnion;
import dev.nestmap.tests.types.AnonymousTypesBpf.SourceUnion;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Values without records read unions as C does. */
class UntypedUnionsTest {
    @Test
    void unnamedUnionsHaveAllTheirMembers() throws UnknownHostException {
        ByteString near = ByteString.ofHex("20010db8000000000000000000000002");
        FlowKey four = new FlowKey(
                SourceUnion.of(new Source.V4(v4(1))),
                DestinationUnion.of(new Destination.V4(v4(2))),
                PortsUnion.of(new Ports.Both(1)),
                6,
                false);
        FlowKey six = new FlowKey(
                SourceUnion.of(new Source.V6(near)),
                DestinationUnion.of(new Destination.V6(near)),
                PortsUnion.of(new Ports.Both(1)),
                6,
                true);
        try (AnonymousTypesBpf bpf = AnonymousTypesBpf.inMemory()) {
            AnonymousTypesBpf.FlowMap flows = bpf.server().getOrCreate(7);
            for (FlowKey key : List.of(four, six)) {
                flows.put(new Flow(key, 1, new Timer(2, 3), new Counts(4, 5), new Counts(6, 7)));
            }
            UntypedMap servers = UntypedMap.of(bpf, "server");
            int id = NativeBytes.read(servers.iterator().next().value()).getInt();
            try (UntypedMap.Owned inner = Objects.requireNonNull(servers.openInner(id))) {
                List<String> keys = new ArrayList<>();
                inner.forEach(entry -> keys.add(String.valueOf(inner.decodeKey(entry.key()))));
                String zeros = "00".repeat(12);
                assertThat(keys)
                        .containsExactlyInAnyOrder(
                                "{{src: 3221225985, srcv6: c0000201" + zeros + "}, {dst: 3221225986, dstv6: c0000202"
                                        + zeros + "}, {both: 1, {sport: 0, dport: 1}}, proto: 6, v6: 0}",
                                "{{src: 536939960, srcv6: " + near + "}, {dst: 536939960, dstv6: " + near
                                        + "}, {both: 1, {sport: 0, dport: 1}}, proto: 6, v6: 1}");
            }
        }
    }

    @Test
    void aUnionHasSeveralMembersWithoutNames() {
        try (AnonymousTypesBpf bpf = AnonymousTypesBpf.inMemory()) {
            bpf.received().put(new Received(new MessageKey(1, MessageUnion.of(new Message.Icmp(8, 7))), 5));
            UntypedMap received = UntypedMap.of(bpf, "received");

            assertThat(received.decodeKey(received.iterator().next().key()))
                    .hasToString("{kind: 1, message: {{from: 2048, to: 7}, {type: 8, id: 7}}}");
        }
    }

    private static Inet4Address v4(int last) throws UnknownHostException {
        return (Inet4Address) InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    }
}
