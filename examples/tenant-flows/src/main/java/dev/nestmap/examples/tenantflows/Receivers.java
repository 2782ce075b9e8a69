/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The tenants' sockets, on free ports of the loopback device. Nobody reads from them. Without them, the kernel would answer each
 * datagram with an ICMP error, which would pass the XDP program too.
 */
final class Receivers implements AutoCloseable {
    static final Inet4Address LOOPBACK = loopback();

    private final List<DatagramSocket> sockets = new ArrayList<>();

    Receivers(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            sockets.add(new DatagramSocket(new InetSocketAddress(LOOPBACK, 0)));
        }
    }

    List<Integer> ports() {
        return sockets.stream().map(DatagramSocket::getLocalPort).toList();
    }

    @Override
    public void close() {
        sockets.forEach(DatagramSocket::close);
    }

    /** The IPv4 address, because {@link InetAddress#getLoopbackAddress()} may return an IPv6 address. */
    private static Inet4Address loopback() {
        try {
            return (Inet4Address) InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an IPv4 address", e);
        }
    }
}
