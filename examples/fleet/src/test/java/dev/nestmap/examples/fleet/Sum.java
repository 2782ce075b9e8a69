/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A sum of counts.
 *
 * @param rows number of rows, also of those without counts; 0 if unknown
 * @param packets number of datagrams
 * @param bytes their length, with the headers of IP and UDP
 * @param exact false if counts are missing: then the numbers are lower bounds
 */
record Sum(long rows, long packets, long bytes, boolean exact) {
    static final Sum ZERO = new Sum(0, 0, 0, true);

    /** The total in the table of a loader. */
    static Sum of(Connection database) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet sum = statement.executeQuery(
                        "SELECT (SELECT sum(last) FROM series), coalesce(sum(packets), 0), coalesce(sum(bytes), 0),"
                                + " count(*) FILTER (WHERE total = 'at least') = 0 FROM bill")) {
            sum.next();
            return new Sum(
                    sum.getLong(1),
                    sum.getBigDecimal(2).longValueExact(),
                    sum.getBigDecimal(3).longValueExact(),
                    sum.getBoolean(4));
        }
    }

    Sum plus(Sum other) {
        return new Sum(rows + other.rows, packets + other.packets, bytes + other.bytes, exact && other.exact);
    }

    /** Whether both count the same. */
    boolean counts(Sum other) {
        return packets == other.packets && bytes == other.bytes && exact == other.exact;
    }
}
