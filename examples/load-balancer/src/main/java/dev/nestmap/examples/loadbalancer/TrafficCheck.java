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
 * Sends datagrams in rounds, one for each flow, and checks that each arrives at the backend that a table gives its flow. The program
 * may send a datagram by any table from the newest one whose swap was complete before the round, to the newest one whose swap had begun
 * when all datagrams had arrived. Once a datagram was sent by a table, no later round may use an older one.
 */
final class TrafficCheck implements Closeable {
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final TableHistory tables;
    private final List<Flow> flows = new ArrayList<>();
    private final Map<Inet4Address, DatagramChannel> backends = new LinkedHashMap<>();
    private final Map<Inet4Address, Long> arrived = new LinkedHashMap<>();
    private final ByteBuffer datagram = ByteBuffer.allocate(Integer.BYTES + Integer.BYTES);
    private int rounds;
    private int newestUsed;
    private long wrong;
    private long duringSwaps;

    TrafficCheck(
            TableHistory tables,
            Inet4Address source,
            int flowCount,
            InetSocketAddress service,
            List<Inet4Address> addresses)
            throws IOException {
        this.tables = tables;
        for (Inet4Address address : addresses) {
            DatagramChannel channel = DatagramChannel.open();
            backends.put(address, channel);
            channel.bind(new InetSocketAddress(address, service.getPort())).configureBlocking(false);
        }
        for (int i = 0; i < flowCount; i++) {
            flows.add(Flow.open(source, service));
        }
    }

    /** Sends a datagram of each flow, and waits until all have arrived. */
    void round() throws IOException {
        int oldest = Math.max(newestUsed, tables.oldest());
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
            newestUsed = Math.max(newestUsed, table);
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
                        throw new IOException("in round " + rounds + ", a datagram of flow " + flow + " from round "
                                + round + " arrived late or twice");
                    }
                    receivers[flow] = backend.getKey();
                    arrived.merge(backend.getKey(), 1L, Long::sum);
                    missing--;
                }
            }
            if (missing > 0 && System.nanoTime() > end) {
                throw new IOException(missing + " of " + receivers.length + " datagrams did not arrive within "
                        + TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NANOS) + " s");
            }
        }
        return List.of(receivers);
    }

    long sent() {
        return (long) rounds * flows.size();
    }

    /** How many datagrams arrived at a backend to which no table of their round sends them. */
    long wrong() {
        return wrong;
    }

    /** How many datagrams were sent while a table was swapped. */
    long duringSwaps() {
        return duringSwaps;
    }

    long arrivedAt(Inet4Address backend) {
        return arrived.getOrDefault(backend, 0L);
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
