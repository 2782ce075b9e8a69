/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.jdbc.Usage.Sender;
import dev.nestmap.jdbc.UsageBpf.SenderMap;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Proves {@link JdbcStoreContract} for H2. */
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

    /** Here only, because each of its 1,300 transactions would wait for the disk of a server. */
    @Test
    void theTableOfIdentitiesStaysSmallInAFastDrain() throws Exception {
        MapStore<Long, SenderMap, Sender> bill = bill();
        for (int drain = 0; drain < 13; drain++) {
            for (int customer = 0; customer < 100; customer++) {
                count(customer, 1, 1);
            }
            bpf.customer().drainAll(bill);
        }
        assertThat(packets()).isEqualTo(1300);
        assertThat(identities()).isLessThan(1150);
    }
}
