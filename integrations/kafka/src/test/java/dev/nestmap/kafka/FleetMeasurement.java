/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.runtime.error.InvalidHandleException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Runs many shippers with maps in memory, for the table on docs/internals/measurements/fleet.md. Not a test: the numbers depend on the machine.
 * Arguments: the number of brokers, then numbers of shippers.
 */
final class FleetMeasurement {
    private static final int TENANTS = 10;
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration TIME = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final Broker broker;
    private final String topic;
    private final List<CountsBpf> machines = new ArrayList<>();
    private final List<Shipper<Long>> shippers = new ArrayList<>();

    private FleetMeasurement(Broker broker, int number) throws Exception {
        this.broker = broker;
        this.topic = "fleet-" + number;
        short replicas = (short) broker.size();
        NewTopic entries = new NewTopic(topic, 6, replicas)
                .configs(Map.of(
                        "message.timestamp.type",
                        "LogAppendTime",
                        "min.insync.replicas",
                        Integer.toString(Math.max(1, replicas - 1))));
        broker.admin().createTopics(List.of(entries)).all().get();
        for (int i = 0; i < number; i++) {
            machines.add(CountsBpf.inMemory());
        }
    }

    /** Prints a row of the table for each number. */
    public static void main(String[] arguments) throws Exception {
        Broker broker = Broker.startCluster("fleet", Integer.parseInt(arguments[0]));
        System.out.println(
                "shippers first-start-s restart-s transactions/s oldest-round-s broker-cpu kB-of-markers lost");
        for (String number : List.of(arguments).subList(1, arguments.length)) {
            new FleetMeasurement(broker, Integer.parseInt(number)).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        long counted = count();
        double first = start();
        shippers.forEach(Shipper::close);
        shippers.clear();
        counted += count();
        double again = start();

        long transactions = transactions();
        double cpu = broker.cpuSeconds();
        long begin = System.nanoTime();
        long oldest = 0;
        while (System.nanoTime() - begin < TIME.toNanos()) {
            counted += count();
            TimeUnit.SECONDS.sleep(5);
            for (Shipper<Long> shipper : shippers) {
                oldest = Math.max(oldest, shipper.statistics().roundAge().toSeconds());
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double perSecond = (transactions() - transactions) / seconds;
        double brokerCpu = (broker.cpuSeconds() - cpu) / seconds;
        for (Shipper<Long> shipper : shippers) {
            shipper.ship(Duration.ofMinutes(5));
        }
        shippers.forEach(Shipper::close);
        long found = 0;
        for (Row row : BrokerTest.rows(topic, broker)) {
            found += row.packets();
        }
        System.out.printf(
                "%d %.1f %.1f %.1f %d %.2f %d %d%n",
                machines.size(), first, again, perSecond, oldest, brokerCpu, markers() / 1000, counted - found);
        machines.forEach(CountsBpf::close);
    }

    /** Starts all shippers together. Returns the seconds until each has completed a round. */
    private double start() throws Exception {
        Map<String, Object> config = new HashMap<>(broker.config());
        config.put("compression.type", "zstd");
        config.put("buffer.memory", 4_000_000);
        long begin = System.nanoTime();
        Instant started = Instant.now();
        for (int i = 0; i < machines.size(); i++) {
            ShipperOptions options = ShipperOptions.to(topic)
                    .withMachine("node-" + i)
                    .withUnpinnedMap()
                    .withSpool(Path.of("target", "spools", topic, "node-" + i), 1_000_000_000)
                    .withInterval(INTERVAL);
            shippers.add(Shipper.start(machines.get(i).tenant(), config, options));
        }
        while (true) {
            List<ShipperStatistics> late = shippers.stream()
                    .map(Shipper::statistics)
                    .filter(now -> now.transactions() == 0)
                    .toList();
            if (late.isEmpty()) {
                break;
            }
            if (Duration.between(started, Instant.now()).compareTo(PATIENCE) > 0) {
                throw new IllegalStateException(late.size() + " have not committed, such as " + late.get(0));
            }
            System.err.println(late.size() + " have not committed");
            TimeUnit.SECONDS.sleep(1);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Counts one packet for each tenant of each machine, as a program does. Returns how many. */
    private long count() {
        for (CountsBpf machine : machines) {
            for (long tenant = 0; tenant < TENANTS; tenant++) {
                while (true) {
                    try {
                        CountsBpf.CountMap map = machine.tenant().getOrCreate(tenant);
                        Count old = map.get(1L);
                        map.put(new Count(1, old == null ? 1 : old.packets() + 1));
                        break;
                    } catch (InvalidHandleException e) {
                        // The shipper has just rotated the map.
                    }
                }
            }
        }
        return (long) machines.size() * TENANTS;
    }

    private long transactions() {
        return shippers.stream().mapToLong(it -> it.statistics().transactions()).sum();
    }

    /** The size of the topics of markers in the broker's log. */
    private long markers() throws Exception {
        long bytes = 0;
        for (LogDirDescription log : Objects.requireNonNull(broker.admin()
                        .describeLogDirs(List.of(1))
                        .allDescriptions()
                        .get()
                        .get(1))
                .values()) {
            bytes += log.replicaInfos().entrySet().stream()
                    .filter(replica -> replica.getKey().topic().startsWith(CommitMarker.TOPIC_PREFIX))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        }
        return bytes;
    }
}
