/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Stores drained inner maps and reports of misses in a database with JDBC, each exactly once.
 *
 * <p>A {@link JdbcStore} makes a transaction for each map or report, on a connection of its own. The transaction has the rows and the identity,
 * so a map that comes again after a crash is recognised.
 */
@NullMarked
package dev.nestmap.jdbc;

import org.jspecify.annotations.NullMarked;
