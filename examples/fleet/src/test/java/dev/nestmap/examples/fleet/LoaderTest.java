/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.acme.Loader;
import dev.nestmap.runtime.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of the template have each count once, say of each machine until when its counts are complete, and when and where counts are missing. */
class LoaderTest {
    private static final String MOST = "18446744073709551615"; // of a __u64
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private static final Pattern SQL = Pattern.compile("```sql\n(.*?)\n```", Pattern.DOTALL);

    private static int scenes;

    private final List<ConsumerRecord<String, String>> topic = new ArrayList<>();

    /** One run of an agent. */
    private final class Run {
        private final String machine;
        private final String series;
        private long number;

        Run(String machine, int series) {
            this.machine = machine;
            this.series = String.format("c0a8f2de-51b7-4c7e-8f0e-%012d", series);
        }

        private Run add(Instant time, Duration late, String columns) {
            String key = "{\"series\":\"" + series + "\",\"number\":" + ++number + "}";
            String row = key.replace(
                    "}",
                    ",\"machine\":\"" + machine + "\",\"outer_map\":\"tenant\",\"taken_out\":\"" + time
                            + "\",\"exact\":true,\"column_of_a_newer_version\":{\"a\":1}," + columns + "}");
            topic.add(message(key, row, time.plus(late)));
            return this;
        }

        Run count(Instant time, long tenant, String packets) {
            return add(time, Duration.ofMillis(5), counts(tenant, packets));
        }

        /** The end of a round in which everything from before this time was taken out. */
        Run complete(Instant time) {
            return add(
                    time.plusMillis(1), Duration.ofMillis(5), "\"status\":\"complete\",\"complete\":\"" + time + "\"");
        }

        Run ended(Instant time) {
            return add(time.plusMillis(1), Duration.ofMillis(5), "\"status\":\"ended\",\"complete\":\"" + time + "\"");
        }

        Run begin(Instant time, Run previous) {
            String link = "\"previous\":\"" + previous.series + "\",\"previous_number\":" + previous.number;
            return add(time, Duration.ofMillis(5), "\"status\":\"running\"," + link);
        }

        Run without() {
            number++;
            return this;
        }
    }

    private static String counts(long tenant, String packets) {
        return "\"outer_key\":" + tenant + ",\"key_source\":4294967295,\"key_destination\":1,\"key_source_port\":65535,"
                + "\"key_destination_port\":1,\"value_packets\":" + packets + ",\"value_bytes\":2";
    }

    private ConsumerRecord<String, String> message(String key, @Nullable String value, Instant time) {
        return message(topic.size(), key, value, time.toEpochMilli());
    }

    private static ConsumerRecord<String, String> with(ConsumerRecord<String, String> message, String value) {
        return message(message.offset(), message.key(), value, message.timestamp());
    }

    private static ConsumerRecord<String, String> message(long offset, String key, @Nullable String value, long time) {
        return new ConsumerRecord<>(
                "flows",
                0,
                offset,
                time,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    /** A database with the tables of a file. */
    private interface Scene {
        void run(Connection database, Loader loader) throws Exception;
    }

    /** Each in a schema of its own. */
    private static void with(PostgresServer server, String sql, Scene test) throws Exception {
        server.psql("CREATE SCHEMA scene" + ++scenes);
        with(server.url() + "&currentSchema=scene" + scenes, sql, test);
    }

    private static void with(String url, String sql, Scene test) throws Exception {
        try (Connection database = DriverManager.getConnection(url)) {
            Loader loader = new Loader(database, sql);
            execute(database, "INSERT INTO position (topic, part, next) VALUES ('flows', 0, 0)");
            test.run(database, loader);
        }
    }

    private static void execute(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
        database.commit();
    }

    /** As the loader does when it has read everything. */
    private static void readEverything(Connection database) throws SQLException {
        execute(database, "UPDATE position SET read_until = CURRENT_TIMESTAMP");
    }

    /** The rows of a query, with spaces between their columns. */
    private static List<String> select(Connection database, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                rows.add(String.join(
                        " ",
                        IntStream.rangeClosed(1, result.getMetaData().getColumnCount())
                                .mapToObj(column -> text(result, column))
                                .toList()));
            }
        }
        database.commit();
        return rows;
    }

    private static String text(ResultSet result, int column) {
        try {
            return String.valueOf(result.getString(column));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> bill(Connection database) throws SQLException {
        return select(database, "SELECT tenant, packets, total FROM bill ORDER BY tenant, utc_day");
    }

    @Test
    void duckdb() throws Exception {
        for (Scene test : scenes()) {
            topic.clear();
            with("jdbc:duckdb:", KernelConsumersTest.table("duckdb.sql"), test);
        }
    }

    @Test
    @Tag("server")
    void postgresql() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            String sql = KernelConsumersTest.table("postgresql.sql");
            for (Scene test : scenes()) {
                topic.clear();
                with(server, sql, test);
            }
            with(server, sql, (database, loader) -> requireNoRightToCreate(database));
            topic.clear();
            with(server, sql.replace("-- rows:", ""), this::keepsRows);
        }
    }

    private List<Scene> scenes() {
        return List.of(
                this::addsEachRowOnceWithAllDigits,
                this::saysUntilWhenAMachineIsComplete,
                this::namesWhatIsMissingWhereItIs,
                this::inventsNoGap,
                this::deletesACustomer,
                this::setsAsideWhatCanNotBeRead,
                this::addsWhatWasSetAsideOnce,
                this::doesNotTakeARestartForAnEndOfCounts,
                this::findsTheSeriesBeforeARestartLate,
                this::namesWhatKafkaDeletedUnread,
                this::namesAClockThatIsAhead,
                this::doesNotBelieveAClockThatWasAlwaysAhead,
                this::noticesAMachineThatComesBack,
                this::closesAMonth,
                this::followsTheRunbook);
    }

    private void addsEachRowOnceWithAllDigits(Connection database, Loader loader) throws Exception {
        Run run = new Run("a\\\"'\\\\b", 1)
                .count(NOON, 4294967295L, MOST)
                .count(NOON, 4294967295L, MOST)
                .count(NOON, 1, "7");
        run.complete(NOON.plus(DAY));
        Random random = new Random(1);
        for (int replay = 0; replay < 5; replay++) { // from any message on
            int from = replay == 0 ? 0 : random.nextInt(topic.size());
            loader.load(topic.subList(from, topic.size()));
        }
        readEverything(database);
        assertThat(bill(database)).containsExactly("1 7 exact", "4294967295 36893488147419103230 exact");
        assertThat(select(database, "SELECT next FROM position")).containsExactly("4");
    }

    private void saysUntilWhenAMachineIsComplete(Connection database, Loader loader) throws Exception {
        Run dead = new Run("dead", 1).count(NOON, 1, "1").complete(NOON);
        Run gone = new Run("gone", 2).count(NOON, 1, "1").ended(NOON);
        loader.load(topic);
        assertThat(bill(database)).containsExactly("1 2 so far");
        readEverything(database);
        assertThat(bill(database)).containsExactly("1 2 so far"); // the dead machine may have counted more
        assertThat(select(database, "SELECT machine FROM machine WHERE NOT ended AND complete < CURRENT_TIMESTAMP"))
                .containsExactly("dead");
        assertThat(select(database, "SELECT machine FROM machine WHERE complete > CURRENT_TIMESTAMP")) // it ended
                .containsExactly("gone");
        assertThat(select(database, "SELECT machine, what FROM problem"))
                .singleElement()
                .asString()
                .contains("dead no counts since 2026-11-20");
        execute(
                database,
                "INSERT INTO examined (machine, since, until, reason) VALUES ('dead', '2026-11-20 00:00:00+00', '2026-12-01 00:00:00+00', 'removed')");
        assertThat(bill(database)).containsExactly("1 2 exact");
        execute(database, "INSERT INTO position (topic, part, next) VALUES ('flows', 1, 0)"); // nobody has read it
        assertThat(bill(database)).containsExactly("1 2 so far");

        readEverything(database);
        int size = topic.size();
        gone.count(NOON.plus(DAY), 1, "5"); // it has not ended after all
        loader.load(topic.subList(size, topic.size()));
        assertThat(bill(database)).containsExactly("1 2 so far", "1 5 so far");
        assertThat(dead.number).isEqualTo(2);
    }

    private void namesWhatIsMissingWhereItIs(Connection database, Loader loader) throws Exception {
        Run one = new Run("one", 1)
                .count(NOON, 1, "1")
                .complete(NOON)
                .without()
                .count(NOON.plusSeconds(10), 2, "1")
                .complete(NOON.plusSeconds(10));
        one.count(NOON.plus(DAY), 1, "1").complete(NOON.plus(DAY));
        Run two = new Run("one", 2).without().begin(NOON.plus(DAY).plusSeconds(60), one); // a reboot
        two.complete(NOON.plus(DAY.multipliedBy(4))).count(NOON.plus(DAY.multipliedBy(3)), 1, "1");
        two.complete(NOON.plus(DAY.multipliedBy(5)));
        Run unread = new Run("unread", 3).count(NOON.plus(DAY.multipliedBy(4)), 3, "1");
        unread.number = 9; // retention deleted the rest of it
        Run next = new Run("unread", 4)
                .begin(NOON.plus(DAY.multipliedBy(4)).plusSeconds(9), unread)
                .complete(NOON.plus(DAY.multipliedBy(6)));
        loader.load(topic);
        readEverything(database);
        assertThat(bill(database))
                .containsExactly("1 1 at least", "1 1 at least", "1 1 exact", "2 1 at least", "3 1 at least");
        assertThat(select(database, "SELECT machine, since, until FROM gap WHERE what LIKE 'rows 3 %'"))
                .singleElement()
                .asString()
                .startsWith("one 2026-11-20")
                .contains("12:00", "12:00:10");
        execute(
                database,
                "INSERT INTO examined (machine, since, until, reason) VALUES ('one', '2026-11-20 12:00:00+00', '2026-11-20 12:01:00+00', 'a test')");
        assertThat(bill(database))
                .containsExactly("1 1 exact", "1 1 at least", "1 1 exact", "2 1 exact", "3 1 at least");
        assertThat(next.number).isEqualTo(2);
    }

    private void inventsNoGap(Connection database, Loader loader) throws Exception {
        new Run("installed again", 1).count(NOON, 1, "1").ended(NOON);
        new Run("installed again", 2).count(NOON.plusSeconds(100), 1, "1").complete(NOON.plus(DAY));
        Run restarted = new Run("restarted", 3).count(NOON, 1, "1").complete(NOON);
        new Run("restarted", 4)
                .begin(NOON, restarted)
                .count(NOON.plusSeconds(20), 1, "1")
                .complete(NOON.plus(DAY));
        Run clone = new Run("twice", 5).count(NOON, 1, "1");
        new Run("twice", 6).count(NOON, 1, "1").complete(NOON.plus(DAY));
        clone.complete(NOON.plus(DAY));
        loader.load(topic);
        readEverything(database);
        assertThat(bill(database)).containsExactly("1 6 exact");
        assertThat(select(database, "SELECT * FROM gap")).isEmpty();
    }

    private void deletesACustomer(Connection database, Loader loader) throws Exception {
        Run run = new Run("one", 1);
        for (int tenant = 1; tenant <= 100; tenant++) {
            run.count(NOON, tenant, "1").count(NOON.plus(DAY), tenant, "2");
        }
        run.complete(NOON.plus(DAY.multipliedBy(2)));
        loader.load(topic);
        readEverything(database);
        execute(
                database,
                "UPDATE total SET packets = 0, bytes = 0, deleted = CURRENT_TIMESTAMP WHERE tenant = 7 OR utc_day < DATE '2026-11-21'");
        int size = topic.size();
        new Run("late", 2).count(NOON, 8, "1").ended(NOON.plus(DAY));
        loader.load(topic.subList(size, topic.size()));
        assertThat(bill(database))
                .hasSize(200)
                .filteredOn(row -> row.endsWith(" 2 exact"))
                .hasSize(99);
        assertThat(bill(database)).filteredOn(row -> row.endsWith(" 0 deleted")).hasSize(100);
        assertThat(bill(database)).contains("8 1 deleted"); // a part of the day is no total
        assertThat(select(database, "SELECT * FROM gap")).isEmpty();
    }

    private void setsAsideWhatCanNotBeRead(Connection database, Loader loader) throws Exception {
        Run run = new Run("one", 1);
        for (int i = 0; i < 20; i++) {
            run.count(
                    NOON,
                    1,
                    i == 3 || i == 4 ? "\"COLOR_RED\"" : i == 5 ? "null" : i == 6 ? "1,\"value_large\":1" : "1");
            topic.add(message(
                    "x",
                    i == 8 ? "hel\0lo" : i == 9 ? null : i == 10 ? "{}" : i == 11 ? "[1]" : "{\"number\":1}",
                    NOON));
        }
        run.complete(NOON.plus(DAY));
        loader.load(topic);
        loader.load(topic);
        readEverything(database);
        assertThat(bill(database)).containsExactly("1 17 at least");
        assertThat(
                        select(
                                database,
                                "SELECT topic, part, kafka_offset FROM unreadable WHERE reason IS NOT NULL AND row_key <> 'x' ORDER BY kafka_offset"))
                .containsExactly("flows 0 6", "flows 0 8", "flows 0 10");
        assertThat(select(database, "SELECT count(*) FROM unreadable WHERE row_key = 'x'"))
                .containsExactly("20");
        assertThat(select(database, "SELECT what FROM gap")).containsExactly("rows 4 to 6");
        assertThat(select(
                        database,
                        "SELECT what FROM problem WHERE what LIKE '%messages can''t be read, the first at %'"))
                .as("lines for somebody who looks for a dead machine")
                .hasSizeLessThan(12);

        for (int replay = 0; replay < 3; replay++) { // with a table into which they fit
            for (int offset : new int[] {6, 8, 10}) {
                ConsumerRecord<String, String> bad = topic.get(offset);
                String value = bad.value().replaceAll("packets\":[^,]*", "packets\":100");
                loader.load(List.of(with(bad, value)));
            }
        }
        assertThat(bill(database)).containsExactly("1 317 exact");
    }

    /** Of the first run, nothing could be read, and no later row shows it. Of the second run, a row came twice. */
    private void addsWhatWasSetAsideOnce(Connection database, Loader loader) throws Exception {
        new Run("one", 1).count(NOON, 1, "1").count(NOON, 1, "1").complete(NOON.plus(DAY));
        List<ConsumerRecord<String, String>> first = List.copyOf(topic);
        Run second = new Run("two", 2).count(NOON, 1, "10");
        ConsumerRecord<String, String> copied = topic.get(topic.size() - 1);
        topic.add(message(copied.key(), copied.value(), NOON));
        List<ConsumerRecord<String, String>> twice = topic.subList(first.size(), topic.size());
        loader.load(unreadable(first));
        loader.load(unreadable(twice));
        int size = topic.size();
        second.complete(NOON.plus(DAY));
        loader.load(topic.subList(size, topic.size()));
        readEverything(database);
        assertThat(select(database, "SELECT count(*) FROM unreadable WHERE NOT loaded"))
                .containsExactly("5");

        for (int replay = 0; replay < 3; replay++) {
            loader.load(List.copyOf(topic));
            loader.load(first);
            assertThat(bill(database)).containsExactly("1 12 exact");
            assertThat(select(database, "SELECT count(*) FROM unreadable WHERE NOT loaded"))
                    .containsExactly("0");
            loader.load(unreadable(topic)); // with the table of before
        }
        loader.load(List.copyOf(topic));
        assertThat(bill(database)).containsExactly("1 12 exact");
        assertThat(select(database, "SELECT what FROM problem WHERE what LIKE '%can''t be read%'"))
                .isEmpty();
    }

    /** The same messages with a time that is none. */
    private static List<ConsumerRecord<String, String>> unreadable(List<ConsumerRecord<String, String>> messages) {
        return messages.stream()
                .map(message -> with(message, message.value().replace("taken_out\":\"", "taken_out\":\"x")))
                .toList();
    }

    /** Its maps may have counts from before, which nobody has sent yet. */
    private void doesNotTakeARestartForAnEndOfCounts(Connection database, Loader loader) throws Exception {
        Run killed = new Run("killed", 1).count(NOON, 1, "1").complete(NOON);
        Run again = new Run("killed", 2).begin(NOON.plus(DAY), killed);
        new Run("killed", 6).begin(NOON.plus(DAY.multipliedBy(2)), again);
        Run early = new Run("early", 3).begin(NOON, new Run("earlier", 4));
        new Run("early", 5).begin(NOON.plus(DAY), early);
        loader.load(topic);
        readEverything(database);
        assertThat(bill(database)).containsExactly("1 1 so far");
        assertThat(select(database, "SELECT machine FROM machine WHERE complete > '2026-11-20 12:01:00+00'"))
                .isEmpty();
    }

    /** Of one machine, the link comes after counts, and of the other one, it can't be read at first. */
    private void findsTheSeriesBeforeARestartLate(Connection database, Loader loader) throws Exception {
        Run killed = new Run("killed", 1).count(NOON, 1, "1").complete(NOON);
        Run again = new Run("killed", 2).count(NOON.plusSeconds(60), 1, "1").begin(NOON.plusSeconds(60), killed);
        Run other = new Run("other", 3).count(NOON, 1, "1").complete(NOON);
        int size = topic.size();
        Run restarted = new Run("other", 4).begin(NOON.plusSeconds(60), other);
        List<ConsumerRecord<String, String>> link = List.copyOf(topic.subList(size, topic.size()));
        loader.load(topic.subList(0, size));
        assertThat(select(
                        database,
                        "SELECT machine FROM machine WHERE complete <= '2026-11-20 12:00:00+00' ORDER BY machine"))
                .containsExactly("killed", "other");
        loader.load(unreadable(link));
        size = topic.size();
        again.complete(NOON.plus(DAY));
        restarted.count(NOON.plusSeconds(60), 1, "1").complete(NOON.plus(DAY));
        loader.load(topic.subList(size, topic.size()));
        loader.load(link);
        readEverything(database);
        assertThat(select(database, "SELECT machine FROM machine ORDER BY machine"))
                .containsExactly("killed", "other");
        assertThat(bill(database)).containsExactly("1 4 exact");
    }

    private void namesWhatKafkaDeletedUnread(Connection database, Loader loader) throws Exception {
        new Run("one", 1).count(NOON, 1, "1").count(NOON.plus(DAY), 1, "1").complete(NOON.plus(DAY.multipliedBy(2)));
        loader.load(topic);
        readEverything(database);
        String time = "'2026-11-21 10:00:00+00', '2026-11-21 11:00:00+00'";
        execute(database, "INSERT INTO unread VALUES ('flows', 0, 5, " + time + ")");
        assertThat(bill(database)).containsExactly("1 1 exact", "1 1 at least");
        assertThat(select(database, "SELECT machine, what FROM gap"))
                .containsExactly("flows/0 messages that Kafka deleted unread");
        execute(
                database,
                "INSERT INTO examined (machine, since, until, reason) VALUES ('flows/0', " + time + ", 'a test')");
        assertThat(bill(database)).containsExactly("1 1 exact", "1 1 exact");
    }

    private void namesAClockThatIsAhead(Connection database, Loader loader) throws Exception {
        Instant wrong = NOON.plus(Duration.ofDays(3650));
        Run run = new Run("one", 1).complete(NOON);
        run.add(wrong, Duration.ofDays(-3650), counts(1, "1"));
        run.add(wrong, Duration.ofDays(-3650), "\"status\":\"complete\",\"complete\":\"" + wrong + "\"");
        loader.load(topic);
        readEverything(database);
        assertThat(select(database, "SELECT tenant, utc_day, total FROM bill")).containsExactly("1 2026-11-20 so far");
        assertThat(select(database, "SELECT what FROM problem")).anyMatch(what -> what.contains("clock is ahead"));
        int size = topic.size();
        run.complete(NOON.plus(DAY)); // was set
        loader.load(topic.subList(size, topic.size()));
        assertThat(bill(database)).containsExactly("1 1 exact");
    }

    /** No row of it has a time that can be true: the day is Kafka's, is not over, and has the gap. */
    private void doesNotBelieveAClockThatWasAlwaysAhead(Connection database, Loader loader) throws Exception {
        Instant wrong = NOON.plus(Duration.ofDays(3650));
        Run run = new Run("one", 1).add(wrong, Duration.ofDays(-3650), counts(1, "1"));
        loader.load(topic);
        readEverything(database);
        assertThat(bill(database)).containsExactly("1 1 so far");
        run.without().add(wrong, Duration.ofDays(-3650), counts(1, "1"));
        loader.load(topic.subList(1, topic.size()));
        assertThat(bill(database)).containsExactly("1 2 at least");
        assertThat(select(database, "SELECT count(*) FROM gap WHERE until < '2026-11-21 00:00:00+00'"))
                .containsExactly("1");
    }

    /** The page's statement said that it never would. What is missing since then, nobody has examined. */
    private void noticesAMachineThatComesBack(Connection database, Loader loader) throws Exception {
        Run dead = new Run("node-17", 1).count(NOON, 1, "1").complete(NOON);
        loader.load(topic);
        readEverything(database);
        execute(database, statements("operate.md").get(0));
        assertThat(bill(database)).containsExactly("1 1 exact");

        Instant back = Instant.now().plus(DAY);
        int size = topic.size();
        Run again = new Run("node-17", 2).without().begin(back, dead); // crashed, as the statement said
        again.count(back, 1, "1").complete(back);
        loader.load(topic.subList(size, topic.size()));
        execute(database, "UPDATE position SET read_until = '9999-12-31 00:00:00+00'");
        assertThat(bill(database)).containsExactly("1 1 exact", "1 1 so far");
        again.without().complete(back.plus(DAY.multipliedBy(2)));
        loader.load(topic.subList(size, topic.size()));
        assertThat(bill(database)).containsExactly("1 1 exact", "1 1 at least");
        assertThat(select(database, "SELECT what FROM gap WHERE reason IS NULL"))
                .containsExactly("rows 5 to 5");
    }

    /** 1,000 machines, of which 20 have gone in order, and three are dead. The page's query says which, whatever the session's time zone. */
    private void closesAMonth(Connection database, Loader loader) throws Exception {
        for (int machine = 0; machine < 1000; machine++) {
            Run run = new Run("node-" + machine, machine).count(NOON, machine % 10, "1");
            if (machine < 20) {
                run.ended(NOON);
            } else if (machine < 22) {
                run.complete(NOON);
            } else if (machine < 23) {
                run.complete(Instant.parse("2026-11-30T23:30:00Z"));
            } else {
                run.complete(NOON.plus(DAY.multipliedBy(20)));
            }
        }
        loader.load(topic);
        execute(database, "SET TIME ZONE 'Europe/Berlin'");
        execute(database, "UPDATE position SET read_until = '9999-12-31 00:00:00+00'");
        String query = "SELECT machine FROM (" + statements("totals.md").get(1) + ") o ORDER BY machine";
        assertThat(select(database, query)).containsExactly("node-20", "node-21", "node-22");
        execute(database, "INSERT INTO position (topic, part, next) VALUES ('flows', 1, 0)"); // nobody has read it
        assertThat(select(database, query)).containsExactly("flows/1", "node-20", "node-21", "node-22");
        assertThat(select(database, "SELECT what FROM problem WHERE machine = 'flows/1'"))
                .containsExactly("not read to its end");
    }

    /** As somebody at night: a dead machine, a message that can't be read, a month to close, and a customer to delete, with the pages' statements alone. */
    private void followsTheRunbook(Connection database, Loader loader) throws Exception {
        List<String> totals = statements("totals.md");
        List<String> operate = statements("operate.md");
        assertThat(totals.size() + operate.size())
                .as("statements that this follows")
                .isEqualTo(5);
        new Run("node-17", 1).count(NOON, 7, "5").complete(NOON);
        new Run("alive", 2)
                .count(NOON, 8, "1")
                .count(NOON, 8, "\"COLOR_RED\"")
                .complete(NOON.plus(DAY.multipliedBy(20_000))); // also when this test runs
        loader.load(topic);
        execute(database, "UPDATE position SET read_until = '9999-12-31 00:00:00+00'");
        assertThat(select(database, "SELECT what FROM problem")).hasSize(3);

        execute(database, operate.get(0)); // it never comes back
        execute(
                database,
                "UPDATE position SET read_until = '2026-11-30 23:59:59+00'"); // a new machine may be in the rest
        assertThat(select(database, totals.get(1)))
                .as("what keeps November open")
                .singleElement()
                .asString()
                .startsWith("flows/0 ");
        execute(database, "UPDATE position SET read_until = '2026-12-01 00:00:00+00'");
        assertThat(select(database, totals.get(1))).isEmpty();
        execute(database, "UPDATE position SET read_until = '9999-12-31 00:00:00+00'");
        assertThat(select(database, totals.get(0))).allMatch(row -> row.endsWith(" at least"));

        execute(database, operate.get(1)); // the table can hold it now
        assertThat(select(database, "SELECT next FROM position")).containsExactly("3");
        List<ConsumerRecord<String, String>> again = new ArrayList<>(topic.subList(3, topic.size()));
        again.set(0, with(again.get(0), again.get(0).value().replace("\"COLOR_RED\"", "2")));
        loader.load(again);
        assertThat(bill(database)).containsExactly("7 5 exact", "8 3 exact");
        assertThat(select(database, "SELECT what FROM problem")).isEmpty();

        execute(database, operate.get(2)); // customer 7
        assertThat(bill(database)).containsExactly("7 0 deleted", "8 3 exact");
    }

    private static List<String> statements(String page) throws IOException {
        return SQL.matcher(Files.readString(Path.of("../../docs/fleet", page)))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** With the last statements alone, a loader needs only the rights to insert, update and read. */
    private static void requireNoRightToCreate(Connection database) throws Exception {
        String sql = KernelConsumersTest.table("postgresql.sql");
        execute(database, "CREATE ROLE loader");
        execute(
                database,
                "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA " + database.getSchema()
                        + " TO loader; GRANT USAGE ON SCHEMA " + database.getSchema() + " TO loader");
        execute(database, "SET ROLE loader");
        database.setAutoCommit(true);
        assertThatThrownBy(() -> new Loader(database, sql)).hasMessageContaining("permission denied");
        new Loader(database, sql.substring(sql.indexOf("-- each batch"))).load(List.of());
    }

    private void keepsRows(Connection database, Loader loader) throws Exception {
        new Run("one", 1).count(NOON, 1, MOST).complete(NOON);
        loader.load(topic);
        loader.load(topic);
        assertThat(select(database, "SELECT number, machine, outer_key, key_source, value_packets FROM flow"))
                .containsExactly("1 one 1 4294967295 " + MOST);
    }

    /** As without Kafka or the database: then systemd starts it again. */
    @Test
    void endsIfKafkaFails(@TempDir Path directory) throws Exception {
        Path client = Files.writeString(
                directory.resolve("client.properties"),
                "bootstrap.servers=127.0.0.1:1\ndefault.api.timeout.ms=500\nrequest.timeout.ms=400");
        Path sql = Files.writeString(directory.resolve("duckdb.sql"), KernelConsumersTest.table("duckdb.sql"));
        Child loader = new Child(
                "loader",
                directory.resolve("log"),
                Map.of("PORT", "0"),
                64,
                Loader.class,
                client.toString(),
                "flows",
                "jdbc:duckdb:",
                sql.toString());
        try {
            loader.awaitEnd();
            assertThat(loader.output()).contains("TimeoutException");
        } finally {
            loader.kill();
        }
    }

    /** Although the first message that is left can't be read, and of the machine whose rows were deleted, no other row follows. */
    @Test
    @Tag("kafka")
    @Tag("server")
    void saysWhatKafkaDeletedBeforeItWasRead(@TempDir Path directory) throws Exception {
        try (PostgresServer server = PostgresServer.start();
                Broker broker = new Broker(directory)) {
            broker.create("flows");
            Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrap());
            try (KafkaProducer<String, String> producer =
                            new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
                    Admin admin = Admin.create(config)) {
                producer.send(new ProducerRecord<>("flows", 0, "x", "a row of a machine that has gone"))
                        .get();
                admin.deleteRecords(Map.of(new TopicPartition("flows", 0), RecordsToDelete.beforeOffset(1)))
                        .all()
                        .get();
                producer.send(new ProducerRecord<>("flows", 0, "x", "hello")).get();
            }
            Path client = Files.writeString(
                    directory.resolve("client.properties"), "bootstrap.servers=" + broker.bootstrap());
            Path sql =
                    Files.writeString(directory.resolve("postgresql.sql"), KernelConsumersTest.table("postgresql.sql"));
            Child loader = new Child(
                    "loader",
                    directory.resolve("log"),
                    Map.of("PORT", "0"),
                    64,
                    Loader.class,
                    client.toString(),
                    "flows",
                    server.url(),
                    sql.toString());
            try {
                KernelConsumersTest.awaitTables(server.url());
                try (Connection database = DriverManager.getConnection(server.url())) {
                    database.setAutoCommit(false);
                    while (!select(database, "SELECT next FROM position WHERE part = 0")
                            .equals(List.of("2"))) {
                        loader.check();
                        Thread.sleep(100);
                    }
                    assertThat(select(database, "SELECT machine, what FROM gap"))
                            .containsExactly("flows/0 messages that Kafka deleted unread");
                    assertThat(select(database, "SELECT kafka_offset FROM unreadable"))
                            .containsExactly("1");
                }
            } finally {
                loader.kill();
            }
        }
    }

    /** Of two loaders that read the same messages, as after a freeze of one, each message is added once. */
    @Test
    @Tag("server")
    void severalLoadersAddEachRowOnce() throws Exception {
        Run run = new Run("one", 1);
        for (int i = 0; i < 300; i++) {
            run.count(NOON, i % 7, "1");
        }
        run.complete(NOON.plus(DAY));
        String sql = KernelConsumersTest.table("postgresql.sql");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (PostgresServer server = PostgresServer.start();
                Connection database = DriverManager.getConnection(server.url())) {
            new Loader(database, sql);
            execute(database, "INSERT INTO position (topic, part, next) VALUES ('flows', 0, 0)");
            List<Callable<Void>> loaders = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                loaders.add(() -> {
                    try (Connection own = DriverManager.getConnection(server.url())) {
                        Loader loader = new Loader(own, sql.substring(sql.indexOf("-- each batch")));
                        for (int from = 0; from < topic.size(); from += 10) {
                            loader.load(topic.subList(from, Math.min(from + 10, topic.size())));
                        }
                        return null;
                    }
                });
            }
            for (Future<Void> each : threads.invokeAll(loaders)) {
                each.get();
            }
            readEverything(database);
            assertThat(select(database, "SELECT sum(packets) FROM bill WHERE total = 'exact'"))
                    .containsExactly("300");
        } finally {
            threads.shutdown();
        }
    }
}
