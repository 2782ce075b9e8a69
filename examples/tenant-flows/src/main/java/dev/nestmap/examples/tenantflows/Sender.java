/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;

/** Sends datagrams. */
interface Sender extends AutoCloseable {
    /** Bytes of the UDP header. UDP includes it in the length of a datagram. */
    int HEADER = 8;

    /** Sends one datagram of this many bytes, header included, to this port on the loopback device. */
    void send(int port, int bytes) throws IOException;

    @Override
    void close();

    /** Returns a sender over an unconnected socket. A connected socket would fail on ICMP errors. */
    static Sender overLoopback() throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(Receivers.LOOPBACK, 0));
        return new Sender() {
            @Override
            public void send(int port, int bytes) throws IOException {
                byte[] payload = new byte[bytes - HEADER];
                socket.send(new DatagramPacket(payload, payload.length, Receivers.LOOPBACK, port));
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }
}
