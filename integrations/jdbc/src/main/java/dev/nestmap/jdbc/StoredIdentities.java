/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The table of the identities that are stored, of maps or of reports. A row may go when its map or report is acknowledged and no file of {@code nestmap drain} has it: then
 * it can't come again. The command works only while no process owns the slots. So what was displaced after the first use of an outer map by this store is in no
 * file, and goes as soon as the outer map does not list it any more. What was waiting then, and what ended processes have left, may be in a file, and goes after
 * {@link #KEPT}, by the clock of the database: that of a machine may begin in 1970 and be set later. Imported rows stay.
 */
final class StoredIdentities {
    static final Duration KEPT = Duration.ofDays(30);
    static final String IMPORTED = "imported";

    private static final int MOST_ROWS = 1000;
    private static final Duration BETWEEN_REMOVALS = Duration.ofMinutes(1);
    private static final Duration BETWEEN_SEARCHES = Duration.ofDays(1);

    private final String name;
    private final Clock clock;
    private final Function<OuterAccessor<?, ?>, List<MapIdentity>> waiting;

    /** An outer map that is garbage owns no slots. */
    private final Map<OuterAccessor<?, ?>, Source> sources = Collections.synchronizedMap(new WeakHashMap<>());

    /** Who has stored the maps of tickets in use, or {@link #REFUSED}. */
    private final Map<Displaced<?, ?>, Object> tickets = Collections.synchronizedMap(new WeakHashMap<>());

    private static final Object REFUSED = new Object();

    /**
     * @param name tells apart services whose outer maps have the same name, on the same machine
     * @param waiting lists the maps or reports of an outer map that may come again
     */
    StoredIdentities(String name, Clock clock, Function<OuterAccessor<?, ?>, List<MapIdentity>> waiting) {
        this.name = name;
        this.clock = clock;
        this.waiting = waiting;
    }

    /** What this store knows of one outer map's rows. */
    private static final class Source {
        /** What was waiting at the first use, perhaps since an earlier process or command; null if that is not known. */
        volatile @Nullable Set<String> earlier;

        /** Whether an earlier process or a file may have had this map or report. */
        boolean mayComeAgain(String identity) {
            Set<String> known = earlier;
            return known == null || known.contains(identity);
        }

        final Set<String> stored = ConcurrentHashMap.newKeySet();
        volatile Instant nextRemoval = Instant.MIN;
        volatile Instant nextSearch = Instant.MIN;
        volatile int fullAt = MOST_ROWS;
    }

    /**
     * Knows an outer map before its first identity is stored, so that rows that it waits for stay, even if another outer map has the same name.
     */
    void register(OuterAccessor<?, ?> outer) {
        source(outer);
    }

    /** Throws if a map or report is not one of the store's outer map: its counts would get into the rows of the other one. */
    void requireSource(MapIdentity identity, String name) {
        if (!identity.outerMap().equals(name)) {
            throw new IllegalArgumentException(
                    "this store is for " + name + ", and got counts of " + identity.outerMap()
                            + ". Nothing was stored. Create a store for that outer map: call JdbcStore.maps or JdbcStore.reports");
        }
    }

    /** Notes who has stored the map of a ticket. An action that has tried again after a failure has a kept ticket by now. */
    void storedBy(Displaced<?, ?> ticket, Object store) {
        if (REFUSED.equals(tickets.put(ticket, store))) {
            ticket.acknowledge();
        }
    }

    /** Keeps a ticket whose map is not stored: if the action of its drain catches the exception, the drain must not acknowledge the map. */
    void refused(Displaced<?, ?> ticket) {
        tickets.putIfAbsent(ticket, REFUSED); // another store may have stored it
        ticket.keep();
    }

    /** Throws if another store has stored the map of a ticket: the statements of this one would never run. */
    void requireNotStoredByOther(Displaced<?, ?> ticket, Object store) {
        Object first = tickets.get(ticket);
        if (REFUSED.equals(first)) { // its commit had succeeded after all
            storedBy(ticket, store);
        } else if (first != null && !first.equals(store)) {
            throw new IllegalStateException(
                    "another MapStore has stored the map of this ticket of "
                            + ticket.identity().outerMap()
                            + ", so this one leaves it out: add all statements to one MapStore, such as store.maps(...).add(...).insert(...)");
        }
    }

    private Source source(OuterAccessor<?, ?> outer) {
        return sources.computeIfAbsent(outer, any -> new Source());
    }

    /**
     * Does the work in a transaction, unless a transaction with this identity was committed before.
     *
     * @param identity a map or report of which the caller has the ticket, so this process owns the slots
     * @return whether the work was done
     */
    boolean once(
            Transactions transactions,
            String what,
            MapIdentity identity,
            OuterAccessor<?, ?> outer,
            Transactions.Work work)
            throws Exception {
        String source = name + "/" + identity.machine() + "/" + identity.outerMap();
        Source known = source(outer);
        if (known.earlier == null) {
            known.earlier = waiting(List.of(outer)); // still lists this identity
        }
        Set<String> removed = new HashSet<>();
        boolean[] isNew = {false};
        transactions.run(what, connection -> {
            removed.clear();
            isNew[0] = add(connection, identity, source);
            if (isNew[0]) {
                work.run(connection);
                removed.addAll(remove(connection, source, known, outer));
            }
        });
        known.stored.removeAll(removed);
        if (isNew[0] && !known.mayComeAgain(key(identity))) {
            known.stored.add(key(identity));
        }
        return isNew[0];
    }

    /** Does the same for a map from a file, whose row stays. */
    boolean onceFromFile(Transactions transactions, String what, MapIdentity identity, Transactions.Work work)
            throws Exception {
        boolean[] isNew = {false};
        transactions.run(what, connection -> {
            isNew[0] = add(connection, identity, IMPORTED);
            if (isNew[0]) {
                work.run(connection);
            }
        });
        return isNew[0];
    }

    /** Boot, id and time are unique. The name of a machine may change, and {@code nestmap drain} may have another one. */
    private static String key(MapIdentity identity) {
        return identity.text().substring(identity.machine().length() + 1);
    }

    /** Returns false if the identity is stored. If another transaction, perhaps of a killed process, is adding it, waits for its end. */
    private static boolean add(Connection connection, MapIdentity identity, String source) throws SQLException {
        String machine = machine(connection, identity);
        if (machine != null) {
            warnIfRenamed(identity, machine);
            return false;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into nestmap_stored (identity, machine, source, stored_at) values (?, ?, ?, current_timestamp)")) {
            insert.setString(1, key(identity));
            insert.setString(2, identity.machine());
            insert.setString(3, source);
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            throw BatchedRows.againIfDuplicate(e); // stored meanwhile: the next try finds it
        }
    }

    /** The machine of the map or report if it is stored. */
    private static @Nullable String machine(Connection connection, MapIdentity identity) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select machine from nestmap_stored where identity = ?")) {
            query.setString(1, key(identity));
            try (ResultSet found = query.executeQuery()) {
                return found.next() ? found.getString(1) : null;
            }
        }
    }

    /** Throws if the transaction that has added the identity has ended: the database may roll it back for a statement that fails, and the next one begins another. */
    static void requireAdded(Connection connection, MapIdentity identity) throws SQLException {
        if (machine(connection, identity) == null) {
            throw new IllegalStateException(
                    "the database has ended the transaction of " + identity.text()
                            + " inside an action of execute, because a statement failed (a full disk, a deadlock) or because the action has rolled"
                            + " back. Nothing of the map or report is stored. Don't catch exceptions of statements in the action");
        }
    }

    private static void warnIfRenamed(MapIdentity identity, String machine) {
        if (!machine.equals(identity.machine())) {
            Transactions.LOG.log(
                    System.Logger.Level.WARNING,
                    "the counts of " + identity.text() + " are already stored for machine " + machine
                            + ", so this store leaves them out. It is the same map, but the machine has another name now. Let each"
                            + " process keep the name of its machine (nestmap.machine, or /etc/machine-id), and pass the same name to nestmap"
                            + " drain (--machine)",
                    null);
        }
    }

    /** Removes rows that are not needed any more, once in a while. Returns their identities. */
    private List<String> remove(Connection connection, String source, Source known, OuterAccessor<?, ?> outer)
            throws SQLException {
        Instant now = clock.instant();
        boolean searches = !now.isBefore(known.nextSearch);
        if (!searches && now.isBefore(known.nextRemoval) && known.stored.size() < known.fullAt) {
            return List.of();
        }
        Set<String> candidates = new HashSet<>(known.stored);
        if (searches) {
            List<String> old = old(connection, source);
            candidates.addAll(old);
            known.nextSearch = now.plus(old.size() < MOST_ROWS ? BETWEEN_SEARCHES : BETWEEN_REMOVALS);
        }
        known.nextRemoval = now.plus(BETWEEN_REMOVALS);
        Set<String> listed = waiting(searches ? withName(outer.name()) : List.of(outer));
        if (listed == null) {
            return List.of();
        }
        candidates.removeAll(listed);
        known.fullAt = MOST_ROWS + known.stored.size() - candidates.size();
        if (!candidates.isEmpty()) {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from nestmap_stored where identity = ? and source = ?")) {
                for (String identity : candidates) {
                    delete.setString(1, identity);
                    delete.setString(2, source);
                    delete.addBatch();
                }
                if (IntStream.of(delete.executeBatch()).anyMatch(count -> count == 0)) {
                    Transactions.LOG.log(
                            System.Logger.Level.WARNING,
                            "somebody has removed rows of nestmap_stored. If a map or report comes again after a crash, and its row is"
                                    + " missing, its counts are stored twice. Let nobody else remove rows",
                            null);
                }
            }
        }
        return List.copyOf(candidates);
    }

    private List<OuterAccessor<?, ?>> withName(String outer) {
        List<OuterAccessor<?, ?>> all = new ArrayList<>(sources.keySet());
        all.removeIf(other -> !other.name().equals(outer));
        return all;
    }

    /** The {@link #key}s of the identities that these outer maps list; null if one of them can't list them. */
    private @Nullable Set<String> waiting(List<OuterAccessor<?, ?>> outers) {
        Set<String> listed = new HashSet<>();
        try {
            for (OuterAccessor<?, ?> outer : outers) {
                waiting.apply(outer).forEach(identity -> listed.add(key(identity)));
            }
            return listed;
        } catch (BpfException e) { // the rows can wait
            Transactions.LOG.log(System.Logger.Level.WARNING, "old rows of nestmap_stored stay for now", e);
            return null;
        }
    }

    private static List<String> old(Connection connection, String source) throws SQLException {
        long days = KEPT.toDays();
        String before = connection.getMetaData().getDatabaseProductName().equals("SQLite")
                ? "datetime(current_timestamp, '-" + days + " days')"
                : "current_timestamp - interval '" + days + "' day";
        try (PreparedStatement query = connection.prepareStatement(
                "select identity from nestmap_stored where source = ? and stored_at < " + before)) {
            query.setString(1, source);
            query.setMaxRows(MOST_ROWS);
            List<String> found = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }
}
