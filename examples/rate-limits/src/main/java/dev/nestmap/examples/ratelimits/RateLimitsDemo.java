/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import dev.nestmap.examples.ratelimits.RateLimits.Sender;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Sends datagrams to customers over loopback, and compares the number of passed datagrams with the limits. */
public final class RateLimitsDemo {
    /** What passed is what the limits allow. */
    static final int AS_ALLOWED = 0;

    static final int NOT_AS_ALLOWED = 1;
    static final int NOT_RUN = 2;

    /** Between two changes of limits. They take 0.4 s if the machine is not too busy for the rates. */
    private static final int DATAGRAMS = 2_200;

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
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
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        System.exit(run(System.out::println, args));
    }

    static int run(Consumer<String> out, String... args) throws InterruptedException, ExecutionException {
        if (args.length > 0) {
            out.accept("Could not run: there is no option " + args[0] + ", and this example has none");
            return NOT_RUN;
        }
        try (RateLimitsBpf bpf = RateLimitsBpf.load()) {
            bpf.limitSenders().attach(Xdp.on("lo"));
            RateLimitsDemo demo = new RateLimitsDemo(bpf, out);
            boolean steady = demo.steady();
            boolean asAllowed = demo.flood() && steady;
            out.accept(
                    asAllowed ? "What passed is what the limits allow." : "What passed is NOT what the limits allow.");
            return asAllowed ? AS_ALLOWED : NOT_AS_ALLOWED;
        } catch (BpfException | IOException e) {
            out.accept("Could not run: " + e.getMessage());
            return NOT_RUN;
        }
    }

    /** Sends to three customers at known rates, and changes two of their limits meanwhile. */
    private boolean steady() throws IOException {
        try (PacedTraffic below = stream(2, 500, Rate.perSecond(1_000, 50));
                PacedTraffic above = stream(3, 2_000, Rate.perSecond(1_000, 50));
                PacedTraffic far = stream(4, 3_000, Rate.perSecond(2_000, 200))) {
            List<PacedTraffic> all = List.of(below, above, far);
            out.accept("Each customer has a limit for each sender:");
            out.accept(PacedTraffic.heading());
            boolean asAllowed = send(all);
            change(above, Rate.perSecond(4_000, 50));
            change(far, Rate.perSecond(500, 50));
            out.accept("The traffic goes on after two limits have changed:");
            return send(all) && asAllowed;
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

    /** Sends from two threads to a customer whose senders have 10,000 datagrams a day, and gives them 5,000 more meanwhile. */
    private boolean flood() throws IOException, InterruptedException, ExecutionException {
        Inet4Address customer = loopback(5);
        Rate rate = new Rate(10_000, Duration.ofDays(1), 10_000);
        Rate more = new Rate(10_000, Duration.ofDays(1), 15_000);
        customers.add(customer, rate, SENDERS);
        long sent;
        long start = System.nanoTime();
        try (Flood flood = new Flood(loopback(1), customer)) {
            await(customer, sender -> sender.passed() >= rate.burst() && sender.dropped() >= rate.burst());
            customers.change(customer, more);
            long dropped = state(customer).dropped();
            await(customer, sender -> sender.passed() >= more.burst() && sender.dropped() >= dropped + rate.burst());
            sent = flood.stop();
        }
        await(customer, sender -> sender.passed() + sender.dropped() >= sent);
        long earned = (System.nanoTime() - start) / rate.interval().toNanos(); // 0, unless this took longer than 8.6 s
        Sender total = customers.report(customer).get(0);
        out.accept("Two threads flood a customer with a limit of %s, which becomes %s:".formatted(rate, more));
        out.accept("  %-11s sent %,d, passed %,d (allowed: %,d), dropped %,d"
                .formatted(customer.getHostAddress(), sent, total.passed(), more.burst() + earned, total.dropped()));
        return total.passed() >= more.burst()
                && total.passed() <= more.burst() + earned
                && total.passed() + total.dropped() == sent;
    }

    /** Waits for a condition as long as the program handles datagrams. */
    private void await(Inet4Address customer, Predicate<Sender> condition) throws IOException {
        Sender last = state(customer);
        long lastChange = System.nanoTime();
        while (!condition.test(last)) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
            Sender state = state(customer);
            if (!state.equals(last)) {
                last = state;
                lastChange = System.nanoTime();
            } else if (System.nanoTime() - lastChange > TIMEOUT_NANOS) {
                throw new IOException("the program has handled no datagram to " + customer.getHostAddress() + " for "
                        + TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NANOS) + " s: " + state);
            }
        }
    }

    private Sender state(Inet4Address customer) {
        Sender state = bpf.customer().get(customer, loopback(1));
        return state == null ? new Sender(loopback(1), 0, 0, 0) : state;
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
