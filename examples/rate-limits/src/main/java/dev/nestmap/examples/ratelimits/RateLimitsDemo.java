/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Sends datagrams to customers over loopback, and compares the number of passed datagrams with the limits. */
public final class RateLimitsDemo {
    /** What passed is what the limits allow. */
    static final int AS_ALLOWED = 0;

    static final int NOT_AS_ALLOWED = 1;
    static final int NOT_RUN = 2;

    /** Between two changes of limits. They take 0.4 s if the machine is not too busy for the rates. */
    private static final int DATAGRAMS = 2_200;

    private static final long SENDERS = 10_000;

    private final RateLimitsBpf bpf;
    private final Customers customers;
    private final Consumer<String> out;

    private RateLimitsDemo(RateLimitsBpf bpf, Consumer<String> out) {
        this.bpf = bpf;
        this.customers = new Customers(bpf);
        this.out = out;
    }

    /** Exits with 0 if what passed is what the limits allow, with 1 if not, and with 2 if the example could not run. */
    public static void main(String[] args) {
        System.exit(run(System.out::println, args));
    }

    static int run(Consumer<String> out, String... args) {
        if (args.length > 0) {
            out.accept("Could not run: there is no option " + args[0] + ", and this example has none");
            return NOT_RUN;
        }
        try (RateLimitsBpf bpf = RateLimitsBpf.load()) {
            bpf.limitSenders().attach(Xdp.on("lo"));
            boolean asAllowed = new RateLimitsDemo(bpf, out).sendAll();
            out.accept(
                    asAllowed ? "What passed is what the limits allow." : "What passed is NOT what the limits allow.");
            return asAllowed ? AS_ALLOWED : NOT_AS_ALLOWED;
        } catch (BpfException | IOException e) {
            out.accept("Could not run: " + e.getMessage());
            return NOT_RUN;
        }
    }

    /** Sends to three customers at known rates, and changes two of their limits meanwhile. */
    private boolean sendAll() throws IOException {
        try (PacedTraffic below = stream(2, 500, Rate.perSecond(1_000, 50));
                PacedTraffic above = stream(3, 2_000, Rate.perSecond(1_000, 50));
                PacedTraffic far = stream(4, 3_000, Rate.perSecond(2_000, 200))) {
            List<PacedTraffic> all = List.of(below, above, far);
            out.accept("Each customer has a limit for each sender:");
            out.accept(PacedTraffic.heading());
            boolean asAllowed = send(all);
            change(above, Rate.perSecond(4_000, 50));
            change(far, Rate.perSecond(500, 50));
            out.accept("The traffic continues after two limits have changed:");
            asAllowed &= send(all);
            out.accept("A report takes the totals out of the maps:");
            all.forEach(stream -> out.accept("  " + customers.report(stream.customer())));
            return asAllowed;
        }
    }

    private PacedTraffic stream(int customer, long perSecond, Rate rate) throws IOException {
        Inet4Address address = loopback(customer);
        customers.add(address, rate, SENDERS);
        return new PacedTraffic(address, loopback(1), bpf.customer().getOrCreate(address), perSecond, rate);
    }

    private void change(PacedTraffic stream, Rate rate) {
        customers.change(stream.customer(), rate);
        stream.setLimit(rate);
    }

    /** Sends each stream's datagrams when they are due. */
    private boolean send(List<PacedTraffic> streams) throws IOException {
        for (int i = 0; i < DATAGRAMS; i++) {
            PacedTraffic next = streams.stream()
                    .min(Comparator.comparingLong(PacedTraffic::due))
                    .orElseThrow();
            LockSupport.parkNanos(next.due() - System.nanoTime());
            next.send();
        }
        boolean asAllowed = true;
        for (PacedTraffic stream : streams) {
            asAllowed &= stream.isAsAllowed();
            out.accept(stream.report());
        }
        return asAllowed;
    }

    /** Returns 127.0.0.{@code last}. */
    private static Inet4Address loopback(int last) {
        try {
            return (Inet4Address) InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
