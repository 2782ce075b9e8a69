/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.pin.MapIdentity;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows in batches. A statement that changes no row is an error, because its counts would be lost. So is an update with an insert that changes several
 * rows, because its counts would be doubled; a single statement may say what it likes: MySQL counts 2 rows for an insert that updates one.
 */
final class BatchedRows implements Rows, AutoCloseable {
    /** A statement that may leave out rows that exist already. */
    private static final Pattern SKIPS = Pattern.compile(
            "\\bdo\\s+nothing\\b|\\bdo\\s+update\\b.*\\bwhere\\b|\\binsert\\s+((or|low_priority|high_priority|delayed)\\s+)?ignore\\b",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** A statement that changes rows that exist already. */
    private static final Pattern UPDATES = Pattern.compile(
            "^\\s*(update|replace|merge)\\b|\\bdo\\s+update\\b|\\bon\\s+duplicate\\s+key\\b", Pattern.CASE_INSENSITIVE);

    private final MapIdentity identity;
    private final BooleanSupplier isExact;
    private final String sql;
    private final PreparedStatement statement;
    private final @Nullable PreparedStatement insert;
    private final List<@Nullable Object[]> pending = new ArrayList<>();
    private @Nullable SQLException failure;
    private boolean isEmpty = true;
    private boolean isInsertCompared;

    /** Carries an exception of the database through a mapper. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final SQLException ofDatabase;

        Refused(SQLException ofDatabase) {
            super("the database refuses a row: " + SqlFailure.text(ofDatabase), ofDatabase);
            this.ofDatabase = ofDatabase;
        }

        SQLException ofDatabase() {
            return ofDatabase;
        }
    }

    /** @param insert for rows that the statement does not change; null if there is none */
    BatchedRows(
            Connection connection, String sql, @Nullable String insert, MapIdentity identity, BooleanSupplier isExact)
            throws SQLException {
        this.identity = identity;
        this.isExact = isExact;
        this.sql = sql;
        this.statement = connection.prepareStatement(sql);
        this.insert = insert == null ? null : connection.prepareStatement(insert);
    }

    /** Warns of a statement that updates rows and adds nothing to what they have. */
    static void warnIfItReplaces(String sql) {
        if (UPDATES.matcher(sql).find() && !sql.contains("+")) {
            Transactions.LOG.log(
                    System.Logger.Level.WARNING,
                    "this statement replaces what a row has, so each drain overwrites the counts of the previous drain (unless the row"
                            + " belongs to this map alone). Add to the row, as in packets = packets + ?, or let add of MapStore write the"
                            + " statement: "
                            + sql,
                    null);
        }
    }

    @Override
    public MapIdentity identity() {
        return identity;
    }

    @Override
    public boolean isExact() {
        return isExact.getAsBoolean();
    }

    @Override
    public void add(@Nullable Object... values) {
        try {
            bind(statement, values);
            statement.addBatch();
            pending.add(values.clone());
            isEmpty = false;
            if (pending.size() == BATCH) {
                flush();
            }
        } catch (SQLException e) {
            failure = e;
            throw new Refused(e);
        }
    }

    /** Whether no row was added. */
    boolean isEmpty() {
        return isEmpty;
    }

    /** Sends the rows that are left. */
    void flush() throws SQLException {
        if (failure != null) {
            throw failure; // which a mapper has caught
        }
        if (pending.isEmpty()) {
            return;
        }
        int[] changed = statement.executeBatch();
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] == 0) {
                addUnchanged(pending.get(i));
            } else if (changed[i] > 1 && insert != null) {
                throw severalRows(changed[i], pending.get(i));
            } else if (changed[i] == Statement.SUCCESS_NO_INFO
                    && (insert != null || SKIPS.matcher(sql).find())) {
                throw new SQLException(
                        "the driver does not say how many rows a statement of a batch has changed, so counts could be lost unnoticed. Turn"
                                + " off the driver's option to rewrite batches, or use insert with a statement that"
                                + " inserts or updates every row: "
                                + sql);
            }
        }
        pending.clear();
    }

    private void addUnchanged(@Nullable Object[] values) throws SQLException {
        if (insert != null) {
            bind(statement, values); // an earlier row of the batch may have inserted it
            int changed = statement.executeUpdate();
            if (changed > 1) {
                throw severalRows(changed, values);
            }
            if (changed == 1) {
                return;
            }
            bind(insert, values);
            try {
                if (insert.executeUpdate() > 0) {
                    requireThatUpdateFindsInserted(values);
                    return;
                }
            } catch (SQLException e) {
                throw againIfDuplicate(e); // another transaction was faster
            }
        }
        throw new SQLException(
                "the statement changes no row for " + Arrays.toString(values) + ", so these counts would be lost: "
                        + sql + ". Insert the row before, or use a statement that inserts or updates every row");
    }

    /** Requires that the first inserted row is the one to which the update adds: with other columns in its place, it would be somebody else's. */
    private void requireThatUpdateFindsInserted(@Nullable Object[] values) throws SQLException {
        if (isInsertCompared) {
            return;
        }
        isInsertCompared = true;
        Connection connection = statement.getConnection();
        Savepoint before = connection.setSavepoint();
        int found = statement.executeUpdate(); // its values are bound
        connection.rollback(before);
        if (found == 0) {
            throw new SQLException("the insert has written a row that the update does not find, for "
                    + Arrays.toString(values) + ": both need the same values in the same order. The update is: " + sql);
        }
    }

    private SQLException severalRows(int changed, @Nullable Object[] values) {
        return new SQLException("the statement changes " + changed + " rows for " + Arrays.toString(values)
                + ", so these counts would be added " + changed + " times: " + sql
                + ". Let its WHERE find one row, by all columns of a unique key");
    }

    static SQLException againIfDuplicate(SQLException e) {
        return SqlFailure.isDuplicate(e) ? new SQLTransactionRollbackException(e.getMessage(), e.getSQLState(), e) : e;
    }

    private static void bind(PreparedStatement to, @Nullable Object[] values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            to.setObject(i + 1, sqlValue(values[i]));
        }
    }

    private static @Nullable Object sqlValue(@Nullable Object value) {
        if (value instanceof Instant time) {
            return time.atOffset(ZoneOffset.UTC);
        }
        if (value instanceof InetAddress address) {
            return address.getHostAddress();
        }
        return value instanceof Enum<?> constant ? constant.name() : value;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
        if (insert != null) {
            insert.close();
        }
    }
}
