/* SPDX-License-Identifier: Apache-2.0 */

/** Stores drained inner maps and reports of misses in a database, each exactly once. */
module dev.nestmap.jdbc {
    requires com.fasterxml.jackson.core;
    requires transitive dev.nestmap.runtime;
    requires dev.nestmap.untyped;
    requires transitive java.sql;

    exports dev.nestmap.jdbc;
}
