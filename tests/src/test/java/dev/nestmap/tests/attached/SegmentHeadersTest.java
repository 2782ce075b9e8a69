/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code nestmap_segments} finds the end of the headers that each segment has, in buffers that are hard to make with real devices: tunnels,
 * extension headers, buffers above 64 KiB, virtual machines that leave the number of segments open, and forged lengths.
 */
@KernelTest
class SegmentHeadersTest {
    private static final int PAYLOAD = 2_500;
    private static final int SEGMENT = 700;
    private static final int SEGMENTS = 4;
    private static final int LINK = 14;

    /** The places of fields in {@code struct __sk_buff}, and its size. */
    private static final int GSO_SEGS = 164;

    private static final int GSO_SIZE = 176;
    private static final int CONTEXT = 192;

    private static final byte[] TCP = bytes("0001 0002 00000003 00000004 8010 0001 0000 0000 010101010101010101010101");
    private static final byte[] INNER = ipv4(6, join(TCP, payload()));
    private static final byte[] VXLAN = bytes("0001 12b5 0000 0000 08000000 00000700");
    private static final byte[] GENEVE = bytes("0001 17c1 0000 0000 02006558 00000700 0000000000000000");

    /**
     * A buffer.
     *
     * @param segmentSize the payload of a segment, 0 for a packet that is not cut
     * @param segments as the kernel has it, 0 if it left this open
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares buffers
    record Buffer(String name, byte[] frame, int segmentSize, int segments, int count, int ipBytes, int frameBytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    @AutoClose
    private final SegmentedBpf bpf =
            SegmentedBpf.load(BpfObjects.of("segmented", "-iquote", BpfObjects.SHIPPED_HEADERS));

    static Stream<Buffer> buffers() {
        byte[] udp = bytes("0001 0002 0000 0000");
        byte[] options = bytes("06 00 01 04 00000000");
        return Stream.of(
                new Buffer("one packet", v4(ipv4(6, join(TCP, new byte[1448]))), 0, 0, 1, 1500, 1514),
                new Buffer("TCP", v4(INNER), SEGMENT, SEGMENTS, SEGMENTS, PAYLOAD + 4 * 52, PAYLOAD + 4 * 66),
                cut("TCP of a virtual machine", v4(INNER), 52),
                cut("options of IPv4", v4(ipv4(6, join(TCP, payload()), "0101010101010100")), 60),
                cut("IPv6", v6(ipv6(6, join(TCP, payload()))), 72),
                cut("destination options", v6(ipv6(60, join(options, TCP, payload()))), 80),
                cut(
                        "two extension headers",
                        v6(ipv6(0, join(bytes("2b 00 01 04 00000000"), options, TCP, payload()))),
                        88),
                cut("more than 64 KiB", v6(jumbo(join(bytes("06 00 c2 04 00000000"), TCP, payload()))), 72),
                cut("UDP", v4(ipv4(17, join(udp, payload()))), 28),
                cut("VXLAN", v4(ipv4(17, join(VXLAN, v4(INNER)))), 20 + 16 + 14 + 52),
                cut("the port of VXLAN", v4(ipv4(17, join(bytes("0001 12b5 0000 0000"), payload()))), 28),
                cut("Geneve with an option", v4(ipv4(17, join(GENEVE, v4(INNER)))), 20 + 24 + 14 + 52),
                cut("GRE", v4(ipv4(47, join(bytes("0000 0800"), INNER))), 20 + 4 + 52),
                cut(
                        "GRE of Ethernet, with a key",
                        v4(ipv4(47, join(bytes("2000 6558 00000007"), v4(INNER)))),
                        20 + 8 + 14 + 52),
                cut("IP in IP", v4(ipv4(4, INNER)), 20 + 52),
                cut("IPv6 in IPv4", v4(ipv4(41, ipv6(6, join(TCP, payload())))), 20 + 40 + 32),
                new Buffer(
                        "SCTP",
                        v4(ipv4(132, join(new byte[12], payload()))),
                        SEGMENT,
                        SEGMENTS,
                        SEGMENTS,
                        PAYLOAD + 4 * 32,
                        PAYLOAD + 4 * 46),
                new Buffer("padding", v4(join(ipv4(17, join(udp, new byte[2])), new byte[16])), 0, 0, 1, 30, 60),
                new Buffer("a forged length", v4(forged(ipv4(17, join(udp, new byte[2])))), 0, 0, 1, 30, 44),
                new Buffer("ARP", join(new byte[12], bytes("0806"), new byte[28]), 0, 0, 1, 0, 42));
    }

    @ParameterizedTest
    @MethodSource("buffers")
    void eachSegmentHasTheHeaders(Buffer buffer) {
        ByteBuffer context = ByteBuffer.allocate(CONTEXT).order(ByteOrder.nativeOrder());
        context.putInt(GSO_SEGS, buffer.segments).putInt(GSO_SIZE, buffer.segmentSize);
        TestRun.Input input = TestRun.Input.packet(buffer.frame).withContext(context.array());

        assertThat(bpf.program("count_of").testRun(input).returnValue())
                .as("count")
                .isEqualTo(buffer.count);
        assertThat(bpf.program("ip_bytes_of").testRun(input).returnValue())
                .as("ip_bytes")
                .isEqualTo(buffer.ipBytes);
        assertThat(bpf.program("frame_bytes_of").testRun(input).returnValue())
                .as("frame_bytes")
                .isEqualTo(buffer.frameBytes);
    }

    /** A buffer whose number of segments follows from its payload. */
    private static Buffer cut(String name, byte[] frame, int headers) {
        return new Buffer(
                name, frame, SEGMENT, 0, SEGMENTS, PAYLOAD + SEGMENTS * headers, PAYLOAD + SEGMENTS * (headers + LINK));
    }

    private static byte[] payload() {
        byte[] payload = new byte[PAYLOAD];
        Arrays.fill(payload, (byte) 0xff);
        return payload;
    }

    private static byte[] v4(byte[] packet) {
        return join(new byte[12], bytes("0800"), packet);
    }

    private static byte[] v6(byte[] packet) {
        return join(new byte[12], bytes("86dd"), packet);
    }

    private static byte[] ipv4(int protocol, byte[] content, String... options) {
        byte[] more = options.length == 0 ? new byte[0] : bytes(options[0]);
        ByteBuffer header = ByteBuffer.allocate(20);
        header.put((byte) (0x45 + more.length / 4)).put((byte) 0).putShort((short) (20 + more.length + content.length));
        header.putInt(0)
                .put((byte) 64)
                .put((byte) protocol)
                .putShort((short) 0)
                .putInt(0x0a000001)
                .putInt(0x0a000002);
        return join(header.array(), more, content);
    }

    private static byte[] ipv6(int next, byte[] content) {
        ByteBuffer header = ByteBuffer.allocate(40);
        header.putInt(6 << 28).putShort((short) content.length).put((byte) next).put((byte) 64);
        return join(header.array(), content);
    }

    /** A buffer whose IPv6 header has no length, because it does not fit there. */
    private static byte[] jumbo(byte[] content) {
        byte[] packet = ipv6(0, content);
        packet[4] = 0;
        packet[5] = 0;
        return packet;
    }

    private static byte[] forged(byte[] packet) {
        packet[2] = (byte) 0xff;
        return packet;
    }

    private static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
