/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.foreign.Balancer.Backend;
import dev.nestmap.tests.foreign.Balancer.Drift;
import dev.nestmap.tests.foreign.Balancer.Endpoint;
import dev.nestmap.tests.foreign.Balancer.Flow;
import dev.nestmap.tests.foreign.Balancer.FlowKey;
import dev.nestmap.tests.foreign.Balancer.Kind;
import dev.nestmap.tests.foreign.Balancer.Source;
import dev.nestmap.tests.foreign.Balancer.Total;
import dev.nestmap.tests.foreign.BalancerBpf.FlowMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.LongList;
import dev.nestmap.untyped.UntypedMap;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Records and an object whose C code was written without Nestmap read the same bytes, or the contradiction is rejected. */
@KernelTest
class ForeignObjectTest {
    private static final int XDP_PASS = 2;

    @Test
    void javaAndTheProgramReadTheSameBytes() throws UnknownHostException {
        FlowKey key = new FlowKey(ipv4("10.0.0.1"), ipv4("10.0.0.2"), 443, 8080);
        Backend backend = new Backend(
                2,
                (Inet6Address) InetAddress.getByName("2001:db8::7"),
                "backend",
                true,
                Kind.UDP,
                0xffff_8000_0000_0001L);
        try (BalancerBpf balancer = BalancerBpf.load(BpfObjects.of("foreign_balancer"))) {
            FlowMap flows = balancer.lru().create(3);
            flows.put(new Flow(key, 41, 99));
            balancer.backend().put(backend);
            balancer.source().put(new Source(Ipv4Prefix.parse("10.0.0.0/8"), 5));

            assertThat(balancer.program("balance").testRun(new byte[64]).returnValue())
                    .isEqualTo(XDP_PASS);
            assertThat(flows.get(key)).isEqualTo(new Flow(key, 42, 99));
            assertThat(balancer.backend().get(2)).isEqualTo(backend);
            assertThat(balancer.source().get(Ipv4Prefix.parse("10.1.2.3/32")))
                    .as("the longest prefix, with the key that was asked for")
                    .isEqualTo(new Source(Ipv4Prefix.parse("10.1.2.3/32"), 5));
            assertThat(flows.maxEntries()).as("from the object").isEqualTo(1000);
            assertThat(balancer.lru().get(0)).as("the object's own slot").isNotNull();
        }
    }

    @Test
    void contradictionsAreRejected() {
        assertThatExceptionOfType(BpfException.class)
                .isThrownBy(() -> ContradictingBpf.load(BpfObjects.of("foreign_balancer")))
                .withMessageContaining("map reals: max_entries 7 in the records, 512 in the object")
                .withMessageContaining("field name: length 4 in the records, 8 in the object")
                .withMessageContaining("field flags: missing in the records, __u8 at offset 24 in the object")
                .withMessageContaining("field packets: signed (__s64) in the records, unsigned (__u64) in the object")
                .withMessageContaining(
                        "Correct the records (nestmap import OBJECT --package P writes records that fit)")
                .satisfies(e -> assertThat(e).hasMessageNotContaining("ompile"));
    }

    @Test
    void recordsOfEventsAreComparedWithTheStructThatTheyName() throws UnknownHostException {
        Path object = BpfObjects.of("foreign_events");

        try (EventsBpf bpf = EventsBpf.load(object)) {
            bpf.program("emit").testRun(new byte[64]);
            assertThat(bpf.newSource().isLayoutCompared()).isTrue();
            assertThat(bpf.newSource().poll()).isEqualTo(new Events.NewSource(ipv4("10.0.0.1"), 99, 7));
        }
        try (RenamedEventsBpf bpf = RenamedEventsBpf.load(object)) {
            assertThat(bpf.arrival().isLayoutCompared())
                    .as("the object has no struct events")
                    .isFalse();
        }
        assertBpfException(() -> ShuffledEventsBpf.load(object), "struct new_source");
    }

    @Test
    void aStructWithOneFieldIsItsField() throws UnknownHostException {
        try (BalancerBpf balancer = BalancerBpf.load(BpfObjects.of("foreign_balancer"))) {
            balancer.total().put(new Total(ipv4("10.0.0.1"), 7));

            UntypedMap.Entry entry =
                    UntypedMap.of(balancer, "totals").iterator().next();
            assertThat(UntypedMap.of(balancer, "totals").decodeValue(entry.value()))
                    .hasToString("[{packets: 7}]");
            assertThat(entry.key()).isEqualTo(ByteString.ofHex("0a000001"));
            assertThat(balancer.total().get(ipv4("10.0.0.1"))).isEqualTo(new Total(ipv4("10.0.0.1"), 7));
        }
    }

    @Test
    void aUnionIsOneOfItsMembers() throws UnknownHostException {
        Inet6Address address = (Inet6Address) InetAddress.getByName("2001:db8::7");
        try (BalancerBpf balancer = BalancerBpf.load(BpfObjects.of("foreign_balancer"))) {
            balancer.endpoint().put(new Endpoint(1, address, 258, 443));

            UntypedMap.Entry entry =
                    UntypedMap.of(balancer, "endpoints").iterator().next();
            assertThat(UntypedMap.of(balancer, "endpoints")
                            .decodeValue(entry.value())
                            .get(0)
                            .toString())
                    .contains("address6: [536939960, 0, 0, 7]", "value: 258", "mac: 020100000000", "port: 443");
            assertThat(balancer.endpoint().get(1)).isEqualTo(new Endpoint(1, address, 258, 443));
        }
    }

    @Test
    void anAnnotationStatesAnotherSign() throws UnknownHostException {
        try (BalancerBpf balancer = BalancerBpf.load(BpfObjects.of("foreign_balancer"))) {
            Drift drift = new Drift(0xffff_ffffL, 0xffff_fffeL, ipv4("10.0.0.1"), LongList.of(-3, 4));
            balancer.drift().put(drift);

            UntypedMap.Entry entry =
                    UntypedMap.of(balancer, "drifts").iterator().next();
            assertThat(UntypedMap.of(balancer, "drifts").decodeKey(entry.key())).hasToString("-1");
            assertThat(UntypedMap.of(balancer, "drifts").decodeValue(entry.value()))
                    .hasToString("[{seconds: -2, peer: {s_addr: 167772161}, limits: [18446744073709551613, 4]}]");
            assertThat(balancer.drift().get(0xffff_ffffL)).isEqualTo(drift);
        }
    }

    @Test
    void keysOfATrieMayBeBytes() {
        try (PlainKeysBpf bpf = PlainKeysBpf.load(BpfObjects.of("foreign_balancer"))) {
            bpf.source().put(new PlainKeys.Source(prefix(8, 10, 0, 0, 0), 5));

            ByteString address = prefix(32, 10, 1, 2, 3);
            assertThat(bpf.source().get(address)).isEqualTo(new PlainKeys.Source(address, 5));
            assertThat(bpf.source().get(prefix(32, 11, 1, 2, 3))).isNull();
        }
    }

    private static ByteString prefix(int length, int... address) {
        ByteBuffer key = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(length);
        for (int part : address) {
            key.put((byte) part);
        }
        return ByteString.of(key.array());
    }

    @Test
    void noHeaderIsGenerated() {
        assertThat(getClass().getResource("/META-INF/bpf/dev/nestmap/tests/foreign/foreign_balancer.schema"))
                .isNotNull();
        assertThat(getClass().getResource("/META-INF/bpf/include/foreign_balancer.bpf.h"))
                .isNull();
    }

    private static Inet4Address ipv4(String address) throws UnknownHostException {
        return (Inet4Address) InetAddress.getByName(address);
    }
}
