/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.internal.log.WarningLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs each transaction on a connection of its own, again if the database asks for it. */
final class Transactions {
    /** The log of this package. Throws nothing: an exception after a commit would say that nothing is stored. */
    static final WarningLog LOG = WarningLog.of("dev.nestmap.jdbc");

    private static final int MOST_TRIES = 10;
    private static final int LONGEST_PAUSE_MILLIS = 50;
    private static final long LONGEST_OUTAGE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final DataSource source;

    /** The connections in use: a data source that gives one away twice would mix transactions. */
    private final Set<Connection> used =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    private volatile @Nullable Outage outage;

    /**
     * A database that was away.
     *
     * @param until until this time of the nano clock, nobody tries again
     */
    private record Outage(SQLException cause, long until) {}

    Transactions(DataSource source) {
        this.source = source;
    }

    interface Work {
        void run(Connection connection) throws Exception;
    }

    interface SqlWork {
        void run(Connection connection) throws SQLException;
    }

    /** Does the same as {@link #run} for work that calls no code of users. */
    void runSql(String what, SqlWork work) throws StoreException {
        try {
            run(what, work::run);
        } catch (StoreException | RuntimeException e) {
            throw e;
        } catch (Exception e) { // InterruptedException
            Thread.currentThread().interrupt();
            throw new IllegalStateException(what + ": not done", e);
        }
    }

    /**
     * Runs a transaction. If the database is away, the next calls fail at once for as long as this one has taken, at most 30 seconds: a drain of a thousand maps must not wait
     * a thousand times until a connection times out.
     *
     * @param what names what is stored
     * @throws StoreException if the database has not stored it, as far as it is known
     */
    void run(String what, Work work) throws Exception {
        Outage last = outage;
        long started = System.nanoTime();
        if (last != null && last.until() - started > 0) {
            throw away(what, last.cause());
        }
        for (int tries = 1; ; tries++) {
            SQLException failure = tryOnce(what, started, tries, work);
            if (failure == null) {
                outage = null;
                return;
            }
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(LONGEST_PAUSE_MILLIS) + 1L);
        }
    }

    /** Returns null after the commit, or why the database asks for another try. */
    private @Nullable SQLException tryOnce(String what, long started, int tries, Work work) throws Exception {
        Connection connection;
        try {
            connection = source.getConnection();
        } catch (SQLException e) {
            throw awayNow(what, started, e);
        } catch (RuntimeException e) { // as pools throw it
            throw awayNow(what, started, new SQLException(e.toString(), e));
        }
        if (!used.add(connection)) {
            throw new IllegalStateException(
                    "the data source returns a connection that another thread is using. Each transaction of a JdbcStore"
                            + " needs a connection of its own: pass a data source that opens connections, or a pool");
        }
        try {
            if (connection.isClosed()) {
                throw new SQLNonTransientConnectionException(
                        "the data source has returned a closed connection. The store closes the connection of each transaction: pass a data"
                                + " source that opens connections, or a pool that tests them, and none that returns the same connection again");
            }
            runIn(connection, work);
            return null;
        } catch (SQLException e) {
            if (tries < MOST_TRIES && SqlFailure.mayRetry(e)) {
                return e;
            }
            if (SqlFailure.isAway(e, connection)) {
                throw awayNow(what, started, e);
            }
            throw new StoreException(
                    "the database has refused " + what + ": " + SqlFailure.text(e)
                            + (tries == 1 ? "" : ", after " + tries + " tries") + ". Nothing of it is stored",
                    false,
                    e);
        } finally {
            used.remove(connection);
            close(connection);
        }
    }

    private static void runIn(Connection connection, Work work) throws Exception {
        boolean wasAuto = connection.getAutoCommit();
        connection.setAutoCommit(false);
        boolean wasUncommitted = connection.getTransactionIsolation() == Connection.TRANSACTION_READ_UNCOMMITTED;
        if (wasUncommitted) {
            connection.setTransactionIsolation(
                    Connection.TRANSACTION_READ_COMMITTED); // an identity may still be taken back
        }
        boolean isCommitted = false;
        try {
            work.run(connection);
            connection.commit();
            isCommitted = true;
        } catch (BatchedRows.Refused e) {
            throw e.ofDatabase();
        } finally {
            if (!isCommitted) {
                quietly(connection::rollback); // a driver may commit what close finds
            }
            if (wasUncommitted) { // the next user of a pooled connection expects its own
                quietly(() -> connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED));
            }
            if (wasAuto) {
                quietly(() -> connection.setAutoCommit(true));
            }
        }
    }

    private StoreException awayNow(String what, long started, SQLException cause) {
        long now = System.nanoTime();
        outage = new Outage(cause, now + Math.min(now - started, LONGEST_OUTAGE_NANOS));
        return away(what, cause);
    }

    private static StoreException away(String what, SQLException cause) {
        return new StoreException(
                "the database is away, so it is not known whether it has stored " + what + ": "
                        + SqlFailure.text(cause),
                true,
                cause);
    }

    private static void close(Connection connection) {
        quietly(connection::close);
    }

    private interface Call {
        void run() throws SQLException;
    }

    /** The outcome of the transaction is known, or its exception counts. */
    private static void quietly(Call call) {
        try {
            call.run();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "the end of a transaction", e);
        }
    }
}
