/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.loadbalancer;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Sends datagrams in rounds, one for each flow, and checks that each arrives at the backend that a table gives its flow. A round may meet
 * the tables from the last one that was complete before it, to the last one whose swap has begun when all datagrams have arrived. If a
 * datagram has met a table, no later round may meet an older one.
 */
final class Traffic implements Closeable {
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Tables tables;
    private final List<Flow> flows = new ArrayList<>();
    private final Map<Inet4Address, DatagramChannel> backends = new LinkedHashMap<>();
    private final Map<Inet4Address, Long> arrived = new LinkedHashMap<>();
    private final ByteBuffer datagram = ByteBuffer.allocate(Integer.BYTES + Integer.BYTES);
    private int rounds;
    private int met;
    private long wrong;
    private long duringSwaps;

    Traffic(Tables tables, Inet4Address source, int flowCount, InetSocketAddress service, List<Inet4Address> addresses)
            throws IOException {
        this.tables = tables;
        for (Inet4Address address : addresses) {
            DatagramChannel channel = DatagramChannel.open();
            backends.put(address, channel);
            arrived.put(address, 0L);
            channel.bind(new InetSocketAddress(address, service.getPort())).configureBlocking(false);
        }
        for (int i = 0; i < flowCount; i++) {
            flows.add(Flow.open(source, service));
        }
    }

    /** Sends a datagram of each flow, and waits until all have arrived. */
    void round() throws IOException {
        int oldest = Math.max(met, tables.oldest());
        rounds++;
        for (int i = 0; i < flows.size(); i++) {
            flows.get(i)
                    .channel()
                    .write(datagram.clear().putInt(rounds).putInt(i).flip());
        }
        List<Inet4Address> receivers = receive();
        int newest = tables.newest();
        for (int i = 0; i < flows.size(); i++) {
            int table = tables.find(flows.get(i).place(), receivers.get(i), oldest, newest);
            wrong += table < 0 ? 1 : 0;
            met = Math.max(met, table);
        }
        duringSwaps += newest > oldest ? flows.size() : 0;
    }

    /** Returns the backend that received the datagram of each flow. */
    private List<Inet4Address> receive() throws IOException {
        Inet4Address[] receivers = new Inet4Address[flows.size()];
        int missing = receivers.length;
        for (long end = System.nanoTime() + TIMEOUT_NANOS; missing > 0; ) {
            for (Map.Entry<Inet4Address, DatagramChannel> backend : backends.entrySet()) {
                while (backend.getValue().receive(datagram.clear()) != null) {
                    int round = datagram.flip().getInt();
                    int flow = datagram.getInt();
                    if (round != rounds || receivers[flow] != null) {
                        throw new IOException(
                                "flow " + flow + " has a datagram of round " + round + " in round " + rounds);
                    }
                    receivers[flow] = backend.getKey();
                    arrived.merge(backend.getKey(), 1L, Long::sum);
                    missing--;
                }
            }
            if (missing > 0 && System.nanoTime() > end) {
                throw new IOException(missing + " of " + receivers.length + " datagrams did not arrive");
            }
        }
        return List.of(receivers);
    }

    long sent() {
        return (long) rounds * flows.size();
    }

    /** How many datagrams arrived at a backend that no table allows. */
    long wrong() {
        return wrong;
    }

    /** How many datagrams were sent while a table was swapped. */
    long duringSwaps() {
        return duringSwaps;
    }

    long arrivedAt(Inet4Address backend) {
        return arrived.get(backend);
    }

    @Override
    public void close() throws IOException {
        for (Flow flow : flows) {
            flow.close();
        }
        for (DatagramChannel backend : backends.values()) {
            backend.close();
        }
    }
}
