/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/** Sends datagrams over the loopback device until it is stopped. Counts those that the kernel has accepted. */
final class Traffic implements AutoCloseable {
    private static final int UDP_HEADER = 8;
    private static final int SIZES = 400;

    /** Pause between two datagrams: some thousands per second. */
    private static final long PAUSE_NANOS = 100_000;

    private final DatagramSocket receiver;
    private final DatagramSocket sender;
    private final FutureTask<Totals> sending = new FutureTask<>(this::send);
    private volatile boolean stopped;

    private Traffic(DatagramSocket receiver, DatagramSocket sender) {
        this.receiver = receiver;
        this.sender = sender;
    }

    /** Opens the sockets. Nobody reads from the receiver. Without it, the kernel would answer with ICMP errors. */
    static Traffic open() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        return new Traffic(
                new DatagramSocket(new InetSocketAddress(loopback, 0)),
                new DatagramSocket(new InetSocketAddress(loopback, 0)));
    }

    int port() {
        return receiver.getLocalPort();
    }

    void start() {
        new Thread(sending, "traffic").start();
    }

    private Totals send() throws IOException {
        Totals sent = Totals.NONE;
        for (int i = 0; !stopped; i++) {
            int size = 1 + i % SIZES;
            sender.send(new DatagramPacket(new byte[size], size, receiver.getLocalAddress(), port()));
            sent = sent.plus(new Totals(1, size + UDP_HEADER));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return sent;
    }

    /** Stops, and returns what was sent. */
    Totals stop() throws InterruptedException, ExecutionException {
        stopped = true;
        return sending.get();
    }

    @Override
    public void close() {
        stopped = true;
        sender.close();
        receiver.close();
    }
}
