/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Warns of a database that may lose what it has committed: a map is acknowledged after the commit, and its counts are nowhere else. */
final class Durability {
    private Durability() {}

    static void warn(Connection connection) throws SQLException {
        String database = connection.getMetaData().getDatabaseProductName();
        String remedy = null;
        if (database.equals("PostgreSQL") && "off".equals(first(connection, "show synchronous_commit"))) {
            remedy = "synchronous_commit is off. Set it to on for the user of this service";
        } else if (database.equals("H2")) {
            if (connection.getMetaData().getURL().startsWith("jdbc:h2:mem:")) {
                remedy = "it is in memory. Use a file for counts that anybody needs";
            } else if (!"0"
                    .equals(
                            first(
                                    connection,
                                    "select setting_value from information_schema.settings where setting_name = 'WRITE_DELAY'"))) {
                remedy = "it writes a commit later. Add ;WRITE_DELAY=0 to its address";
            }
        }
        if (remedy != null) {
            Transactions.LOG.log(
                    System.Logger.Level.WARNING,
                    "the database may lose counts that it has committed, although no map has them any more: " + remedy,
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
