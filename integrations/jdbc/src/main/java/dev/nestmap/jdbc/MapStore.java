/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.untyped.RecordFieldDecoder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores the drained maps of an outer map: the action of a drain. See {@link JdbcStore}. Each method that adds a statement returns a new store; all its
 * statements run in the transaction of the map, in this order.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of handles to inner maps
 * @param <E> the record of the entries
 */
public final class MapStore<K, M extends ReadableAccessor<?, ?>, E> implements Displaced.Action<K, M> {
    private static final System.Logger LOGGER = System.getLogger(MapStore.class.getPackageName());

    private final Transactions transactions;
    private final StoredIdentities identities;
    private final OuterAccessor<K, M, ?> outer;
    private final Function<M, Iterable<E>> entries;
    private final List<ConnectionAction<Displaced<K, M>>> steps;
    private final Set<Set<Displaced.Doubt>> warned = ConcurrentHashMap.newKeySet();

    MapStore(
            Transactions transactions,
            StoredIdentities identities,
            OuterAccessor<K, M, ?> outer,
            Function<M, Iterable<E>> entries,
            List<ConnectionAction<Displaced<K, M>>> steps) {
        this.transactions = transactions;
        this.identities = identities;
        this.outer = outer;
        this.entries = entries;
        this.steps = steps;
    }

    /** Combines the values of all CPUs. */
    static <E> Iterable<E> combined(ReadableAccessor<?, List<E>> map, BinaryOperator<E> combine) {
        return () -> {
            Iterator<List<E>> all = map.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return all.hasNext();
                }

                @Override
                public E next() {
                    return all.next().stream().reduce(combine).orElseThrow();
                }
            };
        };
    }

    private MapStore<K, M, E> with(ConnectionAction<Displaced<K, M>> step) {
        List<ConnectionAction<Displaced<K, M>>> more = new ArrayList<>(steps);
        more.add(step);
        return new MapStore<>(transactions, identities, outer, entries, List.copyOf(more));
    }

    /**
     * Adds a statement that runs for each row, such as {@code insert into sent (customer, packets) values (?, ?)}. It may also update: PostgreSQL's {@code
     * insert ... on conflict ... do update}, or {@code merge}. A row that changes nothing in the database is an error, and the map waits.
     *
     * @param sql a statement with question marks
     * @param mapper adds the rows of each entry
     * @return a store with one more statement
     */
    public MapStore<K, M, E> insert(String sql, EntryMapper<? super K, ? super E> mapper) {
        return rows(sql, null, mapper);
    }

    /**
     * Adds two statements that add counts to a row, in any database: the first runs for each row, and the second for those rows that do not exist yet.
     *
     * @param update a statement such as {@code update sent set packets = packets + ? where customer = ?}
     * @param insert a statement with the same values in the same order, such as {@code insert into sent (packets, customer) values (?, ?)}
     * @param mapper adds the rows of each entry
     * @return a store with these statements
     */
    public MapStore<K, M, E> updateOrInsert(String update, String insert, EntryMapper<? super K, ? super E> mapper) {
        return rows(update, Objects.requireNonNull(insert, "insert"), mapper);
    }

    private MapStore<K, M, E> rows(String sql, @Nullable String insert, EntryMapper<? super K, ? super E> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        Objects.requireNonNull(sql, "sql");
        return with((connection, drained) -> {
            K key = drained.key();
            try (BatchedRows rows = new BatchedRows(connection, sql, insert, drained.identity(), drained::isExact)) {
                for (E entry : entries.apply(drained.map())) {
                    mapper.map(rows, key, entry);
                }
                rows.flush();
            }
        });
    }

    /**
     * Stores each number of each entry as a row of the table {@code nestmap_counts}, for the first five minutes: {@code select outer_key, sum(amount) from
     * nestmap_counts where field = 'packets' group by outer_key}. {@code field} is the name in C, keys are texts such as {@code {source: 10.0.0.1, port:
     * 443}}, and the numbers of all CPUs are added. Points of time are left out. The table grows with each drain; {@link #updateOrInsert} does not.
     *
     * @return a store with this table
     */
    public MapStore<K, M, E> counts() {
        RecordFieldDecoder fields = RecordFieldDecoder.of(outer);
        return with((connection, drained) -> {
            MapIdentity identity = drained.identity();
            try (CountRows rows = new CountRows(connection, identity, drained::isExact)) {
                String key = fields.key(identity.outerKey()).toString();
                CountRows.forEachEntry(
                        drained.map(),
                        (entryKey, value) ->
                                rows.add(key, fields.innerKey(entryKey).toString(), fields.innerValue(value)));
                rows.flush();
            }
        });
    }

    /**
     * Adds statements of your own, in the transaction of the map.
     *
     * @param action runs them. It must not commit or close the connection, and may be called several times for a map, because the database may ask for
     *     another try
     * @return a store with these statements
     */
    public MapStore<K, M, E> execute(ConnectionAction<? super Displaced<K, M>> action) {
        Objects.requireNonNull(action, "action");
        return with((connection, drained) -> action.run(UncommittedConnection.of(connection), drained));
    }

    /**
     * Stores a map unless it is stored. Drains call it; call it yourself for a ticket of {@code rotate} or {@link Displaced#keep}, and acknowledge the ticket
     * when it returns.
     *
     * @throws StoreException if the database has not stored the map, as far as it is known
     * @throws Exception of a mapper
     */
    @Override
    public void drain(Displaced<K, M> displaced) throws Exception {
        if (steps.isEmpty()) {
            throw new IllegalStateException("no statement says how to store the maps of " + outer.name()
                    + ": call insert, updateOrInsert, counts or execute, and drain with its result");
        }
        MapIdentity identity = displaced.identity();
        String what = "map " + identity.text() + " of " + identity.outerMap();
        boolean isNew = identities.once(transactions, what, identity, outer::waiting, connection -> {
            for (ConnectionAction<Displaced<K, M>> step : steps) {
                step.run(connection, displaced);
            }
        });
        if (isNew) {
            warnIfInexact(displaced);
        }
    }

    private void warnIfInexact(Displaced<K, M> displaced) {
        try {
            Set<Displaced.Doubt> doubts = displaced.doubts();
            if (!doubts.isEmpty()) {
                LOGGER.log(
                        warned.add(doubts) ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
                        () -> "the stored counts of " + outer.name() + " at key "
                                + displaced.identity().outerKey() + " may not be exact: " + doubts
                                + ". Further maps with these doubts are logged at level DEBUG");
            }
        } catch (BpfException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "it is not known whether the stored counts of " + outer.name() + " are exact",
                    e);
        }
    }
}
