/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Measures what the transactions of many machines cost their brokers, for the tables on docs/internals/measurements/fleet.md. Not a test: the
 * numbers depend on the machine. Arguments, each for a row: number of brokers, machines, partitions and messages of a transaction, and seconds
 * between transactions of a machine, such as {@code 3,10000,1,10,60}; 0 seconds for as many as possible. With several brokers, it then kills one.
 *
 * <p>{@code -Dbroker.options} are the options of each broker's JVM.
 */
final class TransactionMeasurement {
    private static final int TOPIC_PARTITIONS = 6;
    private static final int MARKER_TOPICS = 10;
    private static final int MOST_IN_A_PROCESS = 2500; // a process may have 20,000 files open
    private static final int WARM_UP = 20;
    private static final int TIME = 60;

    private TransactionMeasurement() {}

    /** Prints a row for each argument. */
    public static void main(String[] arguments) throws Exception {
        System.out.println(
                "brokers machines partitions messages interval | start-s transactions/s failures median-ms 99%-ms longest-ms"
                        + " | broker-ms/transaction broker-cores broker-MB | after a kill: transactions/s failures longest-ms");
        for (String argument : arguments) {
            int[] numbers = Stream.of(argument.split(",", -1))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            Broker broker = Broker.startCluster("transactions", numbers[0]);
            List<Process> processes = new ArrayList<>();
            try {
                run(broker, numbers, processes);
            } finally {
                processes.forEach(Process::destroyForcibly);
                broker.close();
            }
        }
        System.exit(0);
    }

    private static void run(Broker broker, int[] numbers, List<Process> processes) throws Exception {
        int machines = numbers[1];
        int partitions = Math.max(TOPIC_PARTITIONS, numbers[2]);
        short replicas = (short) numbers[0];
        Map<String, String> config = Map.of("min.insync.replicas", Integer.toString(Math.max(1, replicas - 1)));
        List<NewTopic> topics = new ArrayList<>(List.of(new NewTopic("flows", partitions, replicas).configs(config)));
        IntStream.range(0, MARKER_TOPICS)
                .forEach(i -> topics.add(new NewTopic(CommitMarker.TOPIC_PREFIX + i, 1, replicas).configs(config)));
        broker.admin().createTopics(topics).all().get();

        long begin = System.nanoTime();
        for (int first = 0; first < machines; first += MOST_IN_A_PROCESS) {
            processes.add(start(
                    broker.bootstrap(),
                    "flows",
                    MARKER_TOPICS,
                    partitions,
                    numbers[2],
                    numbers[3],
                    first,
                    Math.min(MOST_IN_A_PROCESS, machines - first),
                    numbers[4]));
        }
        List<BufferedReader> outputs = processes.stream()
                .map(process ->
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)))
                .toList();
        for (BufferedReader output : outputs) {
            if (!"started".equals(output.readLine())) {
                throw new IllegalStateException("a process has ended");
            }
        }
        double start = (System.nanoTime() - begin) / 1e9;
        window(processes, outputs, Math.max(WARM_UP, numbers[4]));
        double cpu = broker.cpuSeconds();
        double[] done = window(processes, outputs, TIME);
        double used = broker.cpuSeconds() - cpu;
        String row = "%d %d %d %d %d".formatted(numbers[0], machines, numbers[2], numbers[3], numbers[4])
                + " | %.0f %.0f %.0f %.1f %.1f %.0f"
                        .formatted(start, done[0] / TIME, done[1], done[2], done[3], done[4])
                + " | %.2f %.2f %d".formatted(used * 1000 / done[0], used / TIME, broker.megabytes());
        if (numbers[0] > 1) {
            broker.kill(2);
            double[] after = window(processes, outputs, TIME);
            row += " | %.0f %.0f %.0f".formatted(after[0] / TIME, after[1], after[4]);
        }
        System.out.println(row);
    }

    private static Process start(Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java", "-Xmx2500m", "-Xss256k", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(SimulatedShippers.class.getName());
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Returns the sums of all processes for the numbers, and the largest of the times. */
    private static double[] window(List<Process> processes, List<BufferedReader> outputs, int seconds)
            throws IOException {
        for (Process process : processes) {
            process.getOutputStream().write((seconds + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }
        double[] all = new double[5];
        for (BufferedReader output : outputs) {
            double[] one = Stream.of(Objects.requireNonNull(output.readLine()).split(" ", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            for (int i = 0; i < all.length; i++) {
                all[i] = i < 2 ? all[i] + one[i] : Math.max(all[i], one[i]);
            }
        }
        return all;
    }
}
