/* SPDX-License-Identifier: Apache-2.0 */
/** Tests with H2, and with a server of PostgreSQL in a process of its own. */
@NullMarked
package dev.nestmap.jdbc;

import org.jspecify.annotations.NullMarked;
