/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.console.TerminalSize;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.untyped.UntypedMap;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows measurements of {@code nestmap top}: in place on a terminal, one after the other, or as JSON. */
final class TopScreen {
    private static final int HEADER_LINES = 4;
    private static final int ROWS_INTO_PIPE = 20;
    private static final String ENTER = "\033[?1049h\033[?25l";
    private static final String LEAVE = "\033[?25h\033[?1049l";

    private final Console console;
    private final boolean inPlace;
    private final boolean asJson;
    private final Thread restorer = new Thread(this::restore);
    private @Nullable RateTable table;
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

    /** The tables that a terminal shows, one after the other. */
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
        int fitting = Math.max(1, size.rows() - HEADER_LINES - 1);
        return limit == null ? fitting : Math.min(wanted, fitting);
    }

    synchronized void show(RateSampler sampler, List<RateSampler.Rate> rates) {
        if (restored) {
            return;
        }
        if (asJson) {
            json(sampler, rates);
        } else {
            display(text(sampler, rates));
        }
        console.flush();
    }

    /** Shows all programs. */
    synchronized void show(ProgramTable programs) {
        if (restored) {
            return;
        }
        if (asJson) {
            JsonWriter json = JsonWriter.ofLines(console::print).beginObject();
            json.name("time").value(now());
            programs.write(json);
            json.endObject();
        } else {
            display(table(programs.lines()));
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

    private void json(RateSampler sampler, List<RateSampler.Rate> rates) {
        UntypedMap map = sampler.view().map();
        JsonWriter json = JsonWriter.ofLines(console::print).beginObject();
        json.name("time").value(now()).name("map").value(map.name());
        json.name("id").value(Integer.toUnsignedLong(map.id()));
        json.name("counter").value(sampler.counterName());
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
                    .forEach(field -> json.name(field.name().isEmpty() ? "key" : field.name())
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

    /** Why no entry is shown. */
    private static String nothing(RateSampler sampler) {
        RateSampler.Cost cost = sampler.cost();
        return cost.entries() == 0
                ? "there are no entries"
                : "no " + sampler.counterName() + " has grown in " + NumberText.of(cost.entries(), "entry", "entries");
    }

    private String text(RateSampler sampler, List<RateSampler.Rate> rates) {
        UntypedMap map = sampler.view().map();
        String title = sampler.view().name() + "  " + map.type() + " id " + Integer.toUnsignedString(map.id());
        String programs = cut(programs(sampler));
        return console.bold(cut(title)) + "\n" + cut(cost(sampler)) + "\n"
                + (skipsRuns(sampler) ? console.yellow(programs) : console.dim(programs)) + "\n"
                + table(table(map).lines(sampler.counterName(), rates))
                + (rates.isEmpty() ? console.dim(nothing(sampler)) + "\n" : "");
    }

    /** The lines of a table, with the names of the columns in the first one. */
    private String table(List<String> rows) {
        return console.dim(cut(rows.get(0))) + "\n"
                + rows.stream().skip(1).map(row -> cut(row) + "\n").collect(Collectors.joining());
    }

    /** A text without colours, up to the last character that fits. */
    private String cut(String text) {
        int columns = size.columns();
        return !inPlace || text.codePointCount(0, text.length()) <= columns
                ? text
                : text.substring(0, text.offsetByCodePoints(0, columns - 1)) + "…";
    }

    private void display(String text) {
        last = text;
        console.print(inPlace ? "\033[H" + text.replace("\n", "\033[K\n") + "\033[J" : text + "\n");
    }

    private RateTable table(UntypedMap map) {
        if (table == null) {
            table = new RateTable(map.isMapOfMaps());
        }
        return table;
    }

    private static String cost(RateSampler sampler) {
        RateSampler.Cost cost = sampler.cost();
        String maps =
                sampler.view().map().isMapOfMaps() ? NumberText.of(cost.maps(), "inner map", "inner maps") + ", " : "";
        return maps + NumberText.of(cost.entries(), "entry", "entries") + " read in "
                + NumberText.duration(cost.nanos());
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
}
