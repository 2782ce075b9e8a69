/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.MissReport;
import dev.nestmap.runtime.pin.MapIdentity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The rows of one statement, for one drained map or report. A {@link JdbcStore} sends them to the database in batches of {@value #BATCH}. */
public interface Rows {
    /** The number of rows of a batch. */
    int BATCH = 500;

    /**
     * Adds a row: the statement runs once with these values.
     *
     * @param values the values of the statement's question marks, in order. An {@link Instant} becomes an {@code OffsetDateTime} in UTC, an {@code
     *     InetAddress} its address as a text, and an enum constant its name. All other values are for {@code PreparedStatement.setObject}: a {@code @U64
     *     long} beyond 2<sup>63</sup> is negative, unless you pass {@code new BigDecimal(Long.toUnsignedString(value))}
     * @throws RuntimeException if the database refuses a row; the map or report is not stored then, whatever your code does with this exception
     */
    void add(@Nullable Object... values);

    /** {@return the identity of the map or report} */
    MapIdentity identity();

    /**
     * {@return when the map left its slot, by the machine's clock} Everything that the map counted happened before. Don't store the time in a column
     * of the type {@code date}, because the database would choose the time zone, often that of the JVM. Store {@code
     * LocalDate.ofInstant(rows.takenOut(), zone)} instead.
     */
    default Instant takenOut() {
        return identity().takenOut();
    }

    /** {@return {@link Displaced#isExact} of the map, or {@link MissReport#isExact} of the report} */
    boolean isExact();
}
