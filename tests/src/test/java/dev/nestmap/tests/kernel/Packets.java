/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import java.nio.ByteBuffer;

/** Input packets for test runs of programs. */
final class Packets {
    private static final int ETHERNET_HEADER = 14;
    private static final int IP_HEADER = 20;
    private static final int UDP_HEADER = 8;

    private Packets() {}

    /** A UDP datagram over IPv4 over Ethernet, with checksums of 0. */
    static byte[] udp(int source, int sourcePort, int destination, int destinationPort, int payload) {
        ByteBuffer packet = ByteBuffer.allocate(ETHERNET_HEADER + IP_HEADER + UDP_HEADER + payload);
        packet.putShort(12, (short) 0x0800);
        packet.position(ETHERNET_HEADER);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) (IP_HEADER + UDP_HEADER + payload));
        packet.putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0);
        packet.putInt(source).putInt(destination);
        packet.putShort((short) sourcePort).putShort((short) destinationPort);
        packet.putShort((short) (UDP_HEADER + payload)).putShort((short) 0);
        return packet.array();
    }
}
