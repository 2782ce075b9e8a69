/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.MissReport;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stores reports of misses: the listener of an {@link OnDemandServer}. See {@link JdbcStore}. Each method that adds a statement returns a new store;
 * all its statements run in the transaction of the report, in this order. If your listener also refuses keys or fills maps, call {@link #missed} in
 * its {@code missed}.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of handles to inner maps
 */
public final class ReportStore<K, M extends MapAccessor> implements OnDemandServer.Listener<K, M> {
    private final Transactions transactions;
    private final StoredIdentities identities;
    private final OuterAccessor<K, M, ?> outer;
    private final List<ConnectionAction<MissReport<K>>> steps;

    ReportStore(
            Transactions transactions,
            StoredIdentities identities,
            OuterAccessor<K, M, ?> outer,
            List<ConnectionAction<MissReport<K>>> steps) {
        this.transactions = transactions;
        this.identities = identities;
        this.outer = outer;
        this.steps = steps;
    }

    private ReportStore<K, M> with(ConnectionAction<MissReport<K>> step) {
        List<ConnectionAction<MissReport<K>>> more = new ArrayList<>(steps);
        more.add(step);
        return new ReportStore<>(transactions, identities, outer, List.copyOf(more));
    }

    /**
     * Adds a statement that runs for each row. A row that changes nothing in the database is an error, and the report comes again.
     *
     * @param sql a statement with question marks
     * @param mapper adds the rows of each report
     * @return a store with one more statement
     */
    public ReportStore<K, M> insert(String sql, ReportMapper<K> mapper) {
        return rows(sql, null, mapper);
    }

    /**
     * Adds two statements that add counts to a row: the first runs for each row, and the second for those rows that do not exist yet.
     *
     * @param update a statement such as {@code update missed set packets = packets + ? where port = ?}
     * @param insert a statement with the same values in the same order
     * @param mapper adds the rows of each report
     * @return a store with these statements
     */
    public ReportStore<K, M> updateOrInsert(String update, String insert, ReportMapper<K> mapper) {
        return rows(update, Objects.requireNonNull(insert, "insert"), mapper);
    }

    private ReportStore<K, M> rows(String sql, @Nullable String insert, ReportMapper<K> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        Objects.requireNonNull(sql, "sql");
        return with((connection, report) -> {
            try (BatchedRows rows = new BatchedRows(connection, sql, insert, report.identity(), report::isExact)) {
                mapper.map(rows, report);
                rows.flush();
            }
        });
    }

    /**
     * Stores the misses in the table {@code nestmap_counts}, for the first five minutes. The field {@code missed} has those of each key with an inner map;
     * {@code refused} and {@code waiting} have those of all other keys, with an empty key. {@link MissReport#lostSoFar} is in no row, because it is a total.
     *
     * @return a store with this table
     */
    public ReportStore<K, M> counts() {
        return with((connection, report) -> {
            try (CountRows rows = new CountRows(connection, report.identity(), report::isExact)) {
                for (Map.Entry<K, Long> key : report.missed().entrySet()) {
                    rows.add(
                            String.valueOf(BatchedRows.sqlValue(key.getKey())),
                            "",
                            "missed",
                            BigInteger.valueOf(key.getValue()));
                }
                rows.add("", "", "refused", BigInteger.valueOf(report.refused()));
                rows.add("", "", "waiting", BigInteger.valueOf(report.waiting()));
                rows.flush();
            }
        });
    }

    /**
     * Adds statements of your own, in the transaction of the report.
     *
     * @param action runs them. It must not commit or close the connection, and may be called several times for a report, because the database may ask for
     *     another try
     * @return a store with these statements
     */
    public ReportStore<K, M> execute(ConnectionAction<? super MissReport<K>> action) {
        Objects.requireNonNull(action, "action");
        return with((connection, report) -> action.run(UncommittedConnection.of(connection), report));
    }

    /**
     * Stores a report unless it is stored. The server calls it.
     *
     * @throws StoreException if the database has not stored the report, as far as it is known
     * @throws Exception of a mapper
     */
    @Override
    public void missed(MissReport<K> report) throws Exception {
        if (steps.isEmpty()) {
            throw new IllegalStateException("no statement says how to store the reports of " + outer.name()
                    + ": call insert, updateOrInsert, counts or execute, and pass its result to serveRequests");
        }
        MapIdentity identity = report.identity();
        identities.once(
                transactions,
                "report " + identity.text() + " of misses of " + outer.name(),
                identity,
                outer,
                connection -> {
                    for (ConnectionAction<MissReport<K>> step : steps) {
                        step.run(connection, report);
                    }
                });
    }
}
