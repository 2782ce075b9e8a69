/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
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

/**
 * A command that reads the messages of shippers in {@link MessageFormat#BINARY}, and prints the numbers of present, missing and duplicate
 * parts for each machine and hour. It needs no records.
 *
 * <pre>{@code
 * java -cp ... dev.nestmap.kafka.AuditCommand client.properties TOPIC [BEGIN END]
 * }</pre>
 *
 * <p>The file has the configuration of the Kafka client. The topic is a regular expression, which may match several topics. If two times in
 * UTC are given, such as {@code 2026-11-21T00:00:00Z}, the command counts only maps that were taken out between them. It remembers the
 * identity of each map, in about 200 bytes. It exits with 0 if each part is present once, with 1 if not, and with 2 if it could not run.
 */
public final class AuditCommand {
    private final SortedMap<Hour, Parts> hours = new TreeMap<>();
    private final Instant begin;
    private final Instant end;
    private long unreadable;

    /** A machine, and the hour in which maps were taken out. */
    record Hour(String machine, Instant time) implements Comparable<Hour> {
        @Override
        public int compareTo(Hour other) {
            return Comparator.comparing(Hour::machine).thenComparing(Hour::time).compare(this, other);
        }
    }

    /** The parts of the maps of one machine and hour. */
    static final class Parts {
        /** The numbers of the parts that were found, for each map. */
        private final Map<MapIdentity, BitSet> found = new HashMap<>();

        private long parts;
        private long expected;
        private long entries;
        private long doubled;
        private boolean exact = true;

        private void add(PartHeader part) {
            BitSet numbers = found.computeIfAbsent(part.map(), map -> {
                expected += part.parts();
                return new BitSet();
            });
            if (numbers.get(part.number())) {
                doubled++;
                return;
            }
            numbers.set(part.number());
            parts++;
            entries += part.entries();
            exact &= Part.isExact(part.lostInserts(), part.full());
        }

        long maps() {
            return found.size();
        }

        long parts() {
            return parts;
        }

        long entries() {
            return entries;
        }

        long doubled() {
            return doubled;
        }

        long missing() {
            return expected - parts;
        }

        boolean isExact() {
            return exact && missing() == 0;
        }
    }

    AuditCommand(Instant begin, Instant end) {
        this.begin = begin;
        this.end = end;
    }

    /**
     * Runs the command.
     *
     * @param arguments the file with the client's configuration, the topic, and optionally begin and end
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        if (arguments.length != 2 && arguments.length != 4) {
            System.out.println("Usage: AuditCommand CLIENT-PROPERTIES TOPIC [BEGIN END]");
            return 2;
        }
        try {
            boolean limited = arguments.length == 4;
            AuditCommand audit = new AuditCommand(
                    limited ? Instant.parse(arguments[2]) : Instant.MIN,
                    limited ? Instant.parse(arguments[3]) : Instant.MAX);
            audit.read(Utils.propsToMap(Utils.loadProps(arguments[0])), Pattern.compile(arguments[1]));
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
        return e instanceof IllegalArgumentException ? String.valueOf(e.getMessage()) : e.toString();
    }

    /** Reads all committed messages up to the current end of the topics. */
    void read(Map<String, ?> kafka, Pattern topics) {
        CommittedMessageReader.read(kafka, topics, this::add);
    }

    private void add(ConsumerRecord<byte[], byte[]> message) {
        if (message.value() == null) {
            return;
        }
        try {
            PartHeader part = PartHeader.read(ByteBuffer.wrap(message.value()));
            Instant takenOut = part.map().takenOut();
            if (!takenOut.isBefore(begin) && takenOut.isBefore(end)) {
                Hour hour = new Hour(part.map().machine(), takenOut.truncatedTo(ChronoUnit.HOURS));
                hours.computeIfAbsent(hour, it -> new Parts()).add(part);
            }
        } catch (UnreadablePartException e) {
            unreadable++;
        }
    }

    SortedMap<Hour, Parts> hours() {
        return hours;
    }

    /** Returns whether each part is present once, and every message is a part. */
    boolean isComplete() {
        return unreadable == 0
                && hours.values().stream().allMatch(parts -> parts.missing() == 0 && parts.doubled() == 0);
    }

    /** Returns the output of the command. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("machine hour maps parts entries missing doubled total\n");
        hours.forEach((hour, parts) -> text.append(String.format(
                "%s %s %d %d %d %d %d %s%n",
                hour.machine(),
                hour.time(),
                parts.maps(),
                parts.parts(),
                parts.entries(),
                parts.missing(),
                parts.doubled(),
                parts.isExact() ? "exact" : "at least")));
        return text.append(unreadable)
                .append(" messages are no parts in the binary format\n")
                .toString();
    }
}
