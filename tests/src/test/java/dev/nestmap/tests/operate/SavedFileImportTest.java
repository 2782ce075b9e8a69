/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.cli.Main;
import dev.nestmap.cli.console.Console;
import dev.nestmap.jdbc.JdbcStore;
import dev.nestmap.jdbc.MapStore;
import dev.nestmap.jdbc.ReportStore;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        DataSource database = database("imported");
        JdbcStore store = JdbcStore.of(database);
        store.createTables();
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            MapStore<Long, FlowMap, Flow> counts = store.maps(bpf.customer()).counts();
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
            MapStore<Long, FlowMap, Flow> counts =
                    JdbcStore.of(database).maps(bpf.customer()).counts();
            bpf.customer().create(43).put(new Flow(80, 7, 8));
            bpf.customer().drainAll(counts);
            assertThat(counts.importFile(file)).isEqualTo(1);
            assertThat(counts.importFile(file)).isZero();
            assertThat(JdbcStore.of(database).maps(bpf.site()).counts().importFile(file))
                    .isEqualTo(1);
        }
        assertThat(rows(database, "select sum(amount), count(*) from nestmap_counts where field = 'packets'"))
                .containsExactly((1 + 3 + 5 + 7) + " 4");
    }

    private static DataSource database(String name) {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        return database;
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
        DataSource database = database("misses");
        JdbcStore store = JdbcStore.of(database);
        store.createTables();
        try (DemandBpf bpf = loadDemand()) {
            for (int guest : new int[] {42, 42, 43, 44}) {
                bpf.program("count_guest").testRun(NativeBytes.packet(guest));
            }
        }
        drain(fs.path("acme/guest"));

        try (DemandBpf bpf = loadDemand()) {
            ReportStore<Long, VisitMap> misses = store.reports(bpf.guest()).counts();
            assertThat(misses.importFile(file, guest -> guest < 44)).isEqualTo(1);
            assertThat(misses.importFile(file, guest -> true)).isZero();
        }
        assertThat(
                        rows(
                                database,
                                "select outer_map, field, outer_key, amount from nestmap_counts where amount > 0 order by field, outer_key"))
                .containsExactly(
                        "guest_requests missed 42 2", "guest_requests missed 43 1", "guest_requests refused  1");
    }
}
