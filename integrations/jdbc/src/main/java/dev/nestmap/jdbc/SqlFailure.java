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

    /** The beginning of the states of a transaction that may succeed in another try: serialization failures and deadlocks. */
    private static final List<String> AGAIN = List.of("40");

    /**
     * The beginnings of states of a database that can't store any map: no connection, no resources such as a full disk, stopping or starting, errors of the
     * operating system, and read-only, as a replica.
     */
    private static final List<String> AWAY = List.of("08", "53", "57P", "58", "25006");

    /** A row with this key exists. */
    private static final Set<String> DUPLICATE = Set.of("23505", "23000");

    /** A table does not exist: of PostgreSQL, and of MySQL. */
    private static final Set<String> NO_TABLE = Set.of("42P01", "42S02");

    /** SQLite has codes instead of states: another connection is writing. */
    private static final Set<Integer> SQLITE_AGAIN = Set.of(5, 6);

    /** It can't store any map: locked, read-only, input and output, corrupt, a full disk, can't open, no database. */
    private static final Set<Integer> SQLITE_AWAY = Set.of(5, 6, 8, 10, 11, 13, 14, 26);

    private SqlFailure() {}

    static boolean mayRetry(SQLException e) {
        return causes(
                e,
                cause -> cause instanceof SQLTransactionRollbackException
                        || hasState(cause, AGAIN)
                        || SQLITE_AGAIN.contains(sqliteCode(cause)));
    }

    static boolean isDuplicate(SQLException e) {
        return causes(
                e,
                cause -> DUPLICATE.contains(String.valueOf(cause.getSQLState()))
                        || (isSqlite(cause)
                                && String.valueOf(cause.getMessage()).contains("UNIQUE constraint failed")));
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
                        || hasState(cause, AWAY)
                        || SQLITE_AWAY.contains(sqliteCode(cause)));
    }

    /** The message of the first exception that says more than that a batch has failed, and what to do about a missing table of {@link JdbcStore}. */
    static String text(SQLException e) {
        SQLException first =
                e instanceof BatchUpdateException && e.getNextException() != null ? e.getNextException() : e;
        String message = String.valueOf(first.getMessage());
        String state = first.getSQLState();
        boolean lacksTable = (NO_TABLE.contains(String.valueOf(state)) || message.contains("no such table"))
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

    private static boolean isSqlite(SQLException e) {
        return e.getClass().getName().startsWith("org.sqlite.");
    }

    /** The result code of SQLite; zero if the exception is of another database. */
    private static int sqliteCode(SQLException e) {
        return isSqlite(e) ? e.getErrorCode() : 0;
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
