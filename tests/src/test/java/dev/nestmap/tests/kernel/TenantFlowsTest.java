/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.examples.tenantflows.TenantFlows.Flow;
import dev.nestmap.examples.tenantflows.TenantFlows.FlowKey;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf.FlowMap;
import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The program of the example tenant-flows, as it is packaged for users, counts the packets of test runs. The example's own test checks the
 * traffic of its demo.
 */
@KernelTest
@Timeout(120)
class TenantFlowsTest {
    private static final int XDP_PASS = 2;
    private static final int CLIENT = 0x0a000001;
    private static final int SERVER = 0xc0a80102;
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;

    @Test
    void countsPacketsOfTestRuns() {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.load()) {
            FlowMap flows = bpf.tenant().create(443);

            assertThat(run(bpf, Packets.udp(CLIENT, 51000, SERVER, 443, 100))).isEqualTo(XDP_PASS);
            assertThat(run(bpf, Packets.udp(CLIENT, 51000, SERVER, 443, 1))).isEqualTo(XDP_PASS);
            assertThat(run(bpf, Packets.udp(CLIENT, 51001, SERVER, 443, 0))).isEqualTo(XDP_PASS);
            assertThat(run(bpf, Packets.udp(CLIENT, 51000, SERVER, 444, 5))).isEqualTo(XDP_PASS);
            assertThat(run(bpf, new byte[60])).isEqualTo(XDP_PASS);

            FlowKey first = new FlowKey(Ipv4Addresses.of(CLIENT), Ipv4Addresses.of(SERVER), 51000, 443, UDP);
            FlowKey second = new FlowKey(Ipv4Addresses.of(CLIENT), Ipv4Addresses.of(SERVER), 51001, 443, UDP);
            assertThat(flows)
                    .containsExactlyInAnyOrder(
                            new Flow(first, 2, 101 + 2 * UDP_HEADER), new Flow(second, 1, UDP_HEADER));
            assertThat(bpf.tenant().get(443, first)).isEqualTo(new Flow(first, 2, 117));
            assertThat(bpf.tenant().keys()).containsExactly(443L);
        }
    }

    private static int run(TenantFlowsBpf bpf, byte[] packet) {
        return bpf.program("count").testRun(packet).returnValue();
    }
}
