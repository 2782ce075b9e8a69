/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.examples.loadbalancer.LoadBalancer.Service;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The load balancer sends each datagram to the right backend. */
@KernelTest
class LoadBalancerDemoTest {
    private static final int XDP_PASS = 2;

    /** Offsets in a packet. */
    private static final int IP = 14;

    private static final int DESTINATION = IP + 16;
    private static final int UDP = IP + 20;

    /** Runs the example in its own process, because only the calling thread enters a network namespace. */
    @Test
    void eachDatagramArrivesAtTheRightBackend() throws Exception {
        String output = new ChildVm().inNetworkNamespace().run(LoadBalancerDemo.class);

        assertThat(output).contains("72 times").containsPattern("wrong +0\n");
    }

    /** Loopback does not check the checksum of UDP, so the demo would not notice a wrong one. */
    @Test
    void correctsTheChecksums() throws Exception {
        Random random = new Random(1);
        Service service = new Service(address("192.0.2.1"), 2055);
        Inet4Address backend = address("10.1.2.3");
        try (LoadBalancerBpf bpf = LoadBalancerBpf.load()) {
            new Backends(bpf).set(service, Map.of(backend, 1));
            for (int i = 0; i < 1_000; i++) {
                byte[] packet = packet(service, random);

                TestRun run = bpf.balance().testRun(packet);

                byte[] rewritten = packet.clone();
                System.arraycopy(backend.getAddress(), 0, rewritten, DESTINATION, 4);
                assertThat(run.returnValue()).isEqualTo(XDP_PASS);
                assertThat(run.dataOut()).as("packet %d", i).isEqualTo(withChecksums(rewritten));
            }
            assertThat(new Backends(bpf).datagrams(backend)).isEqualTo(1_000);
        }
    }

    /** Other traffic is not touched. */
    @Test
    void leavesFragmentsAndOtherServicesAlone() throws Exception {
        Random random = new Random(2);
        Service service = new Service(address("192.0.2.1"), 2055);
        byte[] fragment = packet(service, random);
        fragment[IP + 7] = 1;
        byte[] other = packet(new Service(address("192.0.2.1"), 2056), random);
        byte[] unchecked = packet(service, random);
        unchecked[UDP + 6] = 0;
        unchecked[UDP + 7] = 0;
        try (LoadBalancerBpf bpf = LoadBalancerBpf.load()) {
            new Backends(bpf).set(service, Map.of(address("10.1.2.3"), 1));

            assertThat(bpf.balance().testRun(fragment).dataOut()).isEqualTo(fragment);
            assertThat(bpf.balance().testRun(other).dataOut()).isEqualTo(other);
            byte[] rewritten = bpf.balance().testRun(unchecked).dataOut();
            assertThat(rewritten).isNotEqualTo(unchecked);
            assertThat(Arrays.copyOfRange(rewritten, UDP + 6, UDP + 8)).containsOnly(0);
        }
    }

    /** Returns a datagram of 8 bytes from a random source. */
    private static byte[] packet(Service service, Random random) {
        byte[] packet = new byte[UDP + 16];
        random.nextBytes(packet);
        ByteBuffer.wrap(packet)
                .putShort(12, (short) 0x0800)
                .put(IP, (byte) 0x45)
                .putShort(IP + 2, (short) (20 + 16))
                .putShort(IP + 6, (short) 0)
                .put(IP + 9, (byte) 17)
                .put(DESTINATION, service.address().getAddress())
                .putShort(UDP + 2, (short) service.port())
                .putShort(UDP + 4, (short) 16);
        return withChecksums(packet);
    }

    /** Computes both checksums anew (RFC 791, RFC 768). */
    private static byte[] withChecksums(byte[] packet) {
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        bytes.putShort(IP + 10, (short) 0).putShort(UDP + 6, (short) 0);
        bytes.putShort(IP + 10, (short) ~sum(bytes, IP, UDP));
        // UDP's covers the addresses, the protocol and the length too.
        int sum = sum(bytes, IP + 12, packet.length) + 17 + bytes.getShort(UDP + 4);
        int check = ~fold(sum) & 0xffff;
        bytes.putShort(UDP + 6, (short) (check == 0 ? 0xffff : check));
        return packet;
    }

    private static int sum(ByteBuffer bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += bytes.getShort(i) & 0xffff;
        }
        return fold(sum);
    }

    private static int fold(int sum) {
        int folded = (sum & 0xffff) + (sum >>> 16);
        return (folded & 0xffff) + (folded >>> 16);
    }

    private static Inet4Address address(String text) throws Exception {
        return (Inet4Address) InetAddress.getByName(text);
    }
}
