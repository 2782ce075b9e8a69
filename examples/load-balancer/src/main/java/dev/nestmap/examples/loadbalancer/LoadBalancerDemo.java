/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.loadbalancer;

import dev.nestmap.examples.loadbalancer.LoadBalancer.Service;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Changes the backends of a service again and again while datagrams arrive over loopback, and checks where each arrives. */
public final class LoadBalancerDemo {
    /** Each datagram arrived at the right backend. */
    static final int ALL_RIGHT = 0;

    static final int WRONG = 1;
    static final int NOT_RUN = 2;

    /** The port that collectors of NetFlow listen on. Their clients expect no answer. */
    private static final int PORT = 2055;

    private static final Service SERVICE = new Service(loopback(0, 10), PORT);
    private static final List<Inet4Address> BACKENDS =
            List.of(loopback(1, 1), loopback(1, 2), loopback(1, 3), loopback(1, 4), loopback(1, 5), loopback(1, 6));
    private static final int FLOWS = 64;
    private static final int TURNS = 3;

    /** Between two rounds of datagrams. A swap takes longer, so that several rounds fall into it. */
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final Backends backends;
    private final TableHistory tables = new TableHistory();
    private final Consumer<String> out;

    private LoadBalancerDemo(LoadBalancerBpf bpf, Consumer<String> out) {
        this.backends = new Backends(bpf);
        this.out = out;
    }

    /** Exits with 0 if each datagram arrived at the right backend, with 1 if not, and with 2 if the example could not run. */
    public static void main(String[] args) throws InterruptedException {
        System.exit(run(System.out::println, args));
    }

    static int run(Consumer<String> out, String... args) throws InterruptedException {
        if (args.length > 0) {
            out.accept("Could not run: there is no option " + args[0] + ", and this example has none");
            return NOT_RUN;
        }
        try (LoadBalancerBpf bpf = LoadBalancerBpf.load()) {
            bpf.balance().attach(Xdp.on("lo"));
            return new LoadBalancerDemo(bpf, out).run() ? ALL_RIGHT : WRONG;
        } catch (BpfException | IOException e) {
            out.accept("Could not run: " + e.getMessage());
            return NOT_RUN;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private boolean run() throws IOException, InterruptedException, ExecutionException {
        Map<Inet4Address, Integer> weights = new LinkedHashMap<>();
        BACKENDS.forEach(backend -> weights.put(backend, 1));
        set(weights);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (TrafficCheck traffic = new TrafficCheck(tables, loopback(0, 1), FLOWS, service(), BACKENDS)) {
            Future<?> changes = thread.submit(() -> change(weights));
            while (!changes.isDone()) {
                traffic.round();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            changes.get();
            traffic.round();
            return compare(traffic);
        } finally {
            thread.shutdownNow();
        }
    }

    /** Removes a backend, puts it back, doubles its weight and halves it again. Then the same with the next one. */
    private void change(Map<Inet4Address, Integer> weights) {
        for (int turn = 0; turn < TURNS; turn++) {
            for (Inet4Address backend : BACKENDS) {
                weights.remove(backend);
                set(weights);
                for (int weight : new int[] {1, 2, 1}) {
                    weights.put(backend, weight);
                    set(weights);
                }
            }
        }
    }

    private void set(Map<Inet4Address, Integer> weights) {
        tables.starting(Maglev.table(weights, LoadBalancer.PLACES));
        backends.set(SERVICE, weights);
        tables.completed();
    }

    private boolean compare(TrafficCheck traffic) {
        out.accept("Swapped the table of %s:%d %,d times"
                .formatted(SERVICE.address().getHostAddress(), PORT, tables.newest()));
        out.accept("  sent   %,9d datagrams of %d flows, %,d of them during a swap"
                .formatted(traffic.sent(), FLOWS, traffic.duringSwaps()));
        boolean equal = true;
        for (Inet4Address backend : BACKENDS) {
            long counted = backends.datagrams(backend);
            equal &= counted == traffic.arrivedAt(backend);
            out.accept("         %,9d arrived at %s, %,d counted by the program"
                    .formatted(traffic.arrivedAt(backend), backend.getHostAddress(), counted));
        }
        out.accept("  wrong  %,9d".formatted(traffic.wrong()));
        return equal && traffic.wrong() == 0;
    }

    private static InetSocketAddress service() {
        return new InetSocketAddress(SERVICE.address(), PORT);
    }

    /** Returns 127.0.{@code third}.{@code last}. */
    private static Inet4Address loopback(int third, int last) {
        try {
            return (Inet4Address) InetAddress.getByAddress(new byte[] {127, 0, (byte) third, (byte) last});
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
