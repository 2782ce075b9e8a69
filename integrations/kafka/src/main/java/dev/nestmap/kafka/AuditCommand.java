/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/**
 * A command that reads the messages of shippers, and prints the numbers of present, missing and repeated rows of each process of a shipper. It needs no
 * records.
 *
 * <pre>{@code
 * java -cp ... dev.nestmap.kafka.AuditCommand client.properties TOPIC [STATE]
 * }</pre>
 *
 * <p>The first file has the configuration of the Kafka client. The topic is a regular expression, which may match several topics. With a file for its
 * state, which the command creates, it reads what has come since its last run, and else all. Its memory depends
 * on the number of processes, and not on the number of messages. It exits with 0 if it has found no problem, with 1 if it has found one,
 * and with 2 if it could not run.
 */
public final class AuditCommand {
    private static final Duration POLL = Duration.ofMillis(200);

    /** The number of unreadable messages that are printed. */
    private static final int MOST_PRINTED = 10;

    /** The largest number of series, so that invented shippers don't fill the memory. */
    private static final int MOST_SERIES = 1_000_000;

    private static final String POSITION = "position";
    private static final String SERIES = "series";

    /** By topic, shipper and series, with spaces between them, which they have not. */
    private final SortedMap<String, Rows> all = new TreeMap<>();

    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final List<String> unreadable = new ArrayList<>();
    private long unreadableMessages;

    /** The rows of a series in a topic. */
    static final class Rows {
        final NumberRanges numbers = new NumberRanges();
        long first = Long.MAX_VALUE;
        long rows;
        long repeated;
        private boolean exact = true;

        private void add(RowSummary row) {
            if (!numbers.add(row.position().number())) {
                repeated++;
                return;
            }
            first = Math.min(first, row.position().number());
            rows++;
            exact &= row.exact();
        }

        boolean isNew() {
            return rows + repeated > 0;
        }

        boolean isExact() {
            return exact && numbers.missing() == 0;
        }
    }

    AuditCommand() {}

    /**
     * Runs the command.
     *
     * @param arguments the file with the client's configuration, the topic, and optionally the file with the state
     */
    @SuppressWarnings("CatchAndPrintStackTrace") // this process only runs the command
    public static void main(String[] arguments) {
        int status = 2; // Java exits with 1 after an exception, as this command does after a finding
        try {
            status = run(arguments);
        } catch (Throwable e) { // even an Error
            e.printStackTrace();
        }
        System.exit(status);
    }

    static int run(String... arguments) {
        if (arguments.length != 2 && arguments.length != 3) {
            System.out.println("Usage: AuditCommand CLIENT-PROPERTIES TOPIC [STATE]");
            return 2;
        }
        try {
            AuditCommand audit = new AuditCommand();
            Path state = arguments.length == 3 ? Path.of(arguments[2]) : null;
            if (state != null && Files.exists(state)) {
                audit.readState(state);
            }
            audit.read(Utils.propsToMap(Utils.loadProps(arguments[0])), Pattern.compile(arguments[1]));
            System.out.print(audit);
            if (state != null) {
                audit.writeState(state);
            }
            return audit.isComplete() ? 0 : 1;
        } catch (IOException | KafkaException | IllegalArgumentException e) {
            System.out.println("Could not run: " + problem(e, arguments));
            return 2;
        }
    }

    private static String problem(Exception e, String... arguments) {
        if (e instanceof NoSuchFileException missing) {
            return "there is no file " + missing.getFile();
        }
        if (e instanceof PatternSyntaxException topic) {
            return "TOPIC is a regular expression, and \"" + topic.getPattern() + "\" is not valid: "
                    + topic.getDescription();
        }
        if (e instanceof ConfigException || e.getCause() instanceof ConfigException) {
            return "Kafka's client rejects " + arguments[0] + ": " + ClientConfig.messages(e);
        }
        if (e instanceof TimeoutException) {
            return "Kafka does not answer: " + e.getMessage() + ". Check bootstrap.servers and security.protocol in "
                    + arguments[0];
        }
        return ClientConfig.messages(e);
    }

    /** Reads the committed messages that came since the state was written, up to the end of the topics now. */
    void read(Map<String, ?> kafka, Pattern topics) {
        try (KafkaConsumer<byte[], byte[]> consumer = ClientConfig.committedReader(kafka)) {
            List<TopicPartition> partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic -> !topic.getKey().startsWith(CommitMarker.TOPIC_PREFIX))
                    .filter(topic -> topics.matcher(topic.getKey()).matches())
                    .flatMap(topic -> topic.getValue().stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException("there is no topic " + topics);
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.beginningOffsets(partitions).forEach((partition, oldest) -> {
                long begin = positions.getOrDefault(partition, oldest);
                boolean isThere = begin >= oldest && begin <= ends.getOrDefault(partition, 0L);
                consumer.seek(partition, isThere ? begin : oldest);
            });
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                    TopicPartition partition = new TopicPartition(message.topic(), message.partition());
                    if (message.offset() < ends.getOrDefault(partition, 0L)) {
                        add(message);
                    }
                }
            }
            positions.putAll(ends);
        }
    }

    /** Reads lines with fields that have no white space. */
    void readState(Path state) throws IOException {
        for (String line : Files.readAllLines(state)) {
            String[] fields = line.split(" ", -1);
            try {
                if (fields[0].equals(POSITION)) {
                    positions.put(
                            new TopicPartition(fields[1], Integer.parseInt(fields[2])), Long.parseLong(fields[3]));
                } else if (fields[0].equals(SERIES)) {
                    String of = String.join(" ", fields[1], fields[2], fields[3]);
                    all.computeIfAbsent(of, it -> new Rows()).numbers.addUpTo(Long.parseLong(fields[4]));
                } else {
                    throw new IllegalArgumentException(line);
                }
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw new IllegalArgumentException(state + " is not the state of an audit: \"" + line
                        + "\". Name another file; without one, the command reads the whole topic");
            }
        }
    }

    /** Forgets series that had no rows if a later process of the same shipper had some. */
    void writeState(Path state) throws IOException {
        Set<String> active = new HashSet<>();
        all.forEach((series, rows) -> {
            if (rows.isNew()) {
                active.add(shipper(series));
            }
        });
        List<String> lines = new ArrayList<>();
        positions.forEach((partition, offset) ->
                lines.add(String.join(" ", POSITION, partition.topic(), partition.partition() + " " + offset)));
        all.forEach((series, rows) -> {
            if (rows.isNew() || !active.contains(shipper(series))) {
                lines.add(SERIES + " " + series + " " + rows.numbers.last());
            }
        });
        Path writing = state.resolveSibling(state.getFileName() + ".writing");
        Files.write(writing, lines);
        Files.move(writing, state, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Returns the topic and the shipper of a series. */
    private static String shipper(String series) {
        return series.substring(0, series.lastIndexOf(' '));
    }

    private void add(ConsumerRecord<byte[], byte[]> message) {
        try {
            RowSummary row = RowSummary.read(message.value() == null ? new byte[0] : message.value());
            String of = String.join(
                    " ", message.topic(), row.shipper(), row.position().series().toString());
            all.computeIfAbsent(of, it -> new Rows()).add(row);
        } catch (IllegalArgumentException e) {
            unreadableMessages++;
            if (unreadable.size() < MOST_PRINTED) {
                unreadable.add(message.topic() + ", partition " + message.partition() + ", offset " + message.offset()
                        + ": " + String.valueOf(e.getMessage()).replaceAll("[\\p{C}\\p{Z}&&[^ ]]", "?"));
            }
        }
        if (all.size() > MOST_SERIES) {
            throw new IllegalArgumentException(
                    "there are more than " + MOST_SERIES
                            + " processes of shippers: audit fewer topics, or look for a program that writes with invented names");
        }
    }

    /** Returns the series that have had rows since the last run. */
    Collection<Rows> series() {
        return all.values().stream().filter(Rows::isNew).toList();
    }

    /** Returns whether there are rows, each once, and every message is a row. */
    boolean isComplete() {
        return unreadableMessages == 0
                && !series().isEmpty()
                && series().stream().allMatch(rows -> rows.numbers.missing() == 0 && rows.repeated == 0);
    }

    /** Returns the output of the command. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("topic shipper series first last rows missing repeated total\n");
        all.forEach((series, rows) -> {
            if (rows.isNew()) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s %d %d %d %d %d %s%n",
                        series,
                        rows.first,
                        rows.numbers.last(),
                        rows.rows,
                        rows.numbers.missing(),
                        rows.repeated,
                        rows.isExact() ? "exact" : "at least"));
            }
        });
        if (series().isEmpty()) {
            text.append("there are no rows\n");
        }
        unreadable.forEach(message -> text.append(message).append('\n'));
        if (unreadableMessages > 0) {
            text.append(unreadableMessages).append(" messages are no rows\n");
        }
        return text.toString();
    }
}
