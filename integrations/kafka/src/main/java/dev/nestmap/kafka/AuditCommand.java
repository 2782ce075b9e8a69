/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * A command that reads the messages of shippers, and prints the numbers of present, missing and repeated parts of each shipper. It needs no
 * records, and reads both formats.
 *
 * <pre>{@code
 * java -cp ... dev.nestmap.kafka.AuditCommand client.properties TOPIC [BEGIN END]
 * }</pre>
 *
 * <p>The file has the configuration of the Kafka client. The topic is a regular expression, which may match several topics. With two times
 * in UTC, such as {@code 2026-11-21T00:00:00Z}, the command reads only the messages that came into Kafka between them. Its memory depends
 * on the number of shippers, and not on the number of messages. It exits with 0 if it has found no problem, with 1 if it has found one,
 * and with 2 if it could not run.
 */
public final class AuditCommand {
    /** The number of unreadable messages that are printed. */
    private static final int MOST_PRINTED = 10;

    /** The largest number of rows, so that invented shippers don't fill the memory. */
    private static final int MOST_ROWS = 1_000_000;

    private final SortedMap<PartSeries.Id, Parts> rows = new TreeMap<>();
    private final RecentMaps recent = new RecentMaps();
    private final List<String> unreadable = new ArrayList<>();
    private long unreadableMessages;

    /** The parts of a series in a topic. */
    static final class Parts {
        private final PartSeries series = new PartSeries();
        private final boolean isWhole;
        private long parts;
        private long entries;
        private long repeated;
        private boolean exact = true;

        /** @param isWhole whether parts before the first one are missing, and not only left out */
        private Parts(boolean isWhole) {
            this.isWhole = isWhole;
        }

        private void add(PartSummary part, RecentMaps recent) {
            if (!series.add(part.position().number(), part.map(), part.part(), recent)) {
                repeated++;
                return;
            }
            parts++;
            entries += part.entries();
            exact &= part.exact();
        }

        long first() {
            return series.numbers().first();
        }

        long last() {
            return series.numbers().last();
        }

        long parts() {
            return parts;
        }

        long entries() {
            return entries;
        }

        long repeated() {
            return repeated;
        }

        long missing() {
            return series.numbers().missing() - (isWhole ? 0 : first() - 1);
        }

        boolean isExact() {
            return exact && missing() == 0;
        }
    }

    AuditCommand() {}

    /**
     * Runs the command.
     *
     * @param arguments the file with the client's configuration, the topic, and optionally begin and end
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
        if (arguments.length != 2 && arguments.length != 4) {
            System.out.println("Usage: AuditCommand CLIENT-PROPERTIES TOPIC [BEGIN END]");
            return 2;
        }
        try {
            boolean limited = arguments.length == 4;
            Instant begin = limited ? Instant.parse(arguments[2]) : null;
            Instant end = limited ? Instant.parse(arguments[3]) : null;
            if (begin != null && end != null && !begin.isBefore(end)) {
                throw new IllegalArgumentException("BEGIN " + begin + " is not before END " + end);
            }
            AuditCommand audit = new AuditCommand();
            audit.read(Utils.propsToMap(Utils.loadProps(arguments[0])), Pattern.compile(arguments[1]), begin, end);
            System.out.print(audit);
            return audit.isComplete() ? 0 : 1;
        } catch (IOException | KafkaException | IllegalArgumentException | DateTimeException e) {
            System.out.println("Could not run: " + problem(e, arguments));
            return 2;
        }
    }

    private static String problem(Exception e, String... arguments) {
        if (e instanceof NoSuchFileException missing) {
            return "there is no file " + missing.getFile();
        }
        if (e instanceof DateTimeParseException time) {
            return "BEGIN and END are times in UTC, such as 2026-11-21T00:00:00Z, not \"" + time.getParsedString()
                    + "\"";
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

    /** Reads the committed messages that came between two times; null for the beginning and the end of the topics. */
    void read(Map<String, ?> kafka, Pattern topics, @Nullable Instant begin, @Nullable Instant end) {
        CommittedMessageReader.read(kafka, topics, begin, end, this::add);
    }

    private void add(ConsumerRecord<byte[], byte[]> message, boolean isWhole) {
        try {
            PartSummary part = PartSummary.read(message.value() == null ? new byte[0] : message.value());
            rows.computeIfAbsent(new PartSeries.Id(message.topic(), part.position()), it -> new Parts(isWhole))
                    .add(part, recent);
        } catch (UnreadablePartException e) {
            unreadableMessages++;
            if (unreadable.size() < MOST_PRINTED) {
                unreadable.add(message.topic() + ", partition " + message.partition() + ", offset " + message.offset()
                        + ": " + String.valueOf(e.getMessage()).replaceAll("[\\p{C}\\p{Z}&&[^ ]]", "?"));
            }
        }
        if (rows.size() > MOST_ROWS) {
            throw new IllegalArgumentException("there are more than " + MOST_ROWS
                    + " shippers: audit fewer topics, or look for a program that writes with invented names");
        }
    }

    Collection<Parts> rows() {
        return rows.values();
    }

    /** Returns whether there are parts, each once, every message is a part, and each shipper has one series. */
    boolean isComplete() {
        return unreadableMessages == 0
                && !rows.isEmpty()
                && restarted().isEmpty()
                && rows.values().stream()
                        .allMatch(parts -> parts.missing() == 0 && parts.repeated() == 0 && !parts.series.isReused());
    }

    /** Returns shippers that have begun a second series in a topic. */
    private List<PartSeries.Id> restarted() {
        List<PartSeries.Id> second = new ArrayList<>();
        PartSeries.Id previous = null;
        for (PartSeries.Id series : rows.keySet()) {
            if (previous != null
                    && previous.topic().equals(series.topic())
                    && previous.shipper().equals(series.shipper())) {
                second.add(series);
            }
            previous = series;
        }
        return second;
    }

    /** Returns the output of the command. */
    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("topic shipper series first last parts entries missing repeated total\n");
        rows.forEach((series, parts) -> text.append(String.format(
                Locale.ROOT,
                "%s %s %s %d %d %d %d %d %d %s%n",
                series.topic(),
                series.shipper(),
                series.series(),
                parts.first(),
                parts.last(),
                parts.parts(),
                parts.entries(),
                parts.missing(),
                parts.repeated(),
                parts.isExact() ? "exact" : "at least")));
        for (PartSeries.Id series : restarted()) {
            text.append(series.shipper())
                    .append(" has several series in ")
                    .append(series.topic())
                    .append(
                            ": it sent to another topic in between, this topic was created again, or its markers were deleted.")
                    .append(" In the last case, maps that were committed at that time may be in both\n");
        }
        rows.forEach((series, parts) -> {
            if (parts.series.isReused()) {
                text.append(series.shipper())
                        .append(" has used numbers again in ")
                        .append(series.topic())
                        .append(": its topic of markers lost its end. Each map counts once\n");
            }
        });
        if (rows.isEmpty()) {
            text.append("there are no parts\n");
        }
        unreadable.forEach(message -> text.append(message).append('\n'));
        if (unreadableMessages > 0) {
            text.append(unreadableMessages).append(" messages are no parts\n");
        }
        return text.toString();
    }
}
