/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells what an exception of a database means. */
final class SqlFailure {
    private static final int ANSWER_SECONDS = 5;

    /** States of a transaction that may succeed in another try: serialization failures and deadlocks, and H2's "concurrent update". */
    private static final List<String> AGAIN = List.of("40", "90131");

    /**
     * The beginnings of states of a database that can't store any map: no connection, no resources such as a full disk, stopping or starting, errors of the
     * operating system, and read-only, as a replica. The last ones are H2's: input and output, broken, closed.
     */
    private static final List<String> AWAY =
            List.of("08", "53", "57P", "58", "25006", "90028", "90031", "90067", "90098", "90121");

    /** A row with this key exists. */
    private static final Set<String> DUPLICATE = Set.of("23505", "23000");

    /** A table does not exist: of PostgreSQL; of H2 and MySQL; of H2, whose table has a different case or is in another database. */
    private static final Set<String> NO_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");

    private SqlFailure() {}

    static boolean mayRetry(SQLException e) {
        return causes(e, cause -> cause instanceof SQLTransactionRollbackException || hasState(cause, AGAIN));
    }

    static boolean isDuplicate(SQLException e) {
        return causes(e, cause -> DUPLICATE.contains(String.valueOf(cause.getSQLState())));
    }

    /** Whether the database is away, and has not only refused what it got. Asks the database if the exception does not tell. */
    static boolean isAway(SQLException e, Connection connection) {
        if (isAway(e)) {
            return true;
        }
        try {
            return !connection.isValid(ANSWER_SECONDS);
        } catch (SQLException ofDriver) {
            return true;
        }
    }

    private static boolean isAway(SQLException e) {
        return causes(
                e,
                cause -> cause instanceof SQLNonTransientConnectionException
                        || cause instanceof SQLTransientConnectionException
                        || cause instanceof SQLRecoverableException
                        || hasState(cause, AWAY));
    }

    /** The message of the first exception that says more than that a batch has failed, and what to do about a missing table of {@link JdbcStore}. */
    static String text(SQLException e) {
        SQLException first =
                e instanceof BatchUpdateException && e.getNextException() != null ? e.getNextException() : e;
        String message = String.valueOf(first.getMessage());
        String state = first.getSQLState();
        boolean lacksTable = NO_TABLE.contains(String.valueOf(state))
                && message.toLowerCase(Locale.ROOT).contains("nestmap_");
        return message
                + (state == null ? "" : " (SQLState " + state + ")")
                + (lacksTable
                        ? ". Call createTables of JdbcStore at the start, or create the tables of dev/nestmap/jdbc/tables.sql in the schema of this connection"
                        : "");
    }

    private static boolean hasState(SQLException e, List<String> beginnings) {
        String state = e.getSQLState();
        return state != null && beginnings.stream().anyMatch(state::startsWith);
    }

    private interface Test {
        boolean test(SQLException e);
    }

    private static boolean causes(SQLException e, Test test) {
        for (Throwable any : e) { // the exceptions of the chain, and their causes
            if (any instanceof SQLException cause && test.test(cause)) {
                return true;
            }
        }
        return false;
    }
}
