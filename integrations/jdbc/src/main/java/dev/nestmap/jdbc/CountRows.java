/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.untyped.BtfValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Writes the table {@code nestmap_counts}. */
final class CountRows implements AutoCloseable {
    private static final String INSERT =
            "insert into nestmap_counts (taken_out, machine, outer_map, outer_key, entry_key, field, amount, exact)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?)";

    private final BatchedRows rows;

    CountRows(Connection connection, MapIdentity identity, BooleanSupplier isExact) throws SQLException {
        rows = new BatchedRows(connection, INSERT, null, identity, isExact);
    }

    /** Adds a row for each number. */
    void add(String outerKey, String entryKey, List<BtfValue> values) {
        Map<String, BigInteger> sums = new LinkedHashMap<>();
        values.forEach(value -> addNumbers("", value, sums));
        for (Map.Entry<String, BigInteger> field : sums.entrySet()) {
            add(outerKey, entryKey, field.getKey(), field.getValue());
        }
    }

    void add(String outerKey, String entryKey, String field, BigInteger amount) {
        MapIdentity identity = rows.identity();
        rows.add(
                rows.takenOut(),
                identity.machine(),
                identity.outerMap(),
                outerKey,
                entryKey,
                field,
                new BigDecimal(amount),
                rows.isExact());
    }

    private static void addNumbers(String prefix, BtfValue value, Map<String, BigInteger> sums) {
        String name = value.name().isEmpty() ? "value" : value.name();
        BigInteger number = value.number();
        switch (value.kind()) {
            case NUMBER -> {
                if (number != null && !value.isInstant()) {
                    sums.merge(prefix + name, number, BigInteger::add);
                }
            }
            case STRUCT, UNION, ARRAY -> {
                String inside = value.name().isEmpty() ? prefix : prefix + value.name() + ".";
                value.parts().forEach(part -> addNumbers(inside, part, sums));
            }
            default -> {
                // no number
            }
        }
    }

    @Override
    public void close() throws SQLException {
        rows.close();
    }

    void flush() throws SQLException {
        rows.flush();
    }
}
