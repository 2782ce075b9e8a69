/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.MissReport;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValueJson;
import dev.nestmap.untyped.RecordFieldDecoder;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stores reports of misses: the listener of an {@link OnDemandServer}. See {@link JdbcStore}. Each method that adds a statement returns a new
 * store. All statements of a store run in the transaction of the report, in this order. If you write your own listener, because you refuse
 * keys or fill maps, call {@link #missed} in its {@code missed}.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of handles to inner maps
 */
public final class ReportStore<K, M extends MapAccessor> implements OnDemandServer.Listener<K, M> {
    /** The ending of the name of the table in which programs record missing keys. */
    static final String REQUESTS = "_requests";

    private final Transactions transactions;
    private final StoredIdentities identities;
    private final OuterAccessor<K, M> outer;
    private final List<ConnectionAction<MissReport<K>>> steps;

    ReportStore(
            Transactions transactions,
            StoredIdentities identities,
            OuterAccessor<K, M> outer,
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
     * Adds a statement that runs for each row. If a row changes nothing in the database, that is an error, and the report comes again.
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
     * @param insert a statement with the same values in the same order: the update has to find the row that it has inserted
     * @param mapper adds the rows of each report
     * @return a store with these statements
     */
    public ReportStore<K, M> updateOrInsert(String update, String insert, ReportMapper<K> mapper) {
        return rows(update, Objects.requireNonNull(insert, "insert"), mapper);
    }

    private ReportStore<K, M> rows(String sql, @Nullable String insert, ReportMapper<K> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        BatchedRows.warnIfItReplaces(Objects.requireNonNull(sql, "sql"));
        return with((connection, report) -> {
            try (BatchedRows rows = new BatchedRows(connection, sql, insert, report.identity(), report::isExact)) {
                mapper.map(rows, report);
                rows.flush();
            }
        });
    }

    /**
     * Adds statements of your own, in the transaction of the report, as {@link MapStore#execute} does for maps.
     *
     * @param action runs them. It must not commit or close the connection, and may be called several times for a report, because the database may ask for
     *     another try
     * @return a store with these statements
     */
    public ReportStore<K, M> execute(ConnectionAction<? super MissReport<K>> action) {
        Objects.requireNonNull(action, "action");
        AtomicBoolean isChecked = new AtomicBoolean();
        return with((connection, report) ->
                UncommittedConnection.run(connection, report.identity(), action, report, isChecked));
    }

    /**
     * Stores a report, unless it is stored already. The server calls this method.
     *
     * @throws StoreException if the database has not stored the report, as far as it is known
     * @throws Exception of a mapper
     */
    @Override
    public void missed(MissReport<K> report) throws Exception {
        requireSteps();
        MapIdentity identity = report.identity();
        identities.requireSource(identity, outer.name() + REQUESTS);
        identities.once(transactions, what(identity.text()), identity, outer, connection -> store(connection, report));
    }

    private void requireSteps() {
        if (steps.isEmpty()) {
            throw new IllegalStateException("no statement says how to store the reports of " + outer.name()
                    + ": call insert, updateOrInsert or execute, and pass its result to serveRequests");
        }
    }

    private String what(String identity) {
        return "report " + identity + " of misses of " + outer.name();
    }

    private void store(Connection connection, MissReport<K> report) throws Exception {
        for (ConnectionAction<MissReport<K>> step : steps) {
            step.run(connection, report);
        }
    }

    /**
     * Stores the misses of this outer map from a file that {@code nestmap drain} or {@code nestmap end} has written, with the same statements
     * as reports. As in {@link MapStore#importFile}, stored reports are left out, and if the database refuses a report, the import continues
     * with the others.
     *
     * @param file the file; the outer map's key must have the layout that it had
     * @param accepts whether you want the misses of a key in {@link MissReport#missed}. The file contains all missed keys, even invalid ones. {@link
     *     MissReport#refused} counts the misses of keys that you don't accept. {@link MissReport#lostSoFar} is 0, because the file does not have this
     *     number
     * @return the number of reports that were stored
     * @throws StoreException if the database has refused reports: the exception of the first report, which has those of the other reports as
     *     suppressed exceptions. Thrown at once if the database is away
     * @throws IllegalArgumentException if the file has several pins with this outer map's name; then nothing is stored. Also if a line can't be read;
     *     the reports of the lines before it are then stored, unless a suppressed exception names them
     * @throws java.io.IOException if the file can't be read
     * @throws Exception of a mapper
     */
    public long importFile(Path file, Predicate<? super K> accepts) throws Exception {
        requireSteps();
        Objects.requireNonNull(accepts, "accepts");
        RecordFieldDecoder fields = RecordFieldDecoder.of(outer);
        return DrainFileLines.store(file, outer.name() + REQUESTS, "misses", line -> {
            MissReport<K> report = report(line, fields, accepts);
            MapIdentity identity = report.identity();
            return () -> identities.onceFromFile(
                    transactions, what(identity.text()), identity, connection -> store(connection, report));
        });
    }

    private MissReport<K> report(DrainFileLine line, RecordFieldDecoder fields, Predicate<? super K> accepts) {
        MapIdentity named = MapIdentity.parse(String.valueOf(line.get("identity")));
        Map<K, Long> missed = new LinkedHashMap<>();
        long refused = 0;
        Iterator<Map.Entry<ByteString, Long>> entries = line.entries(members -> Map.entry(
                BtfValueJson.read(
                        fields.zeroKey(), Objects.requireNonNull(members).get("key")),
                new BigInteger(String.valueOf(members.get("value"))).longValueExact()));
        while (entries.hasNext()) {
            Map.Entry<ByteString, Long> entry = entries.next();
            K key = key(entry.getKey());
            if (key != null && accepts.test(key)) {
                missed.merge(key, entry.getValue(), Long::sum);
            } else {
                refused += entry.getValue();
            }
        }
        MapIdentity identity = new MapIdentity(
                named.machine(),
                named.bootId(),
                named.mapId(),
                named.takenOut(),
                outer.name() + REQUESTS,
                named.outerKey());
        return MissReport.of(identity, missed, refused, Boolean.TRUE.equals(line.get("exact")));
    }

    /** Returns null for bytes that are no key of the record, or that it would not write: the server refuses such a key, too. */
    private @Nullable K key(ByteString bytes) {
        try {
            K key = outer.expert().keyFromBytes(bytes);
            return outer.expert().keyToBytes(key).equals(bytes) ? key : null;
        } catch (RuntimeException e) { // of the record's constructor, for example
            return null;
        }
    }
}
