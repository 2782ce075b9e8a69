package com.acme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
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
 * Copies rows from Kafka to a table, each once, although it may be killed at any moment: a row that comes again has the key of one that is there.
 */
public final class Loader {
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * Loads until it is killed.
     *
     * @param arguments client.properties, the topic, the JDBC address, and the file with the table
     */
    public static void main(String[] arguments) throws IOException, SQLException {
        Map<String, Object> client = Utils.propsToMap(Utils.loadProps(arguments[0]));
        client.putIfAbsent("group.id", "loader"); // of one table: another would lack what this one has loaded
        client.put("group.instance.id", client.get("group.id")); // replaces a killed loader at once
        client.put("isolation.level", "read_committed");
        client.put("auto.offset.reset", "earliest");
        client.put("enable.auto.commit", false);
        try (Connection database = DriverManager.getConnection(arguments[2]);
                PreparedStatement insert = prepare(database, Files.readString(Path.of(arguments[3])));
                KafkaConsumer<byte[], String> consumer =
                        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(arguments[1]));
            while (true) {
                load(consumer, insert);
            }
        }
    }

    /** Creates the table. Returns the last statement of the file, which inserts rows. */
    public static PreparedStatement prepare(Connection database, String sql) throws SQLException {
        String[] statements = sql.split(";\n", -1);
        for (int i = 0; i < statements.length - 1; i++) {
            try (Statement statement = database.createStatement()) {
                statement.execute(statements[i]);
            }
        }
        return database.prepareStatement(statements[statements.length - 1]);
    }

    /** Inserts what has arrived. Only then, Kafka remembers how far it has got. */
    private static void load(KafkaConsumer<byte[], String> consumer, PreparedStatement insert) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (ConsumerRecord<byte[], String> message : consumer.poll(POLL)) {
            rows.add(message.value());
        }
        if (!rows.isEmpty()) {
            insert.setString(1, String.join("\n", rows));
            insert.execute();
            consumer.commitSync();
        }
    }
}
