/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.loadbalancer;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * A flow: the datagrams of one socket to a service.
 *
 * @param channel the socket
 * @param place the place of the flow in the service's table
 */
record Flow(DatagramChannel channel, int place) implements Closeable {
    static Flow open(Inet4Address source, InetSocketAddress service) throws IOException {
        DatagramChannel channel = DatagramChannel.open().bind(new InetSocketAddress(source, 0));
        channel.connect(service);
        return new Flow(channel, place(source, ((InetSocketAddress) channel.getLocalAddress()).getPort()));
    }

    /** Computes the place as the program does. */
    private static int place(Inet4Address source, int port) {
        int address = ByteBuffer.wrap(source.getAddress()).getInt();
        return Integer.remainderUnsigned(hash(address ^ hash(port)), LoadBalancer.PLACES);
    }

    private static int hash(int number) {
        int hash = (number ^ (number >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
