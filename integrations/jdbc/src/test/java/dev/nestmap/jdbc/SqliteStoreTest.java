/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.jdbc.Usage.Sender;
import dev.nestmap.jdbc.UsageBpf.SenderMap;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.Mount;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteDataSource;

/** Proves {@link JdbcStoreContract} for SQLite, and so for a database without a statement that updates or inserts. */
@Timeout(120)
class SqliteStoreTest extends JdbcStoreContract {
    private final SQLiteDataSource source = new SQLiteDataSource();

    /** The directory of the file, which is there before the contract creates its tables. */
    SqliteStoreTest(@TempDir Path directory) {
        source.setUrl("jdbc:sqlite:" + directory.resolve("usage.db"));
        source.setSynchronous("OFF"); // no test ends the machine
    }

    @Override
    DataSource source() {
        return source;
    }

    @Override
    String codeOfCheck() {
        return "SQLITE_CONSTRAINT_CHECK";
    }

    /** As a full disk does. */
    @Override
    String failureThatEndsTheTransaction() {
        return "insert or rollback into sent values (1, 'x', 1000000, 1)";
    }

    @Override
    String messageOfEndedTransaction() {
        return "the database has ended the transaction";
    }

    @Override
    List<String> keysThatRound() {
        return List.of("real", "double precision", "numeric(20)", "decimal");
    }

    @Override
    String before(String time, long minutes) {
        return "datetime(" + time + ", '-" + minutes + " minutes')";
    }

    @Override
    String seconds(String time) {
        return "strftime('%s', " + time + ")";
    }

    /** What such a database has committed, and the map has not any more, may be gone after a kill. */
    @ParameterizedTest
    @CsvSource({
        ":memory:, it is in memory",
        "bill.db?synchronous=normal, it does not wait for the disk",
        "bill.db?synchronous=off, it does not wait for the disk",
        "bill.db?journal_mode=memory, it has no journal in a file",
        "bill.db?journal_mode=wal, ",
        "bill.db?synchronous=extra, ",
        "bill.db, "
    })
    void aDatabaseThatMayLoseACommitIsLogged(String address, @Nullable String warning, @TempDir Path directory)
            throws Exception {
        SQLiteDataSource other = new SQLiteDataSource();
        other.setUrl("jdbc:sqlite:"
                + address.replace("bill.db", directory.resolve("bill.db").toString()));
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            JdbcStore.of(other).createTables();
            assertThat(log.messages())
                    .hasSize(warning == null ? 0 : 1)
                    .allSatisfy(line -> assertThat(line)
                            .contains("the database may lose counts that it has committed", String.valueOf(warning)));
        }
    }

    /** Of H2, only the name is needed here: {@code docs/internals/measurements/rotation.md} says what it loses. */
    @Test
    void h2IsLogged() throws StoreException {
        DataSource h2 = named(DataSource.class, source);
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            JdbcStore.of(h2).createTables();
            assertThat(log.messages()).singleElement().asString().contains("can lose up to 20 commits");
        }
    }

    /** A part of a database that calls itself H2. */
    private static <T> T named(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Class<?> result = method.getReturnType();
                    return switch (method.getName()) {
                        case "getConnection", "getMetaData" -> named(result, method.invoke(target, arguments));
                        case "getDatabaseProductName" -> "H2";
                        case "hashCode" -> 1;
                        default -> method.invoke(target, arguments);
                    };
                }));
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

    @Test
    @EnabledIf("isRoot")
    void aFullDiskKeepsAllMapsWaiting(@TempDir Path disk) throws Exception {
        try (Mount mounted = Mount.disk(disk, "1m")) {
            source.setUrl("jdbc:sqlite:" + mounted.directory().resolve("usage.db"));
            open(); // its tables
            requireThatAFullDiskLosesNothing("SQLITE_FULL", mounted);
        }
    }

    /** No map can be stored, so the others need not wait for the lock, too. */
    @Test
    void aLockedFileIsADatabaseThatIsAway() throws Exception {
        source.setBusyTimeout(1);
        bill();
        count(1, 1, 5);
        try (Connection other = source().getConnection();
                Statement statement = other.createStatement()) {
            statement.execute("begin exclusive");
            StoreException failure = failure();
            assertThat(failure.isDatabaseAway()).isTrue();
            assertThat(failure).hasMessageContaining("SQLITE_BUSY");
            statement.execute("rollback");
        }
        drainUntilAvailable();
        assertThat(packets()).isEqualTo(5);
    }
}
