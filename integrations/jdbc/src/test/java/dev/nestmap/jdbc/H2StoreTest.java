/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.jdbc.Usage.Sender;
import dev.nestmap.jdbc.UsageBpf.SenderMap;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.LogRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** What such a database has committed, and the map has not any more, may be gone after a kill. */
    @ParameterizedTest
    @CsvSource({"mem:other, it is in memory", "file:, it writes a commit later", "file:;WRITE_DELAY=0, "})
    void aDatabaseThatMayLoseACommitIsLogged(String address, @Nullable String warning, @TempDir Path directory)
            throws Exception {
        JdbcDataSource other = new JdbcDataSource();
        other.setURL("jdbc:h2:" + address.replace("file:", "file:" + directory.resolve("bill")));
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            JdbcStore.of(other).createTables();
            assertThat(log.messages())
                    .hasSize(warning == null ? 0 : 1)
                    .allSatisfy(line -> assertThat(line)
                            .contains("the database may lose counts that it has committed", String.valueOf(warning)));
        }
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

    /** A kill leaves what is in the file. */
    @Test
    void aStoredMapIsInTheFile(@TempDir Path directory) throws Exception {
        JdbcDataSource file = new JdbcDataSource();
        file.setURL("jdbc:h2:" + directory.resolve("bill") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
        JdbcDataSource copy = new JdbcDataSource();
        copy.setURL("jdbc:h2:" + directory.resolve("copy") + ";ACCESS_MODE_DATA=r");
        try (Connection connection = file.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "create table sent (customer bigint, sender varchar(15), packets bigint, bytes bigint, primary key (customer, sender))");
            store = JdbcStore.of(file);
            store.createTables();
            for (int drain = 1; drain <= 20; drain++) {
                count(1, 1, 5);
                bpf.customer().drainAll(bill());
                Files.copy(
                        directory.resolve("bill.mv.db"),
                        directory.resolve("copy.mv.db"),
                        StandardCopyOption.REPLACE_EXISTING);
                try (Connection killed = copy.getConnection();
                        Statement query = killed.createStatement();
                        ResultSet sum = query.executeQuery("select sum(packets) from sent")) {
                    sum.next();
                    assertThat(sum.getLong(1)).isEqualTo(5L * drain);
                }
            }
        }
    }

    /** Its map waits, and the message says what the user lacks. */
    @Test
    void aUserWithoutAdminRightsIsToldSo() throws Exception {
        execute("create user if not exists clerk password 'clerk'");
        execute("grant select, insert, update, delete on schema public to clerk");
        JdbcDataSource ofClerk = new JdbcDataSource();
        ofClerk.setURL("jdbc:h2:mem:usage"); // without settings, which take these rights, too
        ofClerk.setUser("clerk");
        ofClerk.setPassword("clerk");
        store.createTables();
        MapStore<Long, SenderMap, Sender> sent =
                JdbcStore.of(ofClerk).maps(bpf.customer()).insert(INSERT, JdbcStoreContract::add);
        count(1, 1, 5);

        assertThatThrownBy(() -> bpf.customer().drainAll(sent))
                .hasRootCauseInstanceOf(SQLException.class)
                .hasStackTraceContaining("it is not known that it has stored map")
                .hasStackTraceContaining("needs a user with admin rights (alter user NAME admin true)");

        execute("alter user clerk admin true");
        Await.until("the pause after an outage is over", () -> isDrained(sent));
        assertThat(packets()).isEqualTo(5);
    }

    private boolean isDrained(MapStore<Long, SenderMap, Sender> sent) {
        try {
            return bpf.customer().drainAll(sent) == 1;
        } catch (DrainException e) {
            return false;
        }
    }
}
