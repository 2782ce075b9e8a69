/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import dev.nestmap.examples.tenantflows.TenantFlowsBpf.FlowMap;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf.TenantMap;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Sends traffic to tenants, rotates their maps meanwhile, and compares the sent datagrams with the counted ones. */
final class Demo {
    private static final int TENANTS = 3;
    private static final int SENDERS = 2;
    /** How long sent datagrams may take to reach the program. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final TenantFlowsBpf bpf;
    private final int datagrams;
    private final Consumer<String> out;
    private Totals sent = Totals.NONE;
    private Totals drained = Totals.NONE;
    private int rotations;

    Demo(TenantFlowsBpf bpf, int datagrams, Consumer<String> out) {
        this.bpf = bpf;
        this.datagrams = datagrams;
        this.out = out;
    }

    /** Runs the demo. Returns whether each datagram was counted once. */
    boolean run() throws IOException, InterruptedException, ExecutionException {
        try (Receivers receivers = new Receivers(TENANTS)) {
            List<Integer> ports = receivers.ports();
            ports.forEach(bpf.tenant()::create);
            out.accept("Sending to " + TENANTS + " tenants from " + SENDERS + " senders:");
            send(ports, false);
            if (!compare()) {
                return false;
            }
            new Tree(out).print(bpf.tenant());
            out.accept("");
            out.accept("Once more, and rotating the tenants' maps meanwhile:");
            send(ports, true);
            return compare();
        }
    }

    private void send(List<Integer> ports, boolean rotate)
            throws IOException, InterruptedException, ExecutionException {
        List<Sender> senders = senders();
        try (Traffic traffic = Traffic.start(senders, ports, datagrams)) {
            while (rotate && !traffic.isOver()) {
                ports.forEach(this::rotate);
            }
            sent = sent.plus(traffic.sent());
        } finally {
            senders.forEach(Sender::close);
        }
    }

    private List<Sender> senders() throws IOException {
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            senders.add(bpf.isInMemory() ? new InMemorySender(bpf.tenant(), 50_000 + i) : Sender.overLoopback());
        }
        return senders;
    }

    /** Replaces a tenant's map by an empty one, and adds the counts of the old map to the drained total. */
    private void rotate(long port) {
        bpf.tenant().drain(port, flows -> {
            drained = drained.plus(total(flows.map()));
            rotations++;
        });
    }

    private boolean compare() throws InterruptedException {
        Totals live = awaitLive();
        Totals counted = drained.plus(live);
        boolean equal = counted.equals(sent);
        out.accept("  sent     " + sent);
        out.accept("  counted  " + counted + (equal ? ": equal" : ": NOT EQUAL"));
        if (rotations > 0) {
            out.accept("  of which " + drained + " were drained in " + rotations + " rotations under traffic");
        }
        out.accept("");
        return equal;
    }

    /** Returns the counts in the current maps. Waits for datagrams that were sent but have not yet reached the program. */
    private Totals awaitLive() throws InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            Totals live = live(bpf.tenant());
            if (drained.plus(live).equals(sent) || System.nanoTime() > deadline) {
                return live;
            }
            Thread.sleep(10);
        }
    }

    private static Totals live(TenantMap tenants) {
        Totals[] live = {Totals.NONE};
        tenants.forEach((port, flows) -> live[0] = live[0].plus(total(flows)));
        return live[0];
    }

    private static Totals total(FlowMap flows) {
        Totals[] total = {Totals.NONE};
        flows.forEach(flow -> total[0] = total[0].plus(flow));
        return total[0];
    }
}
