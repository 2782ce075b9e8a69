/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.CommandRun;
import dev.nestmap.cli.NestFixture;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.testing.KernelTestOnOneJdk;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.untyped.ListedProgram;
import dev.nestmap.untyped.UntypedMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The fastest counters are shown first. */
@KernelTestOnOneJdk
class KernelTopTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^ *[0-9,.]+ +[0-9,]+ +(7 +10\\.0\\.0\\.1|8 +10\\.0\\.0\\.2) ");

    @Test
    void showsTheEntriesWhoseCountersGrowFastest() throws Exception {
        try (NestFixture nest = NestFixture.load()) {
            nest.share("spill", 7);
            nest.share("gold", 8);
            nest.share("gold", 9); // counts once
            try (Growth growth = new Growth(nest)) {
                growth.awaitRound();
                Set<String> seen = new HashSet<>();
                while (seen.size() < 2) { // on a busy machine, a reading may find that only one counter has grown
                    CommandRun run = CommandRun.of(
                            "top",
                            nest.id("flows_of_each_tenant"),
                            "--interval",
                            "0.3",
                            "--count",
                            "2",
                            "--limit",
                            "2");

                    assertThat(run.err()).isEmpty();
                    Matcher row = ROW.matcher(run.out());
                    while (row.find()) {
                        seen.add(row.group(1));
                    }
                }
            }
        }
    }

    /** On a terminal, too: JSON is for programs. */
    @Test
    void writesAnObjectForEachMeasurement() throws Exception {
        try (NestFixture nest = NestFixture.load()) {
            nest.share("spill", 7);
            try (Growth growth = new Growth(nest)) {
                growth.awaitRound();
                CommandRun run = CommandRun.onTerminal(
                        "top", nest.id("flows_of_each_tenant"), "--interval", "0.3", "--count", "2", "--json");

                assertThat(run.err()).isEmpty();
                assertThat(run.out().lines())
                        .hasSize(2)
                        .allMatch(line -> line.startsWith("{\"time\":\"20")
                                && line.contains(",\"map\":\"flows_of_each_t\",")
                                && line.contains(",\"counter\":\"packets\",\"programs\":[")
                                && line.matches(
                                        ".*\\],\"entries\":\\[(\\{\"outer\":\"7\",\"key\":\\{\"saddr\":\"10.0.0.1\",.*"
                                                + "\\},\"perSecond\":[0-9.]+,\"total\":[0-9]+\\})?\\]\\}"));
            }
        }
    }

    @Test
    void saysThatNothingGrows() throws Exception {
        try (NestFixture nest = NestFixture.load()) {
            assertThat(top(nest.id("flows_of_each_tenant"))).endsWith("there are no entries\n\n");
            nest.share("spill", 7);
            assertThat(top(nest.id("spill"))).endsWith("there are no entries\n\n");
            nest.put("spill", NestFixture.flow(1, 100));
            nest.put("spill", NestFixture.flow(2, 100));
            assertThat(top(nest.id("flows_of_each_tenant"))).endsWith("no packets has grown in 2 entries\n\n");
        }
    }

    /** A program that prints runs on_print, which prints, but can't run in itself. */
    @Test
    void showsRunsOfProgramsAndThoseThatTheKernelSkips() throws IOException {
        Path file = Files.createTempFile("recursive", ".bpf.o");
        Files.write(file, TestPrograms.object("recursive.bpf.c"));
        try (LoadedObject object = Nestmap.open(file).load();
                UntypedMap.Owned printed = Objects.requireNonNull(
                        UntypedMap.open(UntypedMap.of(object, "printed").id()))) {
            UntypedProgram onPrint = object.program("on_print");
            onPrint.attach();
            RateSampler sampler = new RateSampler(printed, null);
            sampler.sample(0);
            assertThat(sampler.programs()).isEmpty();
            ListedProgram.Counting counting = ListedProgram.countRuns();
            try (counting) {
                for (int i = 0; i < 5; i++) {
                    object.program("print").testRun(TestRun.Input.context(new byte[8]));
                }
            }
            sampler.sample(1);
            assertThat(sampler.programs())
                    .filteredOn(one -> one.statistics().name().equals("on_print"))
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.statistics().id()).isEqualTo(onPrint.id());
                        assertThat(one.statistics().recursionMisses()).isEqualTo(5);
                        assertThat(one.skippedPerSecond()).isPositive();
                        assertThat(one.runsPerSecond()).isPositive();
                        assertThat(one.nanosPerRun()).isPositive();
                        assertThat(one.cpuPercent()).isBetween(Double.MIN_VALUE, 100.0);
                    });
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Console console = new Console(out, OutputStream.nullOutputStream(), false, false);
            TopScreen.intoPipe(console).show(sampler, List.of());
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("program on_print (id " + onPrint.id() + "): the kernel skips ", " runs/s, 5 so far, ");
            sampler.sample(1);
            assertThat(sampler.programs()).isEmpty();
        } finally {
            Files.delete(file);
        }
    }

    /** Without a map, and without the setting that makes the kernel count runs. */
    @Test
    void showsAllProgramsWithTheirLinksAndMaps() throws Exception {
        Path file = Files.createTempFile("recursive", ".bpf.o");
        Files.write(file, TestPrograms.object("recursive.bpf.c"));
        try (LoadedObject object = Nestmap.open(file).load()) {
            UntypedProgram onPrint = object.program("on_print");
            onPrint.attach();
            int printed = UntypedMap.of(object, "printed").id();
            AtomicBoolean ended = new AtomicBoolean();
            Thread runs = new Thread(() -> {
                while (!ended.get()) {
                    object.program("print").testRun(TestRun.Input.context(new byte[8]));
                }
            });
            runs.start();
            CommandRun text;
            CommandRun json;
            try {
                text = CommandRun.of("top", "--interval", "0.3", "--count", "1", "--limit", "0");
                json = CommandRun.of("top", "--interval", "0.3", "--count", "1", "--limit", "0", "--json");
            } finally {
                ended.set(true);
                runs.join();
            }

            assertThat(text.err() + json.err()).isEmpty();
            assertThat(text.out().lines())
                    .filteredOn(line -> line.contains(" " + onPrint.id() + "  on_print "))
                    .singleElement()
                    .asString()
                    .matches(
                            " *[\\d.]+ +[1-9]\\S* +[1-9]\\S* +[1-9]\\S* +\\d+  on_print +(RAW_TRACEPOINT|PERF_EVENT); (.*, )?printed(, .*)?");
            assertThat(json.out().lines()).hasSize(1);
            assertThat(json.out())
                    .contains("\"program\":\"on_print\",\"id\":" + onPrint.id() + ",\"runsPerSecond\":")
                    .contains("\"compiledBytes\":" + onPrint.statistics().compiledBytes() + ",")
                    .contains("{\"id\":" + printed + ",\"name\":\"printed\"}");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void showsAsManyProgramsAsAreWanted() {
        CommandRun run = CommandRun.onTerminal("top", "--interval", "0.1", "--count", "1", "--limit", "1");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("CPU %", "attached to");
    }

    private static String top(String map) {
        CommandRun run = CommandRun.of("top", map, "--interval", "0.1", "--count", "2");
        assertThat(run.err(ExitCode.OK)).isEmpty();
        return run.out();
    }

    @Test
    void limitZeroShowsAllEntries() throws Exception {
        try (NestFixture nest = NestFixture.load();
                UntypedMap.Owned spill = nest.open("spill")) {
            RateSampler sampler = new RateSampler(spill, "packets");
            sampler.sample(0);
            for (int n = 1; n <= 30; n++) {
                nest.put("spill", NestFixture.flow(n, n));
            }
            Console silent =
                    new Console(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false, false);
            TopScreen pipe = TopScreen.intoPipe(silent);
            assertThat(pipe.rows(null)).isEqualTo(20);
            assertThat(pipe.rows(7)).isEqualTo(7);
            assertThat(sampler.sample(pipe.rows(0))).hasSize(30);
        }
    }

    @Test
    void namesTheNumbersThatCanBeChosen() throws IOException {
        try (NestFixture nest = NestFixture.load()) {
            assertThat(CommandRun.of("top", nest.id("spill"), "--by", "pakets").err(ExitCode.FAILED))
                    .contains("no number called pakets: their numbers are mark, packets, bytes, last_seen_ns");
        }
    }

    /** Counts in a flow of each of two inner maps, twice as fast in the second. */
    private static final class Growth implements AutoCloseable {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final CountDownLatch first = new CountDownLatch(1);
        private final Thread thread;

        Growth(NestFixture nest) {
            nest.put("gold", NestFixture.flow(3, 5));
            thread = new Thread(() -> {
                for (long count = 1; !ended.get(); count++) {
                    nest.put("spill", NestFixture.flow(1, count));
                    nest.put("gold", NestFixture.flow(2, 2 * count));
                    first.countDown();
                }
            });
            thread.start();
        }

        void awaitRound() throws InterruptedException {
            first.await();
        }

        @Override
        public void close() {
            ended.set(true);
            while (thread.isAlive()) {
                Thread.onSpinWait();
            }
        }
    }
}
