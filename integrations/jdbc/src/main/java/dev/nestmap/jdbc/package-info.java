/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Stores drained inner maps and reports of misses in a database with JDBC, each exactly once.
 *
 * <p>A {@link JdbcStore} stores each map or report in a separate transaction, together with its identity. If a map comes again after a crash,
 * the store recognises the identity.
 */
@NullMarked
package dev.nestmap.jdbc;

import org.jspecify.annotations.NullMarked;
