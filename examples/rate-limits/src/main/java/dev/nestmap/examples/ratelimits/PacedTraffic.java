/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import dev.nestmap.examples.ratelimits.RateLimits.Sender;
import dev.nestmap.examples.ratelimits.RateLimitsBpf.SenderMap;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;

/**
 * Datagrams from one sender to one customer, at a known rate. After each datagram it waits until the program has handled it, so the time
 * of its arrival is known within microseconds.
 */
final class PacedTraffic implements Closeable {
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Inet4Address customer;
    private final Inet4Address source;
    private final SenderMap senders;
    private final long perSecond;
    private final DatagramChannel sender;
    private final DatagramChannel receiver;
    private final ByteBuffer datagram = ByteBuffer.allocate(1);
    private long due = System.nanoTime();
    private long received;
    private Sender before;
    private Rate rate;
    private Allowance allowance;

    /**
     * Opens the sockets of the sender and of the customer.
     *
     * @param senders the customer's inner map
     * @param perSecond number of datagrams to send in a second
     * @param rate the customer's limit
     */
    PacedTraffic(Inet4Address customer, Inet4Address source, SenderMap senders, long perSecond, Rate rate)
            throws IOException {
        this.customer = customer;
        this.source = source;
        this.senders = senders;
        this.perSecond = perSecond;
        this.rate = rate;
        this.before = new Sender(source, 0, 0, 0);
        this.allowance = new Allowance(rate, 0);
        this.receiver = DatagramChannel.open().bind(new InetSocketAddress(customer, 0));
        receiver.configureBlocking(false);
        this.sender = DatagramChannel.open().bind(new InetSocketAddress(source, 0));
        sender.connect(receiver.getLocalAddress());
    }

    Inet4Address customer() {
        return customer;
    }

    /** Starts to count anew, under a new limit. The sender keeps the time until which it has paid. */
    void setLimit(Rate newRate) {
        rate = newRate;
        before = state();
        allowance = new Allowance(rate, before.paidUntil());
    }

    /** When the next datagram is due, as {@code System.nanoTime}. */
    long due() {
        return due;
    }

    void send() throws IOException {
        long handled = handled(state());
        long start = System.nanoTime();
        sender.write(datagram.clear());
        while (handled(state()) == handled) {
            if (System.nanoTime() - start > TIMEOUT_NANOS) {
                throw new IOException("the program did not handle a datagram to " + customer.getHostAddress()
                        + " within " + TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NANOS) + " s");
            }
        }
        allowance.packet(start, System.nanoTime());
        due = Math.max(due + TimeUnit.SECONDS.toNanos(1) / perSecond, start); // no burst after a delay
        receive();
    }

    private void receive() throws IOException {
        while (receiver.receive(datagram.clear()) != null) {
            received++;
        }
    }

    /** Whether as many datagrams have passed as the limit allows, and the customer has received all of them. */
    boolean isAsAllowed() throws IOException {
        for (long end = System.nanoTime() + TIMEOUT_NANOS; received < state().passed() && System.nanoTime() < end; ) {
            receive();
        }
        return received == state().passed() && allowance.allows(passed());
    }

    private long passed() {
        return state().passed() - before.passed();
    }

    private Sender state() {
        Sender state = senders.get(source);
        return state == null ? new Sender(source, 0, 0, 0) : state;
    }

    private static long handled(Sender state) {
        return state.passed() + state.dropped();
    }

    /** Returns what was sent, passed and dropped under the current limit. */
    String report() {
        long sent = handled(state()) - handled(before);
        return "  %-11s %-24s %,5d at %,5d/s %,7d %,8d  %s"
                .formatted(customer.getHostAddress(), rate, sent, perSecond, passed(), sent - passed(), allowance);
    }

    static String heading() {
        return "  %-11s %-24s %15s %7s %8s  %s"
                .formatted("customer", "limit", "sent", "passed", "dropped", "the limit allows");
    }

    @Override
    public void close() throws IOException {
        sender.close();
        receiver.close();
    }
}
