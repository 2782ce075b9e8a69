/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.LineWrap;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.console.TerminalSize;
import dev.nestmap.cli.value.EntryFilter;
import dev.nestmap.cli.value.OutputField;
import dev.nestmap.cli.value.UncountedReader;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.untyped.UntypedMap;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows measurements of {@code nestmap top}: in place on a terminal, or as lines. */
final class TopScreen {
    private static final int HEADER_LINES = 4;
    private static final int ROWS_INTO_PIPE = 20;
    private static final int COLUMNS_FOR_COST = 110;
    private static final String ENTER = "\033[?1049h\033[?25l";
    private static final String LEAVE = "\033[?25h\033[?1049l";

    private final Console console;
    private final boolean inPlace;
    private final boolean asJson;
    private final Thread restorer = new Thread(this::restore);
    private @Nullable RateTable table;
    private @Nullable UncountedReader uncounted;
    private String last = "";
    private TerminalSize size = TerminalSize.USUAL;

    /** Whether the terminal belongs to the shell again. A later measurement would erase what it shows. */
    private boolean restored;

    private TopScreen(Console console, boolean inPlace, boolean asJson) {
        this.console = console;
        this.asJson = asJson;
        this.inPlace = inPlace;
    }

    /** A screen that takes over the terminal until it is closed, or the process ends. */
    static TopScreen onTerminal(Console console) {
        TopScreen screen = new TopScreen(console, true, false);
        Runtime.getRuntime().addShutdownHook(screen.restorer);
        console.print(ENTER + "\033[H\033[2J" + "The first measurement needs two readings ...");
        console.flush();
        return screen;
    }

    /** Lines for other programs. */
    static TopScreen intoPipe(Console console) {
        return new TopScreen(console, false, false);
    }

    /** An object for each measurement, in a line of its own. */
    static TopScreen asJson(Console console) {
        return new TopScreen(console, false, true);
    }

    /**
     * The number of entries to show. More than fit on a terminal would scroll it.
     *
     * @param limit the largest number that the user wants, 0 for all; null if the user does not say
     */
    int rows(@Nullable Integer limit) {
        int wanted = limit == null ? ROWS_INTO_PIPE : limit == 0 ? Integer.MAX_VALUE : limit;
        if (!inPlace) {
            return wanted;
        }
        size = TerminalSize.read(size);
        int fitting = Math.max(1, size.rows() - HEADER_LINES - (isNarrow() ? 2 : 1));
        return limit == null ? fitting : Math.min(wanted, fitting);
    }

    synchronized void show(RateSampler sampler, List<RateSampler.Rate> rates) {
        if (restored) {
            return;
        }
        if (inPlace) {
            refresh(sampler, rates);
        } else if (asJson) {
            json(sampler, rates);
        } else {
            lines(sampler, rates);
        }
        console.flush();
    }

    /** Shows all programs. */
    synchronized void show(ProgramTable programs) {
        if (restored) {
            return;
        }
        if (inPlace) {
            StringBuilder screen = new StringBuilder();
            List<String> rows = programs.table();
            for (int i = 0; i < rows.size(); i++) {
                String row = LineWrap.cut(rows.get(i), size.columns());
                line(screen, i == 0 ? console.dim(row) : row);
            }
            display(screen);
        } else if (asJson) {
            JsonWriter json = JsonWriter.ofLines(console::print).beginObject();
            json.name("time").value(now());
            programs.write(json);
            json.endObject();
        } else {
            String time = now();
            programs.lines().forEach(line -> console.line(time + " " + line));
        }
        console.flush();
    }

    /** Leaves the terminal as it was, with the last measurement below what was there. */
    void close() {
        if (inPlace) {
            Runtime.getRuntime().removeShutdownHook(restorer);
            restore();
            console.print(last);
            console.flush();
        }
    }

    private synchronized void restore() {
        restored = true;
        console.print(LEAVE);
        console.flush();
    }

    /** What programs could not count in the inner maps of an outer map; empty if there is nothing, or for another map. */
    private String uncounted(UntypedMap map) {
        return UncountedReader.describe(readUncounted(map));
    }

    private @Nullable Uncounted readUncounted(UntypedMap map) {
        UncountedReader reader = uncounted;
        if (reader == null) {
            reader = new UncountedReader(map);
            uncounted = reader;
        }
        return reader.read();
    }

    private void json(RateSampler sampler, List<RateSampler.Rate> rates) {
        UntypedMap map = sampler.view().map();
        JsonWriter json = JsonWriter.ofLines(console::print).beginObject();
        json.name("time").value(now()).name("map").value(map.name());
        json.name("id").value(Integer.toUnsignedLong(map.id()));
        json.name("counter").value(sampler.counterName());
        Uncounted failed = readUncounted(map);
        if (failed != null) {
            json.name("refused").value(failed.refused()).name("unknownKey").value(failed.unknownKey());
        }
        json.name("programs").beginArray();
        for (ProgramSampler.Rate one : sampler.programs()) {
            ProgramTable.runs(json, one);
            json.endObject();
        }
        json.endArray().name("entries").beginArray();
        for (RateSampler.Rate rate : rates) {
            json.beginObject();
            if (map.isMapOfMaps()) {
                json.name("outer").value(rate.outer());
            }
            json.name("key").beginObject();
            rate.key()
                    .forEach(field -> json.name(field.name().isEmpty() ? EntryFilter.KEY : field.name())
                            .value(field.text()));
            json.endObject();
            rate(json, "perSecond", rate.perSecond());
            json.name("total").value(new BigInteger(Long.toUnsignedString(rate.total())));
            json.endObject();
        }
        json.endArray().endObject();
    }

    static void rate(JsonWriter json, String name, double rate) {
        json.name(name).json(String.format(Locale.ROOT, "%.1f", rate));
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private void lines(RateSampler sampler, List<RateSampler.Rate> rates) {
        String time = now();
        String counter = sampler.counterName();
        String failed = uncounted(sampler.view().map());
        if (!failed.isEmpty()) {
            console.line(time + " " + failed);
        }
        for (ProgramSampler.Rate one : sampler.programs()) {
            console.line(time + " " + ProgramTable.runs(one));
        }
        for (RateSampler.Rate rate : rates) {
            String outer = rate.outer().isEmpty()
                    ? ""
                    : " outer=" + rate.outer().replace(" (", "(").replace(' ', ',');
            console.line(String.format(
                    Locale.ROOT,
                    "%s %s/s=%.1f %s=%s%s %s",
                    time,
                    counter,
                    rate.perSecond(),
                    counter,
                    Long.toUnsignedString(rate.total()),
                    outer,
                    OutputField.inOneLine(rate.key())));
        }
        if (rates.isEmpty()) { // a script that waits for lines learns that the command still measures
            console.line(time + (counter.isEmpty() ? "" : " " + counter + "/s=0.0") + " " + nothing(sampler));
        }
    }

    /** Why no entry is shown. */
    private static String nothing(RateSampler sampler) {
        RateSampler.Cost cost = sampler.cost();
        return cost.entries() == 0
                ? "there are no entries"
                : "no " + sampler.counterName() + " has grown in " + NumberText.of(cost.entries(), "entry", "entries");
    }

    private void refresh(RateSampler sampler, List<RateSampler.Rate> rates) {
        UntypedMap map = sampler.view().map();
        RateSampler.Cost cost = sampler.cost();
        StringBuilder screen = new StringBuilder();
        String title = sampler.view().name() + "  " + map.type() + " id " + Integer.toUnsignedString(map.id());
        line(screen, console.bold(LineWrap.cut(title, size.columns())));
        cost(sampler, cost).forEach(text -> line(screen, LineWrap.cut(text, size.columns())));
        String failed = uncounted(map);
        String all = Stream.of(failed, programs(sampler))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
        String programs = LineWrap.cut(all, size.columns());
        line(screen, skipsRuns(sampler) || !failed.isEmpty() ? console.yellow(programs) : console.dim(programs));
        List<String> rows = table(map).lines(sampler.counterName(), rates, size.columns());
        for (int i = 0; i < rows.size(); i++) {
            String row = LineWrap.cut(rows.get(i), size.columns());
            line(screen, i == 0 ? console.dim(row) : row);
        }
        if (rates.isEmpty()) {
            line(screen, console.dim(nothing(sampler)));
        }
        display(screen);
    }

    private void display(StringBuilder screen) {
        last = screen.toString();
        console.print("\033[H" + last.replace("\n", "\033[K\n") + "\033[J");
    }

    private RateTable table(UntypedMap map) {
        if (table == null) {
            table = new RateTable(map.isMapOfMaps());
        }
        return table;
    }

    /** What was read, and what this costs: in one line, or in two on a narrow terminal. */
    private List<String> cost(RateSampler sampler, RateSampler.Cost cost) {
        String maps =
                sampler.view().map().isMapOfMaps() ? NumberText.of(cost.maps(), "inner map", "inner maps") + ", " : "";
        String read = maps + NumberText.of(cost.entries(), "entry", "entries") + " read in "
                + NumberText.duration(cost.nanos());
        double cpu = 100.0 * cost.cpuNanos() / cost.sinceNanos();
        Runtime vm = Runtime.getRuntime();
        long megabytes = (vm.totalMemory() - vm.freeMemory()) >> 20;
        String takes =
                String.format(Locale.ROOT, "this takes %.0f %% of one CPU, and %,d MB of memory", cpu, megabytes);
        return isNarrow() ? List.of(read, takes) : List.of(read + "; " + takes);
    }

    private static boolean skipsRuns(RateSampler sampler) {
        return sampler.programs().stream().anyMatch(one -> one.skippedPerSecond() > 0);
    }

    /** The runs of programs, those with skipped runs first; empty if there were none. */
    private static String programs(RateSampler sampler) {
        return sampler.programs().stream()
                .sorted(Comparator.comparingDouble(ProgramSampler.Rate::skippedPerSecond)
                        .reversed())
                .map(TopScreen::runs)
                .collect(Collectors.joining("; "));
    }

    private static String runs(ProgramSampler.Rate one) {
        ProgramStatistics statistics = one.statistics();
        String program = "program " + SafeText.visible(statistics.name()) + " (id "
                + Integer.toUnsignedString(statistics.id()) + "): ";
        List<String> parts = new ArrayList<>();
        if (one.skippedPerSecond() > 0) {
            parts.add(String.format(
                    Locale.ROOT,
                    "the kernel skips %,.1f runs/s, %,d so far",
                    one.skippedPerSecond(),
                    statistics.recursionMisses()));
        }
        if (one.runsPerSecond() > 0) {
            parts.add(String.format(
                    Locale.ROOT,
                    "%,.1f runs/s of %,.0f ns, %.1f %% of one CPU",
                    one.runsPerSecond(),
                    one.nanosPerRun(),
                    one.cpuPercent()));
        }
        return program + String.join(", ", parts);
    }

    private boolean isNarrow() {
        return size.columns() < COLUMNS_FOR_COST;
    }

    private static void line(StringBuilder screen, String text) {
        screen.append(text).append('\n');
    }
}
