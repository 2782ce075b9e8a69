/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sends from one address to one customer as fast as two threads can, so that two CPUs handle packets of one sender at the same time. */
final class Flood implements AutoCloseable {
    private static final int THREADS = 2;

    private final DatagramChannel receiver;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final List<Future<Long>> sent = new ArrayList<>();
    private volatile boolean stopped;

    /** Starts the flood. The customer has a socket, because loopback would answer with ICMP otherwise. */
    Flood(Inet4Address source, Inet4Address customer) throws IOException {
        receiver = DatagramChannel.open().bind(new InetSocketAddress(customer, 0));
        SocketAddress target = receiver.getLocalAddress();
        for (int i = 0; i < THREADS; i++) {
            sent.add(threads.submit(() -> send(source, target)));
        }
    }

    private long send(Inet4Address source, SocketAddress target) throws IOException {
        long count = 0;
        try (DatagramChannel channel = DatagramChannel.open().bind(new InetSocketAddress(source, 0))) {
            channel.connect(target);
            for (ByteBuffer datagram = ByteBuffer.allocate(1); !stopped; count++) {
                channel.write(datagram.clear());
            }
        }
        return count;
    }

    /** Stops the threads. Returns how many datagrams they have sent. */
    long stop() throws InterruptedException, ExecutionException {
        stopped = true;
        long sum = 0;
        for (Future<Long> thread : sent) {
            sum += thread.get();
        }
        return sum;
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        threads.shutdown();
        receiver.close();
    }
}
