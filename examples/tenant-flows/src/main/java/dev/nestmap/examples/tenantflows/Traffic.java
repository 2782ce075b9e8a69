/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sends a known number of datagrams to each tenant, from several threads. */
final class Traffic implements AutoCloseable {
    private static final int[] SIZES = {64, 128, 512};

    private final ExecutorService threads;
    private final List<Future<Totals>> senders = new ArrayList<>();

    private Traffic(int senders) {
        threads = Executors.newFixedThreadPool(senders);
    }

    /** Starts sending. Each sender sends this many datagrams to each port. */
    static Traffic start(List<Sender> senders, List<Integer> ports, int datagrams) {
        Traffic traffic = new Traffic(senders.size());
        senders.forEach(sender -> traffic.senders.add(traffic.threads.submit(() -> send(sender, ports, datagrams))));
        return traffic;
    }

    boolean isOver() {
        return senders.stream().allMatch(Future::isDone);
    }

    /** Waits for all senders and returns what they sent. */
    Totals sent() throws IOException, InterruptedException, ExecutionException {
        Totals sent = Totals.NONE;
        for (Future<Totals> sender : senders) {
            sent = sent.plus(await(sender));
        }
        return sent;
    }

    private static Totals await(Future<Totals> sender) throws IOException, InterruptedException, ExecutionException {
        try {
            return sender.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException("sending over loopback: " + cause.getMessage(), cause);
            }
            throw e;
        }
    }

    /** Returns the datagrams for which {@link Sender#send} returned. */
    private static Totals send(Sender sender, List<Integer> ports, int datagrams) throws IOException {
        Totals sent = Totals.NONE;
        for (int i = 0; i < datagrams; i++) {
            for (int port : ports) {
                int size = SIZES[i % SIZES.length];
                sender.send(port, size);
                sent = sent.plus(new Totals(1, size));
            }
        }
        return sent;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
