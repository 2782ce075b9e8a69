/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Warns of a database that may lose what it has committed: a map is acknowledged after the commit, and its counts are nowhere else. */
final class Durability {
    private static final Set<String> FULL_OR_EXTRA = Set.of("2", "3");

    /** Journals of SQLite that a kill takes with it, and the file is corrupt then. */
    private static final Set<String> NO_JOURNAL = Set.of("off", "memory");

    private Durability() {}

    static void warn(Connection connection) throws SQLException {
        String database = connection.getMetaData().getDatabaseProductName();
        String remedy = null;
        if (database.equals("PostgreSQL") && "off".equals(first(connection, "show synchronous_commit"))) {
            remedy = "synchronous_commit is off. Set it to on for the user of this service";
        } else if (database.equals("SQLite")) {
            if (String.valueOf(first(connection, "select file from pragma_database_list where name = 'main'"))
                    .isEmpty()) {
                remedy = "it is in memory. Use a file for counts that anybody needs";
            } else if (!FULL_OR_EXTRA.contains(String.valueOf(first(connection, "pragma synchronous")))) {
                remedy = "it does not wait for the disk. Leave out synchronous in its address, or set it to full";
            } else if (NO_JOURNAL.contains(String.valueOf(first(connection, "pragma journal_mode")))) {
                remedy = "it has no journal in a file. Leave out journal_mode in its address";
            }
        } else if (database.equals("H2")) {
            remedy =
                    "if the process is killed, a file of H2 can lose up to 20 commits, even with WRITE_DELAY=0. Use SQLite or PostgreSQL";
        }
        if (remedy != null) {
            Transactions.LOG.log(
                    System.Logger.Level.WARNING,
                    "the database may lose counts that it has committed and that no map has any more: " + remedy,
                    null);
        }
    }

    private static @Nullable String first(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }
}
