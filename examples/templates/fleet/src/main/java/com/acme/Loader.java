/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Copies rows from Kafka to a table of a database, each once, although it may be killed at any moment: a row that comes again has the key of one that is
 * there. It knows nothing of Nestmap.
 */
public final class Loader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], String> consumer;
    private final Connection database;
    private final PreparedStatement insert;
    private long read;

    /**
     * Connects to Kafka and to the database.
     *
     * @param client configuration of Kafka's client, with {@code bootstrap.servers} and the {@code group.id} of this table
     * @param url the JDBC address
     * @param sql statements that create the tables, and at the end the one that inserts rows
     */
    Loader(Map<String, Object> client, String topic, String url, String sql) throws SQLException {
        database = DriverManager.getConnection(url);
        insert = prepare(database, sql);
        client.put(
                "group.instance.id",
                client.get("group.id")); // the next process takes the place of a killed one at once
        client.put("isolation.level", "read_committed");
        client.put("auto.offset.reset", "earliest");
        client.put("enable.auto.commit", false);
        consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of(topic));
    }

    /** Creates the tables. Returns what inserts rows. */
    static PreparedStatement prepare(Connection database, String sql) throws SQLException {
        String[] statements = sql.split(";\n", -1);
        for (int i = 0; i < statements.length - 1; i++) {
            try (Statement statement = database.createStatement()) {
                statement.execute(statements[i]);
            }
        }
        return database.prepareStatement(statements[statements.length - 1]);
    }

    /**
     * Loads until it is killed.
     *
     * @param arguments client.properties, the topic, the JDBC address, and postgresql.sql or duckdb.sql
     */
    public static void main(String[] arguments) throws IOException, SQLException {
        Map<String, Object> client = Utils.propsToMap(Utils.loadProps(arguments[0]));
        try (Loader loader = new Loader(client, arguments[1], arguments[2], Files.readString(Path.of(arguments[3])))) {
            while (true) {
                loader.load();
            }
        }
    }

    /** Loads some rows. Only then, Kafka remembers how far it has got. */
    private void load() throws SQLException {
        List<String> rows = new ArrayList<>();
        for (ConsumerRecord<byte[], String> message : consumer.poll(POLL)) {
            rows.add(message.value());
        }
        if (!rows.isEmpty()) {
            insert.setString(1, String.join("\n", rows));
            insert.execute();
            consumer.commitSync();
            read += rows.size();
        }
    }

    /** Loads up to the present end of the topic. All transactions must have ended. */
    void loadToEnd() throws SQLException {
        do {
            load();
        } while (consumer.assignment().isEmpty()
                || consumer.endOffsets(consumer.assignment()).entrySet().stream()
                        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue()));
    }

    /** The number of messages. */
    long read() {
        return read;
    }

    /** The total of all machines. */
    Sum sum() throws SQLException {
        return sum(database);
    }

    static Sum sum(Connection database) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet sum = statement.executeQuery(
                        "SELECT count(*), coalesce(sum(value_packets), 0), coalesce(sum(value_bytes), 0),"
                                + " coalesce(bool_and(exact), true) AND NOT EXISTS (SELECT 1 FROM gap) FROM flow")) {
            sum.next();
            return new Sum(
                    sum.getLong(1),
                    sum.getBigDecimal(2).longValueExact(),
                    sum.getBigDecimal(3).longValueExact(),
                    sum.getBoolean(4));
        }
    }

    @Override
    public void close() throws SQLException {
        consumer.close();
        database.close();
    }
}
