package com.acme;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.prometheusmetrics.*;
import java.io.IOException;
import java.nio.file.*;
import java.sql.*;
import java.time.*;
import java.util.*;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Adds the rows of topics up in a database, each once, although it may be killed at any moment. Several processes share the partitions. A process ends if Kafka
 * or the database fails, so let systemd restart it.
 */
public final class Loader {
    private static final String THERE = " WHERE topic = ? AND part = ?";

    private final Database database;
    private final Set<TopicPartition> deleted = new HashSet<>();

    /** Creates the tables. The statements after the line with "each batch" add messages up. */
    public Loader(Connection database, String sql) throws SQLException {
        this.database = new Database(database, sql);
    }

    /** The arguments are client.properties, a regular expression for topics, the JDBC address, and the files with the tables and the statements. */
    public static void main(String[] arguments) throws IOException, SQLException {
        // The processes of a group share the partitions. After ten seconds, another one reads what a killed process has read, or a new partition.
        Map<String, Object> client = new HashMap<>(Map.of("group.id", "loader", "session.timeout.ms", 10_000, "metadata.max.age.ms", 10_000));
        client.putAll(Utils.propsToMap(Utils.loadProps(arguments[0])));
        client.putAll(Map.of("isolation.level", "read_committed", "auto.offset.reset", "none", "enable.auto.commit", false));
        try (Metrics metrics = Metrics.serve(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), 9466);
                Connection database = DriverManager.getConnection(arguments[2]);
                KafkaConsumer<String, String> consumer = new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer());
                KafkaClientMetrics ofClient = new KafkaClientMetrics(consumer)) {
            ofClient.bindTo(metrics.registry());
            StringBuilder sql = new StringBuilder();
            for (String file : List.of(arguments).subList(3, arguments.length)) {
                sql.append(Files.readString(Path.of(file)));
            }
            new Loader(database, sql.toString()).follow(consumer, Pattern.compile(arguments[1]), metrics.registry().gauge("flows.problems", new AtomicLong()));
        }
    }

    private void follow(KafkaConsumer<String, String> consumer, Pattern topics, AtomicLong problems) throws SQLException {
        consumer.subscribe(topics, new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                deleted.removeAll(partitions); // another process may have read what this one missed
                partitions.forEach(partition -> consumer.seek(partition, begin(partition)));
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
        });
        for (long checked = System.nanoTime(); true; ) {
            try {
                List<ConsumerRecord<String, String>> messages = new ArrayList<>();
                consumer.poll(Duration.ofMillis(200)).forEach(messages::add);
                load(messages);
            } catch (OffsetOutOfRangeException e) { // retention was faster than the loader, or the table is new
                deleted.addAll(e.partitions());
                consumer.seekToBeginning(e.partitions());
            }
            if (System.nanoTime() - checked > 10_000_000_000L) { // not the wall clock, which may be set
                checked = System.nanoTime();
                check(consumer, topics, Database.time(System.currentTimeMillis()));
                problems.set(database.run("SELECT count(*) FROM problem"));
                database.commit();
            }
        }
    }

    /** Says until when everything is read. A new partition, which nobody reads yet, holds that back. */
    private void check(KafkaConsumer<?, ?> consumer, Pattern topics, OffsetDateTime now) throws SQLException {
        consumer.listTopics().values().stream()
                .flatMap(List::stream)
                .filter(each -> topics.matcher(each.topic()).matches())
                .forEach(each -> begin(new TopicPartition(each.topic(), each.partition())));
        for (Map.Entry<TopicPartition, Long> end : consumer.endOffsets(consumer.assignment()).entrySet()) {
            TopicPartition partition = end.getKey();
            long next = consumer.position(partition);
            if (next >= end.getValue() && !deleted.contains(partition)) {
                database.run("UPDATE position SET next = ?, read_until = ?" + THERE, next, now, partition.topic(), partition.partition());
            }
        }
        consumer.commitAsync(); // only for kafka-consumer-groups.sh
    }

    /** Returns the offset of the next message. */
    private long begin(TopicPartition partition) {
        try {
            try {
                database.run("INSERT INTO position (topic, part, next) SELECT t, p, 0 FROM (SELECT CAST(? AS VARCHAR) AS t, CAST(? AS INT) AS p) n"
                        + " WHERE NOT EXISTS (SELECT 1 FROM position WHERE topic = t AND part = p)", partition.topic(), partition.partition());
                database.commit();
            } catch (SQLException e) { // another process has just inserted it
                database.rollback();
            }
            return database.run("SELECT next FROM position" + THERE, partition.topic(), partition.partition());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds messages up in one transaction, and with them how far this process has read. Sets those aside that can't be read. */
    public void load(List<ConsumerRecord<String, String>> messages) throws SQLException {
        for (int i = messages.size() - 1; i > 0; i--) {
            if (String.valueOf(messages.get(i).value()).contains("\"previous\":")) { // the series that it continues has to be in its table
                load(messages.subList(0, i));
                load(messages.subList(i, messages.size()));
                return;
            }
        }
        Map<TopicPartition, ConsumerRecord<String, String>> last = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        for (ConsumerRecord<String, String> each : messages) {
            last.put(new TopicPartition(each.topic(), each.partition()), each);
            if (deleted.remove(new TopicPartition(each.topic(), each.partition()))) { // in a transaction of its own, because perhaps none of them can be read
                database.run("INSERT INTO unread SELECT topic, part, next, read_until, CAST(? AS TIMESTAMP WITH TIME ZONE) FROM position" + THERE,
                        Database.time(each.timestamp()), each.topic(), each.partition());
                database.run("UPDATE position SET next = ?" + THERE, each.offset(), each.topic(), each.partition());
                database.commit();
            }
        }
        try {
            for (ConsumerRecord<String, String> each : last.values()) { // others that read the same wait here, in the same order
                database.run("UPDATE position SET next = 1 + ?" + THERE, each.offset(), each.topic(), each.partition());
            }
            if (!messages.isEmpty()) {
                database.runBatch(messages.stream().map(Loader::line).toArray());
            }
        } catch (SQLException e) {
            database.rollback();
            String state = e.getSQLState() == null ? e.getMessage() : e.getSQLState(); // DuckDB has none
            if (!state.matches("(?s)(22|23|Conversion|Constraint|Invalid Input|Out of Range).*")) { // no value that doesn't fit
                throw e;
            }
            if (messages.size() > 1) {
                load(messages.subList(0, messages.size() / 2));
                load(messages.subList(messages.size() / 2, messages.size()));
            } else {
                setAside(messages.get(0), e.getMessage().lines().findFirst().orElse(""));
            }
        }
        database.commit();
    }

    private void setAside(ConsumerRecord<String, String> message, String reason) throws SQLException {
        Object[] place = {message.offset(), message.topic(), message.partition()};
        database.run("DELETE FROM unreadable WHERE loaded = FALSE AND kafka_offset = ? AND topic = ? AND part = ?", place);
        database.commit();
        database.run(
                "INSERT INTO unreadable (row_key, message, reason, kafka_offset, topic, part) SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS BIGINT), CAST(? AS VARCHAR), CAST(? AS INT)"
                        + " WHERE NOT EXISTS (SELECT 1 FROM unreadable WHERE loaded = TRUE AND row_key = ?)",
                Database.text(message.key()), Database.text(message.value()), reason, place[0], place[1], place[2], Database.text(message.key()));
        database.run("UPDATE position SET next = 1 + ?" + THERE, place);
    }

    /** Adds Kafka's time. */
    private static String line(ConsumerRecord<String, String> message) {
        String row = String.valueOf(message.value()).strip();
        return row.startsWith("{") && row.endsWith("}")
                ? row.substring(0, row.length() - 1) + ",\"kafka_time\":" + message.timestamp() + "}"
                : "no row";
    }
}
