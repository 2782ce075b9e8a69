package com.acme;

import java.sql.*;
import java.time.*;
import java.util.List;

/** The loader's database, and the statements of its files. */
final class Database {
    private final Connection connection;
    private final List<String> batch;

    Database(Connection connection, String sql) throws SQLException {
        this.connection = connection;
        String[] parts = ("\n" + sql).split("\n-- each batch.*\n", 2);
        for (String each : parts[0].isBlank() ? new String[0] : parts[0].split(";\n")) {
            run(each);
        }
        batch = List.of(parts[1].split(";\n"));
        connection.setAutoCommit(false);
    }

    /** Runs the statements for a batch of messages. */
    void runBatch(Object[] lines) throws SQLException {
        Array array = connection.createArrayOf("varchar", lines);
        for (String each : batch) {
            run(each, each.contains("?") ? new Object[] {array} : new Object[0]);
        }
    }

    /** Runs a statement. Returns its first value. */
    long run(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            ResultSet result = statement.execute() ? statement.getResultSet() : null;
            return result != null && result.next() ? result.getLong(1) : 0;
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    /** PostgreSQL's texts have no character 0. */
    static String text(String any) {
        return any == null ? null : any.replace('\0', '\ufffd');
    }

    static OffsetDateTime time(long millis) {
        return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
    }
}
