/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The table of the identities that are stored. A row may go when its map or report is acknowledged: then it can't come again. What this process has
 * stored goes as soon as the outer map does not list it any more. What ended processes have left goes after {@link #KEPT}, because a file of {@code
 * nestmap drain} may still have it. Imported rows stay.
 */
final class StoredIdentities {
    static final Duration KEPT = Duration.ofDays(30);
    static final String IMPORTED = "imported";

    private static final int MOST_ROWS = 1000;
    private static final Duration BETWEEN_REMOVALS = Duration.ofMinutes(1);
    private static final Duration BETWEEN_SEARCHES = Duration.ofDays(1);

    private final String name;
    private final Clock clock;
    private final Map<String, Source> sources = new ConcurrentHashMap<>();

    /** @param name tells apart services whose outer maps have the same name, on the same machine */
    StoredIdentities(String name, Clock clock) {
        this.name = name;
        this.clock = clock;
    }

    /** What this process knows of one outer map's rows. */
    private static final class Source {
        final Set<String> stored = ConcurrentHashMap.newKeySet();
        volatile Instant nextRemoval = Instant.MIN;
        volatile Instant nextSearch = Instant.MIN;
        volatile int fullAt = MOST_ROWS;
    }

    /**
     * Does the work in a transaction, unless a transaction with this identity was committed before.
     *
     * @param waiting lists the maps or reports that may come again
     * @return whether the work was done
     */
    boolean once(
            Transactions transactions,
            String what,
            MapIdentity identity,
            Supplier<? extends Collection<MapIdentity>> waiting,
            Transactions.Work work)
            throws Exception {
        String source = name + "/" + identity.machine() + "/" + identity.outerMap();
        Source known = sources.computeIfAbsent(source, any -> new Source());
        Set<String> removed = new HashSet<>();
        boolean[] isNew = {false};
        transactions.run(what, connection -> {
            removed.clear();
            isNew[0] = add(connection, identity.text(), source);
            if (isNew[0]) {
                work.run(connection);
                removed.addAll(remove(connection, source, known, waiting));
            }
        });
        known.stored.removeAll(removed);
        known.stored.add(identity.text());
        return isNew[0];
    }

    /** Does the same for a map from a file, whose row stays. */
    boolean onceFromFile(Transactions transactions, String what, String identity, Transactions.Work work)
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

    /** Returns false if the identity is stored. If another transaction, perhaps of a killed process, is adding it, waits for its end. */
    private boolean add(Connection connection, String identity, String source) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select 1 from nestmap_stored where identity = ?")) {
            query.setString(1, identity);
            try (ResultSet found = query.executeQuery()) {
                if (found.next()) {
                    return false;
                }
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into nestmap_stored (identity, source, stored_at) values (?, ?, ?)")) {
            insert.setString(1, identity);
            insert.setString(2, source);
            insert.setObject(3, clock.instant().atOffset(ZoneOffset.UTC));
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            throw BatchedRows.againIfDuplicate(e); // stored meanwhile: the next try finds it
        }
    }

    /** Removes rows that are not needed any more, once in a while. Returns their identities. */
    private List<String> remove(
            Connection connection, String source, Source known, Supplier<? extends Collection<MapIdentity>> waiting)
            throws SQLException {
        Instant now = clock.instant();
        boolean searches = !now.isBefore(known.nextSearch);
        if (!searches && now.isBefore(known.nextRemoval) && known.stored.size() < known.fullAt) {
            return List.of();
        }
        Set<String> candidates = new HashSet<>(known.stored);
        if (searches) {
            List<String> old = before(connection, source, now.minus(KEPT));
            candidates.addAll(old);
            known.nextSearch = now.plus(old.size() < MOST_ROWS ? BETWEEN_SEARCHES : BETWEEN_REMOVALS);
        }
        known.nextRemoval = now.plus(BETWEEN_REMOVALS);
        try {
            waiting.get().forEach(identity -> candidates.remove(identity.text()));
        } catch (BpfException e) { // the rows can wait
            System.getLogger(StoredIdentities.class.getPackageName())
                    .log(System.Logger.Level.WARNING, "old rows of nestmap_stored stay for now", e);
            return List.of();
        }
        known.fullAt = MOST_ROWS + known.stored.size() - candidates.size();
        if (!candidates.isEmpty()) {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from nestmap_stored where identity = ?")) {
                for (String identity : candidates) {
                    delete.setString(1, identity);
                    delete.addBatch();
                }
                delete.executeBatch();
            }
        }
        return List.copyOf(candidates);
    }

    private static List<String> before(Connection connection, String source, Instant limit) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select identity from nestmap_stored where source = ? and stored_at < ?")) {
            query.setString(1, source);
            query.setObject(2, limit.atOffset(ZoneOffset.UTC));
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
