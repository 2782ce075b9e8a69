/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;

/** Sends traffic on several machines, kills processes meanwhile, and compares what was sent with a total of what is in Kafka. */
final class FleetDemo {
    private static final long POLL_MILLIS = 100;
    private static final Duration STATUS = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final int LOADER_HEAP = 100;

    /** Something that adds the rows up. */
    interface Total {
        String name();

        /** Its processes, which may be killed. */
        List<Victim> victims();

        /** Waits until the total is the expected one. Returns the last one after the timeout. */
        Sum await(Sum expected, Duration timeout) throws InterruptedException;

        void close();
    }

    /** Starts such things, which read a topic. */
    interface Others {
        List<Total> start(String bootstrap, String topic) throws IOException;
    }

    private final Options options;
    private final Path directory;
    private final Path pins;
    private final Consumer<String> out;
    private final Others others;
    private final String topic;
    private final List<Child> networks = new ArrayList<>();
    private final List<Machine> machines = new ArrayList<>();
    private final long start = System.nanoTime();

    /**
     * Prepares a run.
     *
     * @param directory for logs
     * @param pins directory in a BPF file system
     * @param others starts what adds the rows up besides DuckDB
     */
    FleetDemo(Options options, Path directory, Path pins, Consumer<String> out, Others others) {
        this.options = options;
        this.directory = directory;
        this.pins = pins;
        this.out = out;
        this.others = others;
        this.topic = directory.getFileName().toString();
    }

    /** Runs the demo. Returns whether each datagram is in the totals once. */
    boolean run() throws IOException, InterruptedException, SQLException {
        Broker broker = new Broker(directory);
        try {
            return run(broker);
        } finally {
            broker.stop();
        }
    }

    private boolean run(Broker broker) throws IOException, InterruptedException, SQLException {
        String bootstrap = broker.bootstrap();
        broker.create(topic);
        Child loader = startLoader(bootstrap, "loader", "jdbc:duckdb:" + directory.resolve("totals"), "duckdb.sql");
        Uplink uplink = Uplink.toBroker(directory.resolve(MachineProcess.UPLINK), address(bootstrap));
        List<Total> all = new ArrayList<>();
        try (uplink) {
            all.addAll(others.start(bootstrap, topic));
            startMachines(bootstrap);
            sendAndKill(killer(loader, broker, all), broker, loader);
            stopMachines();
            loader.kill();
            return compare(bootstrap, all);
        } finally {
            machines.forEach(machine -> machine.agent().kill());
            networks.forEach(Child::kill);
            loader.kill();
            for (Total total : all) {
                total.close();
            }
        }
    }

    private static InetSocketAddress address(String bootstrap) {
        String[] parts = bootstrap.split(":", -1);
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    /** Starts a process that loads the rows into a database. */
    Child startLoader(String bootstrap, String name, String url, String sql) throws IOException {
        Path client = Files.writeString(
                directory.resolve(name + ".properties"), "bootstrap.servers=" + bootstrap + "\ngroup.id=" + name);
        Path file = Files.writeString(directory.resolve(sql), resource(sql));
        return new Child(
                name,
                directory.resolve(name + ".log"),
                List.of("setpriv", "--pdeathsig", "KILL"), // it ends with this process
                LOADER_HEAP,
                Loader.class,
                client.toString(),
                topic,
                url,
                file.toString());
    }

    static String resource(String name) throws IOException {
        try (InputStream sql = Objects.requireNonNull(Loader.class.getResourceAsStream("/" + name))) {
            return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Starts the machines, and their traffic when all of them count. */
    private void startMachines(String bootstrap) throws IOException, InterruptedException {
        for (int i = 1; i <= options.machines(); i++) {
            networks.add(Machine.startNetwork("machine-" + i, directory, bootstrap));
        }
        for (Child network : networks) {
            machines.add(new Machine(network, pins, directory, bootstrap, topic));
        }
        for (Machine machine : machines) {
            machine.awaitCounting();
        }
        Files.writeString(directory.resolve(MachineProcess.TRAFFIC), "");
    }

    /** Agents, and the other processes together, are killed equally often. */
    private Killer killer(Child loader, Broker broker, List<Total> all) {
        List<Victim> rest = new ArrayList<>(List.of(loader, broker));
        all.forEach(total -> rest.addAll(total.victims()));
        List<Victim> victims = new ArrayList<>();
        machines.forEach(machine -> victims.add(machine.agent()));
        while (victims.size() < 2 * options.machines()) {
            victims.addAll(rest);
        }
        long seed = System.nanoTime();
        out.accept("Killing " + options.kills() + " processes in "
                + options.time().toSeconds() + " seconds, with the seed " + seed);
        return new Killer(new Random(seed), victims, options.kills(), options.time());
    }

    private void sendAndKill(Killer killer, Broker broker, Child loader) throws IOException, InterruptedException {
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
            Thread.sleep(POLL_MILLIS);
            for (Machine machine : machines) {
                machine.check();
            }
            broker.check();
            loader.check();
            if (nextStatus - System.nanoTime() <= 0) {
                nextStatus += STATUS.toNanos();
                status(killer);
            }
        }
        status(killer);
    }

    private void status(Killer killer) throws IOException {
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        out.accept(String.format("%3d s  sent %,d  killed: %s", seconds, sent().packets(), killer));
    }

    private Sum sent() throws IOException {
        Sum sent = Sum.ZERO;
        for (Machine machine : machines) {
            sent = sent.plus(machine.sent());
        }
        return sent;
    }

    /** Ends the traffic, and then the agents, which ship everything before. */
    private void stopMachines() throws IOException, InterruptedException {
        Files.delete(directory.resolve(MachineProcess.TRAFFIC));
        for (Machine machine : machines) {
            machine.awaitSilence();
        }
        for (Machine machine : machines) {
            machine.agent().stop(PATIENCE);
        }
    }

    /** Compares the killed loader's table with what was sent, and with a table of a loader that nobody has killed. */
    private boolean compare(String bootstrap, List<Total> all) throws IOException, SQLException, InterruptedException {
        Sum sent = sent();
        Sum loaded = load(bootstrap, "loader", "jdbc:duckdb:" + directory.resolve("totals"))
                .sum();
        Loaded again = load(bootstrap, "check", "jdbc:duckdb:");
        out.accept("");
        out.accept("sent            " + sent);
        out.accept("in Kafka        " + again.sum() + ", "
                + (again.messages() - again.sum().rows()) + " messages twice");
        out.accept("DuckDB          " + loaded);
        boolean isEqual = loaded.counts(sent)
                && again.sum().counts(sent)
                && again.messages() == again.sum().rows();
        for (Total total : all) {
            Sum sum = total.await(sent, PATIENCE);
            out.accept(String.format("%-15s %s", total.name(), sum));
            isEqual &= sum.counts(sent);
        }
        out.accept(String.format("difference      %,d", sent.packets() - loaded.packets())
                + (isEqual ? "" : ": NOT EQUAL"));
        return isEqual;
    }

    /** What a loader has read. */
    private record Loaded(long messages, Sum sum) {}

    private Loaded load(String bootstrap, String group, String url) throws IOException, SQLException {
        Map<String, Object> client = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "group.id", group));
        try (Loader loader = new Loader(client, topic, url, resource("duckdb.sql"))) {
            loader.loadToEnd();
            return new Loaded(loader.read(), loader.sum());
        }
    }
}
