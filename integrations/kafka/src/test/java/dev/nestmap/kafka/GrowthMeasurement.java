/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import com.sun.management.OperatingSystemMXBean;
import dev.nestmap.kafka.Growing.Flow;
import dev.nestmap.kafka.Growing.FlowKey;
import dev.nestmap.kafka.GrowingBpf.Sizes;
import dev.nestmap.kafka.GrowingBpf.TenantMap;
import dev.nestmap.runtime.testing.BpfFs;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Measures what a round of a shipper costs its machine, for the table on docs/internals/measurements/fleet.md. Needs root, and as many open files as
 * tenants. Not a test: the numbers depend on the machine.
 */
final class GrowthMeasurement {
    private static final int ROUNDS = 5;
    private static final long[] TENANTS = {1, 10, 100, 1000, 10_000};
    private static final long[] ENTRIES = {100, 10_000, 1_000_000};
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Random random = new Random(1);
    private final Broker broker;
    private final Path directory;
    private final String compression;

    private GrowthMeasurement(Broker broker, Path directory, String compression) {
        this.broker = broker;
        this.directory = directory;
        this.compression = compression;
    }

    /** Prints a row of the table for each number of tenants and entries. Arguments: the compression, and the largest number of entries. */
    public static void main(String[] arguments) throws Exception {
        Broker broker = Broker.start("growth");
        BpfFs fs = BpfFs.mount();
        try {
            GrowthMeasurement measurement = new GrowthMeasurement(broker, fs.path(""), arguments[0]);
            System.out.println("tenants entries cpu-ms wall-ms bytes stored messages transactions");
            for (long tenants : TENANTS) {
                for (long entries : ENTRIES) {
                    if (entries >= tenants && entries <= Long.parseLong(arguments[1])) {
                        measurement.measure(tenants, entries);
                    }
                }
            }
        } finally {
            fs.close();
        }
        System.exit(0);
    }

    private void measure(long tenants, long entries) throws Exception {
        String topic = "growth-" + tenants + "-" + entries;
        broker.createTopics(topic);
        Map<String, Object> config = new HashMap<>(broker.config());
        config.put("compression.type", compression);
        ShipperOptions options = ShipperOptions.to(topic)
                .withMachine("machine")
                .withUnpinnedMap()
                .withSpool(Path.of("target", "spools", topic), 1_000_000_000)
                .withInterval(Duration.ofDays(1));
        long perTenant = entries / tenants;
        double[] cpu = new double[ROUNDS];
        double[] wall = new double[ROUNDS];
        try (TenantMap.Owned outer = GrowingBpf.tenantMap(
                                new Sizes().tenant(tenants).flow(2 * perTenant))
                        .create(directory.resolve(topic));
                Shipper<Long> shipper = Shipper.start(outer, config, options);
                Admin admin = Admin.create(broker.config())) {
            outer.createAll(LongStream.range(0, tenants).boxed().toList());
            ShipperStatistics before = shipper.statistics();
            for (int round = 0; round < ROUNDS; round++) {
                outer.forEach((port, flows) -> flows.putAll(flows(perTenant)));
                before = shipper.statistics();
                long cpuStart = SYSTEM.getProcessCpuTime();
                long start = System.nanoTime();
                if (!shipper.ship(Duration.ofMinutes(5))) {
                    throw new IllegalStateException(String.valueOf(shipper.statistics()));
                }
                cpu[round] = (SYSTEM.getProcessCpuTime() - cpuStart) / 1e6;
                wall[round] = (System.nanoTime() - start) / 1e6;
            }
            ShipperStatistics after = shipper.statistics();
            System.out.printf(
                    "%d %d %.0f %.0f %d %d %d %d%n",
                    tenants,
                    entries,
                    median(cpu),
                    median(wall),
                    after.bytes() - before.bytes(),
                    stored(admin, topic) / ROUNDS,
                    after.messages() - before.messages(),
                    after.transactions() - before.transactions());
        }
    }

    /** The size of a topic in the broker's log, compressed. */
    private static long stored(Admin admin, String topic) throws Exception {
        long bytes = 0;
        for (LogDirDescription log : Objects.requireNonNull(
                        admin.describeLogDirs(List.of(1)).descriptions().get(1))
                .get()
                .values()) {
            for (Map.Entry<TopicPartition, ReplicaInfo> replica :
                    log.replicaInfos().entrySet()) {
                bytes += replica.getKey().topic().equals(topic)
                        ? replica.getValue().size()
                        : 0;
            }
        }
        return bytes;
    }

    private List<Flow> flows(long count) {
        List<Flow> flows = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            FlowKey key = new FlowKey(
                    random.nextInt() & 0xffff_ffffL, 0x0a00_0001, random.nextInt(65_536), random.nextInt(65_536));
            flows.add(new Flow(key, random.nextInt(1000), random.nextInt(1_000_000)));
        }
        return flows;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
