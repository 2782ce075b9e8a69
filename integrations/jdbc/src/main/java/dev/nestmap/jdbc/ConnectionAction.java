/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import java.sql.Connection;

/**
 * Statements in the transaction that stores a map or a report.
 *
 * @param <T> the map or the report
 */
@FunctionalInterface
public interface ConnectionAction<T> {
    /**
     * Runs the statements.
     *
     * @param connection the connection of the transaction, which refuses {@code commit}, {@code rollback}, {@code setAutoCommit} and {@code close}
     * @param stored the map or report
     * @throws Exception if it can't be stored
     */
    void run(Connection connection, T stored) throws Exception;
}
