/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.foreign.Balancer.Backend;
import dev.nestmap.tests.foreign.Balancer.Flow;
import dev.nestmap.tests.foreign.Balancer.FlowKey;
import dev.nestmap.tests.foreign.Balancer.Kind;
import dev.nestmap.tests.foreign.Balancer.Source;
import dev.nestmap.tests.foreign.BalancerBpf.FlowMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.types.Ipv4Prefix;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** Records bound to an object whose C code was written without Nestmap. */
class ForeignObjectTest {
    private static final int XDP_PASS = 2;

    @Test
    @KernelTest
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
            FlowMap flows = balancer.lruMapping().create(3);
            flows.put(new Flow(key, 41, 99));
            balancer.reals().put(backend);
            balancer.lpmSrc().put(new Source(Ipv4Prefix.parse("10.0.0.0/8"), 5));

            assertThat(balancer.program("balance").testRun(new byte[64]).returnValue())
                    .isEqualTo(XDP_PASS);
            assertThat(flows.get(key)).isEqualTo(new Flow(key, 42, 99));
            assertThat(balancer.reals().get(2)).isEqualTo(backend);
            assertThat(balancer.lpmSrc().get(Ipv4Prefix.parse("10.1.2.3/32")))
                    .as("the longest prefix, with the key that was asked for")
                    .isEqualTo(new Source(Ipv4Prefix.parse("10.1.2.3/32"), 5));
            assertThat(flows.maxEntries()).as("from the object").isEqualTo(1000);
            assertThat(balancer.lruMapping().get(0)).as("the object's own slot").isNotNull();
        }
    }

    @Test
    @KernelTest
    void contradictionsAreRejected() {
        assertThatExceptionOfType(BpfException.class)
                .isThrownBy(() -> ContradictingBpf.load(BpfObjects.of("foreign_balancer")))
                .withMessageContaining("map reals: max_entries 7 in the records, 512 in the object")
                .withMessageContaining("field name: length 4 in the records, 8 in the object")
                .withMessageContaining("field flags: missing in the records, __u8 at offset 24 in the object")
                .withMessageContaining("field packets: signed (__s64) in the records, unsigned (__u64) in the object")
                .withMessageContaining("Correct the records")
                .satisfies(e -> assertThat(e).hasMessageNotContaining("ompile"));
    }

    @Test
    void noHeaderIsGenerated() {
        assertThat(getClass().getResource("/META-INF/bpf/foreign_balancer.schema"))
                .isNotNull();
        assertThat(getClass().getResource("/META-INF/bpf/include/foreign_balancer.bpf.h"))
                .isNull();
    }

    private static Inet4Address ipv4(String address) throws UnknownHostException {
        return (Inet4Address) InetAddress.getByName(address);
    }
}
