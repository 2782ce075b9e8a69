/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.acme.Loader;
import dev.nestmap.runtime.testing.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tables of duckdb.sql and postgresql.sql have each row once, with all digits, show what is missing, and take no row without its counts. */
class LoaderTest {
    private static final String MOST = "18446744073709551615"; // of a __u64

    private static String row(int number, String packets) {
        return "{\"series\":\"c0a8f2de-51b7-4c7e-8f0e-3a9d2b6c4e10\",\"number\":" + number
                + ",\"machine\":\"a\\\"'\\\\b\",\"outer_map\":\"tenant\",\"taken_out\":\"2026-11-21T10:15:30.007Z\",\"exact\":true,"
                + "\"outer_key\":4294967295,\"key_source\":4294967295,\"key_destination\":1,\"key_source_port\":65535,"
                + "\"key_destination_port\":1," + packets + "\"value_bytes\":2}";
    }

    @Test
    void duckDb() throws Exception {
        requireTable("jdbc:duckdb:", "duckdb.sql");
    }

    @Test
    @Tag("server")
    void postgres() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            requireTable(server.url(), "postgresql.sql");
            requireNoRightToCreate(server.url());
        }
    }

    /** With the last statement alone, a loader needs only the right to insert. */
    private static void requireNoRightToCreate(String url) throws Exception {
        String sql = KernelConsumersTest.table("postgresql.sql");
        String last = sql.substring(sql.lastIndexOf(";\n") + 2);
        try (Connection database = DriverManager.getConnection(url);
                Statement administrator = database.createStatement()) {
            administrator.execute("CREATE ROLE loader");
            administrator.execute("GRANT INSERT ON flow TO loader");
            administrator.execute("SET ROLE loader");
            String row = row(6, "\"value_packets\":1,");
            assertThatThrownBy(() -> insert(database, sql, row)).hasMessageContaining("permission denied");
            insert(database, last, row);
            insert(database, last, row);
            administrator.execute("RESET ROLE");
            try (ResultSet rows = administrator.executeQuery("SELECT count(*) FROM flow")) {
                rows.next();
                assertThat(rows.getLong(1)).isEqualTo(8);
            }
        }
    }

    private static void requireTable(String url, String file) throws Exception {
        String sql = KernelConsumersTest.table(file);
        try (Connection database = DriverManager.getConnection(url)) {
            insert(database, sql, row(2, "\"value_packets\":7,") + "\n" + row(3, "\"value_packets\":8,"));
            insert(database, sql, row(3, "\"value_packets\":8,"));
            assertThat(Sum.of(database)).isEqualTo(new Sum(2, 15, 4, false));

            for (String packets : new String[] {"", "\"value_packets\":null,", "\"value_packets\":\"COLOR_RED\","}) {
                assertThatThrownBy(() -> insert(database, sql, row(1, packets)))
                        .as(packets)
                        .isInstanceOf(SQLException.class);
            }
            insert(database, sql, row(1, "\"value_packets\":1,"));
            assertThat(Sum.of(database)).isEqualTo(new Sum(3, 16, 6, true));

            insert(database, sql, row(4, "\"value_packets\":1,").replace("\"exact\":true", "\"exact\":false"));
            assertThat(Sum.of(database)).isEqualTo(new Sum(4, 17, 8, false));

            insert(database, sql, row(5, "\"value_large\":1,\"value_packets\":" + MOST + ","));
            assertThat(maximum(database)).isEqualTo("4294967295 a\"'\\b " + MOST);
            requireAddedColumn(database, sql);
        }
    }

    /** The loader of PostgreSQL may run meanwhile. The last statement for DuckDB lists the columns. */
    private static void requireAddedColumn(Connection database, String sql) throws SQLException {
        String last = "\"value_bytes\": \"UBIGINT\"";
        try (PreparedStatement running = Loader.prepare(database, sql);
                Statement administrator = database.createStatement()) {
            for (int i = 0; i < 10; i++) { // after a few, PostgreSQL has prepared it
                insert(running, row(7, "\"value_packets\":1,"));
            }
            administrator.execute("ALTER TABLE flow ADD COLUMN value_large numeric");
            String row = row(8, "\"value_large\":9,\"value_packets\":1,");
            if (sql.contains(last)) {
                insert(database, sql.replace(last, last + ", \"value_large\": \"UBIGINT\""), row);
            } else {
                insert(running, row);
            }
            try (ResultSet large = administrator.executeQuery("SELECT sum(value_large) FROM flow")) {
                large.next();
                assertThat(large.getInt(1)).isEqualTo(9);
            }
        }
    }

    /** As a loader that has just been started. */
    private static void insert(Connection database, String sql, String rows) throws SQLException {
        try (PreparedStatement insert = Loader.prepare(database, sql)) {
            insert(insert, rows);
        }
    }

    private static void insert(PreparedStatement insert, String rows) throws SQLException {
        insert.setString(1, rows);
        insert.execute();
    }

    private static String maximum(Connection database) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT outer_key, machine, value_packets FROM flow ORDER BY value_packets DESC")) {
            row.next();
            return row.getString(1) + " " + row.getString(2) + " " + row.getString(3);
        }
    }
}
