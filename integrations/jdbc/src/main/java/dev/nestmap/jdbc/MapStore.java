/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValueJson;
import dev.nestmap.untyped.RecordFieldDecoder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Stores the drained maps of an outer map: the action of a drain. See {@link JdbcStore}. Each method that adds a statement returns a new
 * store. All statements of a store run in the transaction of the map, in this order. Add all statements to one store, because a second store
 * with the same database leaves out the maps that the first one has stored. Two stores of a {@link JdbcStore} for one ticket are an error.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of handles to inner maps
 * @param <E> the record of the entries
 */
public final class MapStore<K, M extends ReadableAccessor<?, ?>, E> implements Displaced.Action<K, M> {
    private final Transactions transactions;
    private final StoredIdentities identities;
    private final OuterAccessor<K, M> outer;
    private final Function<Object, E> toEntry;
    private final List<ConnectionAction<DrainedCounts<K, Displaced<K, M>, E>>> steps;
    private final Set<Set<Displaced.Doubt>> warned = ConcurrentHashMap.newKeySet();

    MapStore(
            Transactions transactions,
            StoredIdentities identities,
            OuterAccessor<K, M> outer,
            Function<Object, E> toEntry,
            List<ConnectionAction<DrainedCounts<K, Displaced<K, M>, E>>> steps) {
        this.transactions = transactions;
        this.identities = identities;
        this.outer = outer;
        this.toEntry = toEntry;
        this.steps = steps;
    }

    /** Combines the values of all CPUs of an entry. */
    @SuppressWarnings("unchecked") // an entry of a per-CPU map
    static <E> E combined(Object values, BinaryOperator<E> combine) {
        return ((List<E>) values).stream().reduce(combine).orElseThrow();
    }

    private MapStore<K, M, E> with(ConnectionAction<DrainedCounts<K, Displaced<K, M>, E>> step) {
        List<ConnectionAction<DrainedCounts<K, Displaced<K, M>, E>>> more = new ArrayList<>(steps);
        more.add(step);
        return new MapStore<>(transactions, identities, outer, toEntry, List.copyOf(more));
    }

    /**
     * Adds the numbers of each entry to the row with the given key. If there is no such row, inserts it. The store writes the SQL statements:
     *
     * <pre>{@code
     * store.maps(bpf.customer())
     *         .add(
     *                 "sent",
     *                 Map.of("customer", (map, customer, sender) -> customer, "sender", (map, customer, sender) -> sender.address()),
     *                 Map.of("packets", Sender::packets, "bytes", Sender::bytes));
     * }</pre>
     *
     * <p>Entries whose numbers are all 0 are left out. Entries of the same row are added up first. In the columns of numbers, null counts as
     * 0.
     *
     * @param table the name of the table, as in SQL
     * @param keys the columns of a unique key of the table, and their values
     * @param numbers the columns of the numbers ({@code bigint}, or {@code numeric} with at least 19 digits), and their values, from 0 to
     *     2^63-1
     * @return a store with one more statement
     * @throws IllegalArgumentException if the type of a number's column is too small or rounds, or if PostgreSQL knows no unique key of the
     *     key columns
     * @throws StoreException if the table or a column does not exist, or if the database can't be reached
     */
    public MapStore<K, M, E> add(
            String table, Map<String, KeyColumn<K, E>> keys, Map<String, ToLongFunction<E>> numbers)
            throws StoreException {
        CountTable<K, E> rows = CountTable.of(transactions, Objects.requireNonNull(table, "table"), keys, numbers);
        return with((connection, drained) -> rows.add(
                connection, drained.identity(), drained.isExact(), drained.key().get(), drained.entries()));
    }

    /**
     * Adds a statement that runs for each row, such as {@code insert into sent (customer, packets) values (?, ?)}. The statement may also
     * update: PostgreSQL's {@code insert ... on conflict ... do update}, or {@code merge}. If a row changes nothing in the database, that is
     * an error, and the map waits. If the statement sets a count instead of adding to it, the old count is lost, and the store logs a
     * warning. {@link #add} writes a statement that adds.
     *
     * @param sql a statement with question marks
     * @param mapper adds the rows of each entry. If it adds no row for any entry of a map, the store logs a warning once
     * @return a store with one more statement
     */
    public MapStore<K, M, E> insert(String sql, EntryMapper<? super K, ? super E> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        BatchedRows.warnIfItReplaces(Objects.requireNonNull(sql, "sql"));
        AtomicBoolean isLogged = new AtomicBoolean();
        return with((connection, drained) -> {
            K key = drained.key().get();
            boolean hasEntries = false;
            try (BatchedRows rows = new BatchedRows(connection, sql, null, drained.identity(), drained.isExact())) {
                for (E entry : drained.entries()) {
                    mapper.map(rows, key, entry);
                    hasEntries = true;
                }
                rows.flush();
                if (hasEntries && rows.isEmpty() && !isLogged.getAndSet(true)) {
                    Transactions.LOG.log(
                            System.Logger.Level.WARNING,
                            "the map of " + outer.name() + " at key "
                                    + drained.identity().outerKey()
                                    + " has entries, but the mapper has added no row for any of them, so their counts are not stored by "
                                    + sql
                                    + ". Further such maps are not logged",
                            null);
                }
            }
        });
    }

    /**
     * Adds statements of your own, in the transaction of the map.
     *
     * @param action runs the statements on the given connection. If it used a different connection, a failed transaction would not undo its writes,
     *     and the map would be written again. The action must not commit or close the connection. It may be called several times for a map, because
     *     the database may ask for another try. Don't catch exceptions of statements in the action: the database may have ended the transaction, and
     *     then the map is not stored, and waits
     * @return a store with these statements
     */
    public MapStore<K, M, E> execute(ConnectionAction<? super Displaced<K, M>> action) {
        Objects.requireNonNull(action, "action");
        AtomicBoolean isChecked = new AtomicBoolean();
        return with((connection, drained) -> {
            Displaced<K, M> ticket = drained.ticket();
            if (ticket == null) {
                throw new IllegalStateException(
                        "statements of execute can't store a map from a file, because it has no ticket");
            }
            UncommittedConnection.run(connection, drained.identity(), action, ticket, isChecked);
        });
    }

    /**
     * Stores a map, unless it is stored already. Drains call this method. For a ticket of {@code rotate} or {@link Displaced#keep}, call it yourself,
     * and acknowledge the ticket when it returns. If your own action calls this method and catches its exception, the drain does not acknowledge the
     * map: the map comes again once its ticket is closed or garbage collected. So if your action then stores the map elsewhere, it must acknowledge
     * the ticket. Otherwise, the counts are stored twice.
     *
     * @throws StoreException if the database has not stored the map, or if this is not known
     * @throws IllegalStateException if another store of the same {@link JdbcStore} has already stored this ticket's map
     * @throws Exception of a mapper
     */
    @Override
    public void drain(Displaced<K, M> displaced) throws Exception {
        boolean isStored = false;
        try {
            storeOnce(displaced);
            isStored = true;
        } finally {
            if (!isStored) {
                identities.refused(displaced);
            }
        }
    }

    private void storeOnce(Displaced<K, M> displaced) throws Exception {
        requireSteps();
        identities.requireSource(displaced.identity(), outer.name());
        M map = displaced.map();
        DrainedCounts<K, Displaced<K, M>, E> drained =
                new DrainedCounts<>(displaced::key, displaced.identity(), displaced::isExact, entries(map), displaced);
        String what = what(drained.identity());
        if (identities.once(transactions, what, drained.identity(), outer, connection -> store(connection, drained))) {
            identities.storedBy(displaced, this);
            warnIfInexact(displaced);
        } else {
            identities.requireNotStoredByOther(displaced, this);
        }
    }

    private void requireSteps() {
        if (steps.isEmpty()) {
            throw new IllegalStateException("no statement says how to store the maps of " + outer.name()
                    + ": call add, insert or execute, and drain with its result");
        }
    }

    private static String what(MapIdentity identity) {
        return "map " + identity.text() + " of " + identity.outerMap();
    }

    private void store(Connection connection, DrainedCounts<K, Displaced<K, M>, E> drained) throws Exception {
        for (ConnectionAction<DrainedCounts<K, Displaced<K, M>, E>> step : steps) {
            step.run(connection, drained);
        }
    }

    private Iterable<E> entries(Iterable<?> raw) {
        return () -> {
            Iterator<?> all = raw.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return all.hasNext();
                }

                @Override
                public E next() {
                    return toEntry.apply(all.next());
                }
            };
        };
    }

    /**
     * Stores the maps of this outer map from a file of {@code nestmap drain} or {@code nestmap end}, with the same statements as drained
     * maps. Leaves out maps that are stored already, so you may import the file again, even while the service runs. If the database refuses a
     * map, continues with the others and throws at the end. Import the file within 30 days, because the store then forgets identities.
     * Ignores lines of other outer maps, of misses ({@link ReportStore#importFile}) and of plain maps.
     *
     * @param file the file; the records must have the layout of the drained maps
     * @return the number of maps that were stored
     * @throws StoreException if the database has refused maps: the exception of the first map, which has those of the other maps as suppressed
     *     exceptions. Thrown at once if the database is away
     * @throws IllegalArgumentException if the file has several pins with this outer map's name; then nothing is stored. Also if a line can't be read;
     *     the maps of the lines before it are then stored, unless a suppressed exception names them
     * @throws IllegalStateException if the store has a statement of {@link #execute}
     * @throws java.io.IOException if the file can't be read
     * @throws Exception of a mapper
     */
    public long importFile(Path file) throws Exception {
        requireSteps();
        RecordFieldDecoder fields = RecordFieldDecoder.of(outer);
        return DrainFileLines.store(file, outer.name(), "counts", line -> {
            DrainedCounts<K, Displaced<K, M>, E> drained = drained(line, fields);
            return () -> identities.onceFromFile(
                    transactions,
                    what(drained.identity()),
                    drained.identity(),
                    connection -> store(connection, drained));
        });
    }

    private DrainedCounts<K, Displaced<K, M>, E> drained(DrainFileLine line, RecordFieldDecoder fields) {
        MapIdentity named = MapIdentity.parse(String.valueOf(line.get("identity")));
        ByteString key = BtfValueJson.read(fields.zeroKey(), line.get("key"));
        MapIdentity identity =
                new MapIdentity(named.machine(), named.bootId(), named.mapId(), named.takenOut(), outer.name(), key);
        return new DrainedCounts<>(
                () -> outer.expert().keyFromBytes(key),
                identity,
                () -> Boolean.TRUE.equals(line.get("exact")),
                entries(() -> line.entries(members -> {
                    Map.Entry<ByteString, ByteString> entry = bytes(members, fields);
                    return Bindings.entryFromBytes(
                            outer,
                            ByteBuffer.wrap(entry.getKey().toBytes()),
                            ByteBuffer.wrap(entry.getValue().toBytes()));
                })),
                null);
    }

    private static Map.Entry<ByteString, ByteString> bytes(@Nullable Map<?, ?> members, RecordFieldDecoder fields) {
        Map<?, ?> entry = Objects.requireNonNull(members);
        return Map.entry(
                BtfValueJson.read(fields.zeroInnerKey(), entry.get("key")),
                fields.isPerCpu()
                        ? perCpu((List<?>) Objects.requireNonNullElse(entry.get("values"), List.of()), fields)
                        : BtfValueJson.read(fields.zeroInnerValue(), entry.get("value")));
    }

    /** The values of the CPUs, each at a multiple of 8 bytes. */
    private static ByteString perCpu(List<?> values, RecordFieldDecoder fields) {
        int stride = (fields.zeroInnerValue().size() + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
        ByteBuffer all = ByteBuffer.allocate(stride * values.size());
        for (int i = 0; i < values.size(); i++) {
            all.put(
                    i * stride,
                    BtfValueJson.read(fields.zeroInnerValue(), values.get(i)).toBytes());
        }
        return ByteString.of(all.array());
    }

    private void warnIfInexact(Displaced<K, M> displaced) {
        try {
            Set<Displaced.Doubt> doubts = displaced.doubts();
            if (!doubts.isEmpty()) {
                Transactions.LOG.log(
                        warned.add(doubts) ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
                        "the stored counts of " + outer.name() + " at key "
                                + displaced.identity().outerKey() + " may not be exact: " + doubts
                                + ". Further maps with these doubts are logged at level DEBUG",
                        null);
            }
        } catch (BpfException e) {
            Transactions.LOG.log(
                    System.Logger.Level.WARNING,
                    "it is not known whether the stored counts of " + outer.name() + " are exact",
                    e);
        }
    }
}
