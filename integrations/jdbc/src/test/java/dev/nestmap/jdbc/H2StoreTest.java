/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Proves {@link JdbcStoreContract} for H2. */
@Tag("jdk-independent")
@Timeout(120)
class H2StoreTest extends JdbcStoreContract {
    private final JdbcDataSource source = new JdbcDataSource();

    H2StoreTest() {
        source.setURL("jdbc:h2:mem:usage;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000");
    }

    @Override
    DataSource source() {
        return source;
    }
}
