/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.source.RecordsOption;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.untyped.ListedProgram;
import dev.nestmap.untyped.UntypedMap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the entries of a map that grow fastest, or the programs that use the CPU most. */
@Command(
        name = "top",
        header = "Shows the programs that use the CPU most, or the entries whose counters grow fastest.",
        description = {
            "Without MAP, shows all BPF programs of the kernel by their share of one CPU, with their links and their maps. While it runs,"
                    + " the kernel counts the runs of programs, which costs each run about 70 ns. This requires root, or"
                    + " CAP_SYS_ADMIN.",
            "",
            "With MAP, repeatedly reads a map, or a map of maps with all its inner maps, and shows the entries by the rate of one number. The"
                    + " second line shows the cost. On a terminal, the command refreshes the screen until Ctrl-C; into a pipe, it writes"
                    + " one table after the other.",
            "",
            "The values of all CPUs are added. New entries count from zero. If the kernel skips runs of programs that use the map,"
                    + " their counters are too small, and the command shows the number of skipped runs. It also shows runs and their"
                    + " time, if the kernel counts them (sysctl kernel.bpf_stats_enabled=1). The events that a ring buffer loses are in"
                    + " the map of its name with _lost."
        },
        footer = {
            "",
            "Examples:",
            "  nestmap top                              all programs",
            "  nestmap top tenant                       by the first counter",
            "  nestmap top tenant --by bytes            by another field",
            "  nestmap top 35054 --interval 5           every five seconds",
            "  nestmap top tenant --count 1 --json      one measurement for a script"
        })
public final class TopCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "MAP", arity = "0..1", description = "An id, a name, or the path of a pin.")
    private @Nullable String target;

    @Option(
            names = "--by",
            paramLabel = "FIELD",
            description =
                    "The number whose rate is shown. Default: a field called packets, pkts, hits, count, requests, calls, events or"
                            + " bytes, otherwise the first number of 8 bytes.")
    private @Nullable String field;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "The time between two measurements. Default: 1.")
    private double seconds = 1;

    @Mixin
    private final RecordsOption records = new RecordsOption();

    @Option(names = "--count", paramLabel = "N", description = "Ends after N measurements. Default: never.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "Shows at most N entries or programs; 0 for all. Default: 20 into a pipe. A terminal shows as many as fit.")
    private @Nullable Integer limit;

    @Option(names = "--json", description = "Writes each measurement as an object in a line of its own.")
    private boolean asJson;

    @Override
    public Integer call() throws InterruptedException {
        if (!(seconds >= 0.1 && seconds <= 86_400)) {
            throw common.usage("--interval is " + seconds + ", but must be from 0.1 to 86400 seconds");
        }
        if (count < 1) {
            throw common.usage("--count is " + count + ", but must be 1 or more");
        }
        if (limit != null && limit < 0) {
            throw common.usage("--limit is " + limit + ", but must be 0 or more");
        }
        if (target == null) {
            if (field != null || records.isGiven()) {
                throw common.usage("--by and --records are for the entries of a map: name one");
            }
            watchPrograms();
        } else {
            watchMap(target);
        }
        return ExitCode.OK;
    }

    private void watchPrograms() throws InterruptedException {
        ProgramSampler sampler = new ProgramSampler();
        ListedProgram.Counting counting = ListedProgram.countRuns();
        try {
            watch(() -> sampler.sample(readings(ListedProgram.all())), (screen, most) -> {
                List<ListedProgram> programs = ListedProgram.all();
                screen.show(ProgramTable.of(programs, sampler.sample(readings(programs)), most));
            });
        } finally {
            counting.close();
        }
    }

    private static List<ProgramSampler.Reading> readings(List<ListedProgram> programs) {
        return programs.stream()
                .map(one -> new ProgramSampler.Reading(one.statistics(), one.readAt()))
                .toList();
    }

    private void watchMap(String target) throws InterruptedException {
        TargetMapFinder.requireNoObject(target);
        List<Integer> ids = TargetMapFinder.ids(target, common.console()::problem);
        if (ids.size() > 1) {
            throw new CommandFailedException(ids.size() + " maps are called " + SafeText.visible(target)
                    + ": name one by its id, such as " + ids.get(0));
        }
        try (UntypedMap.Owned map =
                TargetMapFinder.open(ids.isEmpty() ? target : ids.get(0).toString())) {
            records.describe(map);
            records.requireUse();
            RateSampler sampler = new RateSampler(map, field);
            watch(() -> sampler.sample(0), (screen, most) -> screen.show(sampler, sampler.sample(most)));
        }
    }

    /** Reads what is shown, at most that many rows, and shows it. */
    private interface Measurement {
        void showOn(TopScreen screen, int most);
    }

    /** A measurement needs two readings. */
    private void watch(Runnable firstReading, Measurement measurement) throws InterruptedException {
        Console console = common.console();
        TopScreen screen = asJson
                ? TopScreen.asJson(console)
                : console.movesCursor() ? TopScreen.onTerminal(console) : TopScreen.intoPipe(console);
        try {
            Duration interval = Duration.ofNanos((long) (seconds * 1e9));
            long next = System.nanoTime();
            firstReading.run();
            for (long i = 0; i < count; i++) {
                next = Math.max(next + interval.toNanos(), System.nanoTime());
                long wait = next - System.nanoTime();
                if (wait > 0) {
                    Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
                }
                measurement.showOn(screen, screen.rows(limit));
            }
        } finally {
            screen.close();
        }
    }
}
