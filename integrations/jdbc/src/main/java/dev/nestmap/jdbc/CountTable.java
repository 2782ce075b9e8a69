/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.pin.MapIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table to whose rows the numbers of entries are added. PostgreSQL does it with one statement for each row. In other databases, an update comes first, and an
 * insert if it finds no row.
 */
final class CountTable<K, E> {
    /** The digits of the largest {@code long}. */
    private static final int DIGITS = 19;

    private static final Set<Integer> ROUNDING = Set.of(Types.REAL, Types.FLOAT, Types.DOUBLE);

    /** Types that SQLite stores as floating-point numbers above 2^63. */
    private static final Set<Integer> DECIMAL = Set.of(Types.NUMERIC, Types.DECIMAL);

    /** The state of PostgreSQL for ON CONFLICT without a unique key. */
    private static final String NO_UNIQUE_KEY = "42P10";

    /** A line of a file may have more entries than the heap. */
    private static final int MOST_SUMS = 10_000;

    private final String name;
    private final List<String> keyNames;
    private final List<String> numberNames;
    private final List<KeyColumn<K, E>> keys;
    private final List<ToLongFunction<E>> numbers;

    /** The columns of the key that hold a day or a time of no zone, and what they would take. */
    private final Map<String, Class<? extends Temporal>> local = new HashMap<>();

    /** The columns of the key that hold whole numbers, where SQLite would take the text 007 for 7. */
    private final Set<String> integers = new HashSet<>();

    /** Whether the days are known to be of the maps. */
    private volatile boolean isDayChecked;

    private String sql = "";
    private @Nullable String insert;

    private CountTable(String name, Map<String, KeyColumn<K, E>> keys, Map<String, ToLongFunction<E>> numbers) {
        this.name = name;
        this.keyNames = List.copyOf(keys.keySet());
        this.numberNames = List.copyOf(numbers.keySet());
        this.keys = List.copyOf(keys.values());
        this.numbers = List.copyOf(numbers.values());
    }

    /**
     * Reads the columns.
     *
     * @throws IllegalArgumentException if a column can't hold each count, or if the key is not unique
     * @throws StoreException if the database does not have the table or a column, or is away
     */
    static <K, E> CountTable<K, E> of(
            Transactions transactions,
            String name,
            Map<String, KeyColumn<K, E>> keys,
            Map<String, ToLongFunction<E>> numbers)
            throws StoreException {
        if (keys.isEmpty() || numbers.isEmpty()) {
            throw new IllegalArgumentException("counts are added to the columns of a row of " + name
                    + ": name at least one column of the table's key, and one column for a number");
        }
        CountTable<K, E> table = new CountTable<>(name, new TreeMap<>(keys), new TreeMap<>(numbers));
        transactions.runSql("the columns of " + name, table::readColumns);
        return table;
    }

    private void readColumns(Connection connection) throws SQLException {
        List<String> all =
                Stream.concat(numberNames.stream(), keyNames.stream()).toList();
        boolean isSqlite = connection.getMetaData().getDatabaseProductName().equals("SQLite");
        local.clear();
        integers.clear();
        try (PreparedStatement query = connection.prepareStatement(
                        "select " + String.join(", ", all) + " from " + name + " where 1 = 0");
                var none = query.executeQuery()) {
            ResultSetMetaData columns = none.getMetaData();
            for (int i = 0; i < all.size(); i++) {
                int type = columns.getColumnType(i + 1);
                if (i < numberNames.size()) {
                    requireHoldsCounts(columns, i + 1, all.get(i));
                } else if (ROUNDING.contains(type) || (isSqlite && rounds(type, columns.getColumnTypeName(i + 1)))) {
                    throw new IllegalArgumentException("the column " + all.get(i) + " of the key of " + name + " is "
                            + columns.getColumnTypeName(i + 1)
                            + ", which rounds, so two keys may have one row: make it bigint, or varchar");
                } else if (isSqlite && (type == Types.INTEGER || type == Types.BIGINT)) {
                    integers.add(all.get(i));
                } else if (type == Types.DATE) {
                    local.put(all.get(i), LocalDate.class);
                } else if (type == Types.TIMESTAMP
                        && !columns.getColumnTypeName(i + 1).equals("timestamptz")) {
                    local.put(all.get(i), LocalDateTime.class);
                }
            }
        }
        String into = "(" + String.join(", ", all) + ") values (" + "?, ".repeat(all.size() - 1) + "?)";
        if (connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
            sql = "insert into " + name + " as counted " + into + " on conflict (" + String.join(", ", keyNames)
                    + ") do update set "
                    + joined(
                            numberNames,
                            column -> column + " = coalesce(counted." + column + ", 0) + excluded." + column,
                            ", ");
            insert = null;
            requireUniqueKey(connection, "explain " + sql, all.size());
        } else {
            UnaryOperator<String> sum =
                    isSqlite ? CountTable::sumOfSqlite : column -> column + " = coalesce(" + column + ", 0) + ?";
            sql = "update " + name + " set " + joined(numberNames, sum, ", ") + " where "
                    + joined(keyNames, column -> column + " = ?", " and ");
            insert = "insert into " + name + " " + into;
        }
    }

    /** SQLite calls each type decimal that it does not know, and keeps points of time in such columns as texts. */
    private static boolean rounds(int type, String name) {
        return DECIMAL.contains(type) && !name.toUpperCase(Locale.ROOT).contains("TIME");
    }

    /** SQLite's + makes more than 2^63-1 a rounded floating-point number. Its sum refuses that. */
    private static String sumOfSqlite(String column) {
        return column + " = (select sum(n) from (select coalesce(" + column + ", 0) as n union all select ?))";
    }

    /** PostgreSQL looks for the unique key when it plans the statement. */
    private void requireUniqueKey(Connection connection, String explain, int columns) throws SQLException {
        try (PreparedStatement plan = connection.prepareStatement(explain)) {
            for (int i = 1; i <= columns; i++) {
                plan.setObject(i, null);
            }
            plan.execute();
        } catch (SQLException e) {
            if (!NO_UNIQUE_KEY.equals(e.getSQLState())) {
                throw e;
            }
            String key = String.join(", ", keyNames);
            throw new IllegalArgumentException(
                    "the columns (" + key + ") are no unique key of " + name
                            + ", so PostgreSQL can't find the row to which it adds: name the columns of its primary key, or run alter table "
                            + name
                            + " add unique (" + key + ")",
                    e);
        }
    }

    private static String joined(List<String> columns, UnaryOperator<String> term, String between) {
        return columns.stream().map(term).collect(Collectors.joining(between));
    }

    private void requireHoldsCounts(ResultSetMetaData columns, int index, String column) throws SQLException {
        int type = columns.getColumnType(index);
        int precision = columns.getPrecision(index);
        boolean isDecimal = DECIMAL.contains(type);
        if (type != Types.BIGINT && !(isDecimal && (precision == 0 || precision - columns.getScale(index) >= DIGITS))) {
            throw new IllegalArgumentException("the column " + column + " of " + name + " is "
                    + columns.getColumnTypeName(index)
                    + (isDecimal ? "(" + precision + ", " + columns.getScale(index) + ")" : "")
                    + ", which can't hold each count, or rounds it: make it bigint, or numeric with " + DIGITS
                    + " digits before the point");
        }
    }

    /** Adds the entries of a map. Entries of the same row are added up before, as long as these are not too many rows. */
    void add(Connection connection, MapIdentity identity, BooleanSupplier isExact, K outerKey, Iterable<E> entries)
            throws Exception {
        Map<List<Object>, long[]> sums = new LinkedHashMap<>();
        try (BatchedRows rows = new BatchedRows(connection, sql, insert, identity, isExact)) {
            for (E entry : entries) {
                long[] counts = counts(entry);
                if (LongStream.of(counts).allMatch(count -> count == 0)) {
                    continue; // an entry of an array in which nobody has counted
                }
                long[] sum = sums.computeIfAbsent(row(identity, outerKey, entry), none -> new long[counts.length]);
                for (int i = 0; i < counts.length; i++) {
                    sum[i] = sum(i, sum[i], counts[i], entry);
                }
                if (sums.size() == MOST_SUMS) {
                    send(sums, rows);
                }
            }
            send(sums, rows);
        }
    }

    private long sum(int number, long sum, long count, E entry) {
        try {
            return Math.addExact(sum, count);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    numberNames.get(number) + " is " + count + " in " + entry + ", and " + sum
                            + " in other entries of the same row of " + name
                            + ", which is more than 2^63-1 together: find out why the program writes such a number",
                    e);
        }
    }

    private long[] counts(E entry) {
        long[] counts = new long[numbers.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = numbers.get(i).applyAsLong(entry);
            if (counts[i] < 0) {
                throw new IllegalArgumentException(
                        numberNames.get(i) + " is " + counts[i] + " in " + entry
                                + ": add takes counts from 0 to 2^63-1. For other numbers, call insert with a statement of your own");
            }
        }
        return counts;
    }

    /** Sends the rows. No row comes twice between two flushes, because PostgreSQL's driver may join them to one statement. */
    private static void send(Map<List<Object>, long[]> sums, BatchedRows rows) throws SQLException {
        for (Map.Entry<List<Object>, long[]> row : sums.entrySet()) {
            List<Object> values = new ArrayList<>();
            for (long sum : row.getValue()) {
                values.add(sum);
            }
            values.addAll(row.getKey());
            rows.add(values.toArray());
        }
        rows.flush();
        sums.clear();
    }

    private List<Object> row(MapIdentity identity, K outerKey, E entry) throws Exception {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String column = keyNames.get(i);
            Object value = keys.get(i).value(identity, outerKey, entry);
            if (value == null) {
                throw new IllegalArgumentException("the column " + column + " of the key of " + name + " is null for "
                        + entry + ", which is no row's key");
            }
            if (value instanceof CharSequence && integers.contains(column)) {
                throw new IllegalArgumentException("the column " + column + " of the key of " + name
                        + " holds whole numbers, and SQLite would read the text " + value
                        + " as a number: pass a number, or make the column varchar");
            }
            Class<? extends Temporal> type = value instanceof Instant ? local.get(column) : null;
            if (type != null) {
                throw new IllegalArgumentException("the column " + column + " of " + name + " is a "
                        + (type == LocalDate.class ? "date" : "timestamp without a time zone")
                        + ", for which the database would choose the time zone: pass " + type.getSimpleName()
                        + ".ofInstant(map.takenOut(), zone)");
            }
            if (value instanceof LocalDate day && !isDayChecked) {
                isDayChecked = true;
                warnIfPresentDay(column, keys.get(i), day, identity, outerKey, entry);
            }
            values.add(value);
        }
        return values;
    }

    /** Warns of a day that does not depend on the map: at midnight, or after an outage of the database, the counts of the day before would belong to it. */
    private void warnIfPresentDay(
            String column, KeyColumn<K, E> key, LocalDate day, MapIdentity identity, K outerKey, E entry)
            throws Exception {
        MapIdentity earlier = new MapIdentity(
                identity.machine(),
                identity.bootId(),
                identity.mapId(),
                identity.takenOut().minus(Duration.ofDays(400)),
                identity.outerMap(),
                identity.outerKey());
        long distance = day.toEpochDay() - LocalDate.now(ZoneOffset.UTC).toEpochDay();
        if (Math.abs(distance) <= 1 && day.equals(key.value(earlier, outerKey, entry))) {
            Transactions.LOG.log(
                    System.Logger.Level.WARNING,
                    "the column " + column + " of " + name
                            + " does not depend on map.takenOut(). If it is the day on which the map is stored, a map that waits over"
                            + " midnight gets the wrong day: use LocalDate.ofInstant(map.takenOut(), zone)",
                    null);
        }
    }
}
