/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;

/** Where datagrams go out. */
interface Sender extends AutoCloseable {
    /** UDP's own header, which it counts as part of a datagram's length. */
    int HEADER = 8;

    /** Sends one datagram of this many bytes to the port on loopback; when it returns, the datagram is under way. */
    void send(int port, int bytes) throws IOException;

    @Override
    void close();

    /** A socket that is not connected: a connected one would be told of ICMP errors and fail. */
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
