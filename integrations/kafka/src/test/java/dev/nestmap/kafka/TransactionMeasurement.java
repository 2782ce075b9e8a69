/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Measures what a transaction with a marker costs one broker, by the number of partitions that its 100 messages are in, for the table on
 * docs/internals/measurements/fleet.md. Not a test: the numbers depend on the machine. Arguments: numbers of partitions.
 */
final class TransactionMeasurement {
    private static final int PRODUCERS = 4;
    private static final int MESSAGES = 100;
    private static final Duration TIME = Duration.ofSeconds(20);

    private TransactionMeasurement() {}

    /** Prints a row of the table for each number of partitions. */
    public static void main(String[] arguments) throws Exception {
        Broker broker = Broker.start("transactions");
        System.out.println("partitions transactions/s broker-ms/transaction");
        for (String number : arguments) {
            int partitions = Integer.parseInt(number);
            broker.createTopics("t-" + partitions, partitions);
            run(broker, partitions, Duration.ofSeconds(5)); // warms up
            double cpu = broker.cpuSeconds();
            long transactions = run(broker, partitions, TIME);
            System.out.printf(
                    "%d %.0f %.2f%n",
                    partitions,
                    transactions / (double) TIME.toSeconds(),
                    (broker.cpuSeconds() - cpu) * 1000 / transactions);
        }
        System.exit(0);
    }

    private static long run(Broker broker, int partitions, Duration time) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS);
        try {
            List<Callable<Long>> tasks = new ArrayList<>();
            for (int i = 0; i < PRODUCERS; i++) {
                String id = "measured-" + i;
                tasks.add(() -> produce(broker, id, partitions, time));
            }
            long transactions = 0;
            for (Future<Long> done : threads.invokeAll(tasks)) {
                transactions += done.get();
            }
            return transactions;
        } finally {
            threads.shutdown();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the commit throws what the future has
    private static long produce(Broker broker, String id, int partitions, Duration time) {
        Map<String, Object> config = new HashMap<>(broker.config());
        config.put("transactional.id", id);
        config.put("compression.type", "zstd");
        long transactions = 0;
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < end) {
                producer.beginTransaction();
                for (int i = 0; i < MESSAGES; i++) {
                    producer.send(new ProducerRecord<>("t-" + partitions, i % partitions, null, new byte[300]));
                }
                producer.send(new ProducerRecord<>(
                        CommitMarker.TOPIC_PREFIX + "t-" + partitions,
                        id.getBytes(StandardCharsets.UTF_8),
                        new byte[1000]));
                producer.commitTransaction();
                transactions++;
            }
        }
        return transactions;
    }
}
