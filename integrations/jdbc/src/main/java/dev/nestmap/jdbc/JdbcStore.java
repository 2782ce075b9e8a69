/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import javax.sql.DataSource;

/**
 * Stores drained inner maps and reports of misses in a database, each exactly once. You name the table, its columns, and what they hold:
 *
 * <pre>{@code
 * JdbcStore store = JdbcStore.of(dataSource);
 * store.createTables();
 * MapStore<Inet4Address, SenderMap, Sender> bill = store.maps(bpf.customer())
 *         .add(
 *                 "sent",
 *                 Map.of("customer", (map, customer, sender) -> customer, "sender", (map, customer, sender) -> sender.address()),
 *                 Map.of("packets", Sender::packets, "bytes", Sender::bytes));
 * bpf.customer().drainAll(bill);
 * }</pre>
 *
 * <p>Each map and each report has its own transaction and connection. The transaction stores the rows, and the map's {@linkplain
 * dev.nestmap.runtime.Displaced#identity identity} in the table {@code nestmap_stored}. The map is acknowledged after the commit. If the process is
 * killed, or if the answer to the commit is lost, the map comes again. The store then finds out from its identity whether it is stored already. After
 * a serialization failure or a deadlock, the store tries again, up to ten times. After any other failure, the map waits. The {@link StoreException}
 * then says whether the database is away or has refused only this map.
 *
 * <p>Never remove identities yourself. The store removes an identity when its map or report is acknowledged. Identities of earlier processes,
 * and of maps that waited when the store first saw the outer map, are kept for 30 days, because a file of {@code nestmap drain} may contain
 * these maps. Import the file within this time.
 *
 * <p>The store commits. So don't pass a data source that returns the connection of the current transaction, such as Spring's {@code
 * TransactionAwareDataSourceProxy}. A pool makes a drain of many maps faster, because each map takes a connection. The database must keep
 * what it has committed.
 *
 * <p>Threads may share a store. Use one store for all maps and reports of a service. It holds no connection between two calls.
 */
public final class JdbcStore {
    private static final String TABLES = "tables.sql";

    private final DataSource source;
    private final Clock clock;
    private final Transactions transactions;
    private final StoredIdentities mapIdentities;
    private final StoredIdentities reportIdentities;

    private JdbcStore(DataSource source, String name, Clock clock) {
        this.source = Objects.requireNonNull(source, "dataSource");
        this.clock = clock;
        this.transactions = new Transactions(source);
        this.mapIdentities = new StoredIdentities(name, clock, OuterAccessor::waiting);
        this.reportIdentities = new StoredIdentities(name, clock, OuterAccessor::waitingReports);
    }

    /**
     * Creates a store.
     *
     * @param dataSource opens connections, or lends them from a pool
     * @return the store, which has not connected yet
     */
    public static JdbcStore of(DataSource dataSource) {
        return new JdbcStore(dataSource, "", Clock.systemUTC());
    }

    /** Creates a store that reads another clock. */
    static JdbcStore of(DataSource dataSource, Clock clock) {
        return new JdbcStore(dataSource, "", clock);
    }

    /**
     * Returns a store that marks its identities with the name of a service. If two services of a machine use the same database, and their
     * outer maps have the same name, give the services different names. Otherwise, one service removes identities of the other.
     *
     * @param service a name that stays the same after a restart, at most 90 characters
     * @return a new store
     */
    public JdbcStore withName(String service) {
        return new JdbcStore(source, service, clock);
    }

    /**
     * Creates the table {@code nestmap_stored}, unless it exists. Logs a warning if the settings of
     * PostgreSQL or SQLite let the database lose what it has committed. The statements are for these two. If you create tables with a tool for migrations, or use another database, take the statements from {@code dev/nestmap/jdbc/tables.sql} in the jar.
     *
     * @throws StoreException if the database refuses a statement, or is away
     */
    public void createTables() throws StoreException {
        transactions.runSql("the tables of JdbcStore", JdbcStore::createTables);
        try {
            transactions.runSql("the settings of the database", Durability::warn);
        } catch (StoreException e) { // of a version that has no such setting
            Transactions.LOG.log(
                    System.Logger.Level.DEBUG, "it is not known whether the database keeps what it has committed", e);
        }
    }

    private static void createTables(Connection connection) throws SQLException {
        for (String sql : tables()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw BatchedRows.againIfDuplicate(e); // PostgreSQL, if another process creates them at the same time
            }
        }
    }

    private static List<String> tables() {
        try (InputStream in = Objects.requireNonNull(JdbcStore.class.getResourceAsStream(TABLES), TABLES)) {
            List<String> statements = new ArrayList<>();
            for (String part : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("(?m)^--.*$", "")
                    .split(";", -1)) {
                if (!part.isBlank()) {
                    statements.add(part.strip());
                }
            }
            return statements;
        } catch (IOException e) {
            throw new UncheckedIOException(TABLES, e);
        }
    }

    /**
     * Stores drained maps of an outer map. The result has no statement yet: add one, such as {@link MapStore#add}.
     *
     * @param outer the outer map
     * @param <K> type of its keys
     * @param <E> the record of the entries; for a per-CPU map a list of them, so use the other method
     * @param <M> type of handles to its inner maps
     * @return a store for these maps
     */
    @SuppressWarnings("unchecked") // the entries of M
    public <K, E, M extends ReadableAccessor<?, E>> MapStore<K, M, E> maps(OuterAccessor<K, M> outer) {
        mapIdentities.register(outer);
        return new MapStore<>(transactions, mapIdentities, outer, entry -> (E) entry, List.of());
    }

    /**
     * Stores drained per-CPU maps of an outer map. The result has no statement yet: add one, such as {@link MapStore#add}.
     *
     * @param outer the outer map
     * @param combine combines the values of two CPUs of an entry, for example by adding their counts
     * @param <K> type of its keys
     * @param <E> the record of the entries
     * @param <M> type of handles to its inner maps
     * @return a store for these maps
     */
    public <K, E, M extends ReadableAccessor<?, List<E>>> MapStore<K, M, E> maps(
            OuterAccessor<K, M> outer, BinaryOperator<E> combine) {
        Objects.requireNonNull(combine, "combine");
        mapIdentities.register(outer);
        return new MapStore<>(
                transactions, mapIdentities, outer, values -> MapStore.combined(values, combine), List.of());
    }

    /**
     * Stores reports of misses of an outer map with {@code @InnerMapsOnDemand}. The result has no statement yet: add one, such as
     * {@link ReportStore#insert}.
     *
     * @param outer the outer map
     * @param <K> type of its keys
     * @param <M> type of handles to its inner maps
     * @return a store for these reports
     */
    public <K, M extends MapAccessor> ReportStore<K, M> reports(OuterAccessor<K, M> outer) {
        reportIdentities.register(outer);
        return new ReportStore<>(transactions, reportIdentities, outer, List.of());
    }
}
