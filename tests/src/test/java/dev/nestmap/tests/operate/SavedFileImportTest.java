/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.cli.Main;
import dev.nestmap.cli.console.Console;
import dev.nestmap.jdbc.JdbcStore;
import dev.nestmap.jdbc.MapStore;
import dev.nestmap.jdbc.ReportStore;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.demand.DemandBpf;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.Pinned.Site;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.kernel.PinnedBpf.FlowMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** A store imports what the command {@code drain} has saved once. */
@KernelTest
class SavedFileImportTest extends PinningTest {
    @TempDir
    private Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void nameFile() {
        file = directory.resolve("saved.jsonl");
    }

    private void drain(Path pin) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int code =
                Main.run(new Console(printed, printed, false, false), "drain", pin.toString(), "-o", file.toString());
        assertThat(code).as(printed.toString(StandardCharsets.UTF_8)).isZero();
    }

    private PinnedBpf load() {
        return PinnedBpf.open(BpfObjects.of("pinned")).pins(pins).load();
    }

    private DemandBpf loadDemand() {
        return DemandBpf.open(BpfObjects.of("demand")).pins(pins).load();
    }

    /** The service had stored a map and was killed before it acknowledged it. Then it starts before the import. */
    @Test
    void aStoreImportsEachMapOfTheFileOnce() throws Exception {
        DataSource database = database("counts (packets bigint)");
        JdbcStore store = JdbcStore.of(database);
        store.createTables();
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            MapStore<Long, FlowMap, Flow> counts = counted(store, bpf.customer());
            assertThatThrownBy(() -> bpf.customer().drainAll(drained -> {
                        counts.drain(drained);
                        throw new IllegalStateException("killed");
                    }))
                    .hasStackTraceContaining("killed");
            Objects.requireNonNull(bpf.customer().get(42)).put(new Flow(81, 3, 4));
            bpf.site().create(new Site(42, 2)).put(new Flow(443, 5, 6));
        }
        drain(fs.path("acme"));

        try (PinnedBpf bpf = load()) {
            MapStore<Long, FlowMap, Flow> counts = counted(JdbcStore.of(database), bpf.customer());
            bpf.customer().create(43).put(new Flow(80, 7, 8));
            bpf.customer().drainAll(counts);
            assertThat(counts.importFile(file)).isEqualTo(1);
            assertThat(counts.importFile(file)).isZero();
            assertThat(counted(JdbcStore.of(database), bpf.site()).importFile(file))
                    .isEqualTo(1);
        }
        assertThat(rows(database, "select sum(packets), count(*) from counts")).containsExactly((1 + 3 + 5 + 7) + " 4");
    }

    /** The file has a time as the number that the program stored. */
    @Test
    void aStoreImportsTimes() throws Exception {
        DataSource database = database("waits (millis bigint)");
        JdbcStore store = JdbcStore.of(database);
        store.createTables();
        Path pin = fs.path("door");
        try (SavedTimesBpf.DoorMap.Owned doors = SavedTimesBpf.DOOR_MAP.create(pin)) {
            doors.create(42).put(new SavedTimes.Wait(1, Duration.ofMillis(1500)));
        }
        drain(pin);

        try (SavedTimesBpf.DoorMap.Owned doors = Objects.requireNonNull(SavedTimesBpf.DOOR_MAP.openPinned(pin))) {
            assertThat(store.<Long, SavedTimes.Wait, SavedTimesBpf.WaitMap>maps(doors)
                            .insert(
                                    "insert into waits values (?)",
                                    (rows, door, wait) -> rows.add(wait.time().toMillis()))
                            .importFile(file))
                    .isEqualTo(1);
        }
        assertThat(rows(database, "select millis from waits")).containsExactly("1500");
    }

    private DataSource database(String table) throws SQLException {
        SQLiteDataSource database = new SQLiteDataSource();
        database.setUrl("jdbc:sqlite:" + file.resolveSibling("counts.db"));
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table " + table);
        }
        return database;
    }

    private static <K> MapStore<K, FlowMap, Flow> counted(JdbcStore store, OuterAccessor<K, FlowMap> outer) {
        return store.<K, Flow, FlowMap>maps(outer)
                .insert("insert into counts values (?)", (rows, key, flow) -> rows.add(flow.packets()));
    }

    /** The rows of a result, each with a space between its columns. */
    private static List<String> rows(DataSource database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                StringJoiner columns = new StringJoiner(" ");
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    columns.add(row.getString(i));
                }
                rows.add(columns.toString());
            }
        }
        return rows;
    }

    @Test
    void aStoreImportsTheMissesOfTheFileOnce() throws Exception {
        DataSource database = database("misses (field varchar(10), guest bigint, packets bigint)");
        JdbcStore store = JdbcStore.of(database);
        store.createTables();
        try (DemandBpf bpf = loadDemand()) {
            for (int guest : new int[] {42, 42, 43, 44}) {
                bpf.program("count_guest").testRun(NativeBytes.packet(guest));
            }
        }
        drain(fs.path("acme/guest"));

        try (DemandBpf bpf = loadDemand()) {
            ReportStore<Long, VisitMap> misses = store.reports(bpf.guest())
                    .insert("insert into misses values (?, ?, ?)", (rows, report) -> {
                        report.missed().forEach((guest, packets) -> rows.add("missed", guest, packets));
                        rows.add("refused", -1, report.refused());
                    });
            assertThat(misses.importFile(file, guest -> guest < 44)).isEqualTo(1);
            assertThat(misses.importFile(file, guest -> true)).isZero();
        }
        assertThat(rows(database, "select * from misses order by field, guest"))
                .containsExactly("missed 42 2", "missed 43 1", "refused -1 1");
    }
}
