/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A process with many producers, each with the transactions of a shipper: messages in its partition, and a marker. For each line of its input, a
 * number of seconds, it prints what they have done in this time. {@link TransactionMeasurement} starts it.
 */
final class SimulatedShippers {
    private static final int THREADS = 100;
    private static final int BYTES = 300;
    private static final int ATTEMPTS = 5;
    private static final int STARTING = 2;

    private final String topic;
    private final int markerTopics;
    private final int topicPartitions;
    private final int partitions;
    private final int messages;
    private List<Double> durations = new ArrayList<>();
    private long failures;

    private SimulatedShippers(String topic, int markerTopics, int topicPartitions, int partitions, int messages) {
        this.topic = topic;
        this.markerTopics = markerTopics;
        this.topicPartitions = topicPartitions;
        this.partitions = partitions;
        this.messages = messages;
    }

    /**
     * Runs until the input ends.
     *
     * @param arguments bootstrap servers, topic, number of topics of markers, partitions of the topic, partitions of a transaction, messages of
     *     a transaction, first machine, number of machines, seconds between transactions of a machine (0 for none)
     */
    public static void main(String[] arguments) throws Exception {
        int[] numbers = new int[arguments.length];
        for (int i = 2; i < arguments.length; i++) {
            numbers[i] = Integer.parseInt(arguments[i]);
        }
        SimulatedShippers shippers =
                new SimulatedShippers(arguments[1], numbers[2], numbers[3], numbers[4], numbers[5]);
        shippers.run(arguments[0], numbers[6], numbers[7], numbers[8]);
        System.exit(0);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the threads run until the process ends
    private void run(String bootstrap, int first, int number, int interval) throws Exception {
        List<Machine> machines = new ArrayList<>();
        ExecutorService starting = Executors.newFixedThreadPool(STARTING);
        List<Future<Machine>> started = new ArrayList<>();
        for (int i = first; i < first + number; i++) {
            int machine = i;
            started.add(starting.submit(() -> new Machine(machine, producer(bootstrap, machine, interval))));
        }
        for (Future<Machine> machine : started) {
            machines.add(machine.get());
        }
        starting.shutdown();
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(interval == 0 ? number : THREADS);
        for (Machine machine : machines) {
            if (interval == 0) {
                threads.scheduleWithFixedDelay(machine, 0, 1, TimeUnit.NANOSECONDS);
            } else {
                long period = TimeUnit.SECONDS.toNanos(interval);
                long delay = ThreadLocalRandom.current().nextLong(period);
                threads.scheduleAtFixedRate(machine, delay, period, TimeUnit.NANOSECONDS);
            }
        }
        System.out.println("started");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            take();
            TimeUnit.SECONDS.sleep(Long.parseLong(line));
            System.out.println(take());
        }
    }

    /** Returns the number of transactions and of failures, and the milliseconds of the median, of the 99th percentile and of the longest. */
    private synchronized String take() {
        List<Double> sorted = new ArrayList<>(durations);
        sorted.sort(null);
        String text = sorted.isEmpty()
                ? "0 " + failures + " 0 0 0"
                : sorted.size() + " " + failures + " " + sorted.get(sorted.size() / 2) + " "
                        + sorted.get(sorted.size() * 99 / 100) + " " + sorted.get(sorted.size() - 1);
        durations = new ArrayList<>();
        failures = 0;
        return text;
    }

    private synchronized void done(double milliseconds) {
        durations.add(milliseconds);
    }

    private synchronized void failed(Exception e) {
        if (failures++ == 0) {
            System.err.println(e);
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrap, int machine, int interval) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("transactional.id", "nestmap.node-" + machine + ".tenant");
        config.put("compression.type", "zstd");
        config.put("buffer.memory", 200_000);
        config.put("metric.reporters", "");
        config.put("connections.max.idle.ms", 30_000 + 1000L * interval);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        for (int attempt = 1; ; attempt++) {
            try {
                producer.initTransactions();
                return producer;
            } catch (TimeoutException e) { // while thousands start, a coordinator may take longer
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** A producer, and its transactions. */
    private final class Machine implements Runnable {
        private final int number;
        private final KafkaProducer<byte[], byte[]> producer;

        Machine(int number, KafkaProducer<byte[], byte[]> producer) {
            this.number = number;
            this.producer = producer;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // the commit throws what the future has
        public void run() {
            long begin = System.nanoTime();
            try {
                producer.beginTransaction();
                for (int i = 0; i < messages; i++) {
                    int partition = (number + i % partitions) % topicPartitions;
                    producer.send(new ProducerRecord<>(topic, partition, null, new byte[BYTES]));
                }
                producer.send(new ProducerRecord<>(
                        CommitMarker.TOPIC_PREFIX + number % markerTopics,
                        ("node-" + number).getBytes(StandardCharsets.UTF_8),
                        new byte[150 + 16 * messages]));
                producer.commitTransaction();
                done((System.nanoTime() - begin) / 1e6);
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }
}
