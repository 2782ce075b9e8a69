/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.Loader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements that the pages tell an operator to run fit the tables. */
class PageStatementsTest {
    private static final Pattern BLOCK = Pattern.compile("```sql\n(.*?)\n```", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(strings = {"totals.md", "operate.md"})
    void eachStatementRuns(String page) throws Exception {
        List<String> statements = BLOCK.matcher(Files.readString(Path.of("../../docs/fleet", page)))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(statements).isNotEmpty();
        try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = database.createStatement()) {
            new Loader(database, KernelConsumersTest.table("duckdb.sql"));
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
