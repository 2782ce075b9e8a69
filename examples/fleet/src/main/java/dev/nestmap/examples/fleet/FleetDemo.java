/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends traffic on several machines, kills processes meanwhile, and compares what was sent with the totals in Kafka. */
final class FleetDemo {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration STATUS = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Options options;
    private final Path directory;
    private final Path pins;
    private final Consumer<String> out;
    private final String topic;
    private final List<Child> networks = new ArrayList<>();
    private final List<Machine> machines = new ArrayList<>();
    private final long start = System.nanoTime();

    /**
     * Prepares a run.
     *
     * @param directory for logs
     * @param pins directory in a BPF file system
     */
    FleetDemo(Options options, Path directory, Path pins, Consumer<String> out) {
        this.options = options;
        this.directory = directory;
        this.pins = pins;
        this.out = out;
        this.topic = directory.getFileName().toString();
    }

    /** Runs the demo. Returns whether each datagram is in the totals once. */
    boolean run() throws IOException, InterruptedException, ExecutionException {
        String given = options.bootstrap();
        if (given != null) {
            out.accept("Connecting to " + given);
            return run(given, null);
        }
        Broker broker = new Broker(directory);
        try {
            return run(broker.bootstrap(), broker);
        } finally {
            broker.stop();
        }
    }

    private boolean run(String bootstrap, @Nullable Broker broker)
            throws IOException, InterruptedException, ExecutionException {
        Topics.create(bootstrap, topic, broker == null ? Topics.RUNNING : Topics.STARTING);
        int port = Broker.freePort();
        Child totals = TotalsProcess.start(directory, bootstrap, topic, port);
        TotalsClient client = new TotalsClient(port);
        out.accept("Live totals: " + client.address());
        try (Brokers brokers = Brokers.of(bootstrap, directory);
                Ledger ledger = new Ledger(bootstrap, topic, Topics.PARTITIONS)) {
            startMachines(brokers);
            sendAndKill(ledger, killer(totals, broker), broker);
            stopMachines(ledger);
            return compare(ledger, client);
        } finally {
            machines.forEach(machine -> machine.agent().kill());
            networks.forEach(Child::kill);
            totals.kill();
            if (broker == null) {
                Topics.delete(bootstrap, topic);
            }
        }
    }

    /** Starts the machines, and their traffic when all of them count. */
    private void startMachines(Brokers brokers) throws IOException, InterruptedException {
        for (int i = 1; i <= options.machines(); i++) {
            networks.add(Machine.startNetwork("machine-" + i, directory, brokers));
        }
        for (Child network : networks) {
            machines.add(new Machine(network, pins, directory, brokers, topic));
        }
        for (Machine machine : machines) {
            machine.awaitCounting();
        }
        Files.writeString(directory.resolve(MachineProcess.TRAFFIC), "");
    }

    /** Agents, and the other processes together, are killed equally often. */
    private Killer killer(Child totals, @Nullable Broker broker) {
        List<Victim> victims = new ArrayList<>();
        machines.forEach(machine -> victims.add(machine.agent()));
        while (victims.size() < 2 * options.machines()) {
            victims.add(totals);
            victims.add(broker == null ? totals : broker);
        }
        long seed = System.nanoTime();
        out.accept("Killing " + options.kills() + " processes in "
                + options.time().toSeconds() + " seconds, with the seed " + seed);
        return new Killer(new Random(seed), victims, options.kills(), options.time());
    }

    private void sendAndKill(Ledger ledger, Killer killer, @Nullable Broker broker) throws IOException {
        long begin = System.nanoTime();
        long end = begin + options.time().toNanos();
        long betweenUpdates = options.time().toNanos() / (machines.size() + 1);
        Deque<Machine> outdated = new ArrayDeque<>(options.rollout() ? machines : List.of());
        long nextStatus = System.nanoTime();
        while (end - System.nanoTime() > 0) {
            killer.run();
            int updated = machines.size() - outdated.size();
            if (!outdated.isEmpty() && System.nanoTime() - begin > (updated + 1) * betweenUpdates) {
                out.accept("Machine " + (updated + 1) + " gets the next version of the records");
                outdated.remove().agent().killAndRestartWith(AgentProcess.NEXT);
            }
            ledger.poll(POLL);
            for (Machine machine : machines) {
                machine.check();
            }
            if (broker != null) {
                broker.check();
            }
            if (nextStatus - System.nanoTime() <= 0) {
                nextStatus += STATUS.toNanos();
                status(ledger, killer);
            }
        }
        status(ledger, killer);
    }

    private void status(Ledger ledger, Killer killer) throws IOException {
        long sent = sent().packets();
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        out.accept(String.format(
                "%3d s  sent %,d  in Kafka %,d  lag %,d  maps %,d  killed: %s",
                seconds, sent, ledger.sum().packets(), sent - ledger.sum().packets(), ledger.maps(), killer));
    }

    private Sum sent() throws IOException {
        Sum sent = Sum.ZERO;
        for (Machine machine : machines) {
            sent = sent.plus(machine.sent());
        }
        return sent;
    }

    /** Ends the traffic, and then the agents, which ship everything before. */
    private void stopMachines(Ledger ledger) throws IOException, InterruptedException {
        Files.delete(directory.resolve(MachineProcess.TRAFFIC));
        for (Machine machine : machines) {
            machine.awaitSilence();
        }
        for (Machine machine : machines) {
            machine.agent().stop(PATIENCE);
        }
        ledger.readToEnd();
    }

    private boolean compare(Ledger ledger, TotalsClient client) throws IOException, InterruptedException {
        Sum sent = sent();
        Sum totals = client.await(ledger.sum(), PATIENCE);
        out.accept("");
        out.accept("sent            " + text(sent));
        out.accept("in Kafka        " + text(ledger.sum()) + ", " + ledger.doubled() + " messages twice");
        if (options.rollout()) {
            out.accept("versions        " + (ledger.maps() - ledger.updatedMaps()) + " maps of the previous version, "
                    + ledger.updatedMaps() + " of the next one");
        }
        out.accept("Kafka Streams   " + text(totals));
        long difference = sent.packets() - totals.packets();
        boolean equal = totals.counts(sent) && ledger.sum().counts(sent) && ledger.doubled() == 0;
        out.accept("difference      " + String.format("%,d", difference) + (equal ? "" : ": NOT EQUAL"));
        return equal;
    }

    private static String text(Sum sum) {
        return String.format(
                "%s%,d datagrams with %,d bytes", sum.exact() ? "" : "at least ", sum.packets(), sum.bytes());
    }
}
