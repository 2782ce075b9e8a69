/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.untyped.ListedProgram;
import dev.nestmap.untyped.UntypedMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Programs with their rates, links and maps.
 *
 * @param rows the programs, the busiest first
 */
record ProgramTable(List<Row> rows) {
    /** A program, its rates since the previous reading, and the names of its maps by their ids. */
    private record Row(ProgramSampler.Rate rate, ListedProgram program, Map<Integer, String> maps) {}

    /**
     * The programs with the largest share of the CPU.
     *
     * @param most the number of programs
     */
    static ProgramTable of(List<ListedProgram> programs, List<ProgramSampler.Rate> rates, int most) {
        Map<Integer, ListedProgram> byId = programs.stream()
                .collect(Collectors.toMap(one -> one.statistics().id(), one -> one));
        return new ProgramTable(rates.stream()
                .sorted(Comparator.comparingDouble(ProgramSampler.Rate::cpuPercent)
                        .thenComparingDouble(ProgramSampler.Rate::skippedPerSecond)
                        .reversed())
                .limit(most)
                .map(rate -> row(rate, byId))
                .toList());
    }

    private static Row row(ProgramSampler.Rate rate, Map<Integer, ListedProgram> programs) {
        ListedProgram program =
                Objects.requireNonNull(programs.get(rate.statistics().id()));
        return new Row(
                rate,
                program,
                program.mapIds().stream()
                        .collect(Collectors.toMap(id -> id, ProgramTable::nameOf, (one, other) -> one, TreeMap::new)));
    }

    /** The name of a map; empty if it has ended, has none, or can't be read. */
    private static String nameOf(int id) {
        try (UntypedMap.Owned map = UntypedMap.open(id)) {
            return map == null ? "" : map.name();
        } catch (BpfException e) {
            return "";
        }
    }

    /** A table, with the names of its columns in the first line. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%6s %10s %8s %10s %7s  %-16s %s",
                "CPU %",
                "runs/s",
                "ns/run",
                "skipped/s",
                "id",
                "program",
                "attached to, maps"));
        for (Row row : rows) {
            ProgramSampler.Rate rate = row.rate();
            String links =
                    row.program().links().stream().map(ProgramTable::place).collect(Collectors.joining(", "));
            String maps = maps(row);
            String users = links + (links.isEmpty() || maps.isEmpty() ? "" : "; ") + maps;
            lines.add(String.format(
                            Locale.ROOT,
                            "%6.1f %,10.0f %,8.0f %,10.0f %7s  %-16s %s",
                            rate.cpuPercent(),
                            rate.runsPerSecond(),
                            rate.nanosPerRun(),
                            rate.skippedPerSecond(),
                            Integer.toUnsignedString(rate.statistics().id()),
                            SafeText.visible(rate.statistics().name()),
                            users)
                    .stripTrailing());
        }
        if (rows.isEmpty()) {
            lines.add("there are no programs");
        }
        return lines;
    }

    /** Adds the member {@code programs} to an object. */
    void write(JsonWriter json) {
        json.name("programs").beginArray();
        for (Row row : rows) {
            ProgramStatistics statistics = row.rate().statistics();
            runs(json, row.rate());
            json.name("instructions").value(statistics.instructions());
            json.name("compiledBytes").value(statistics.compiledBytes());
            json.name("verifiedInstructions").value(statistics.verifiedInstructions());
            json.name("links").beginArray();
            for (KernelLink.Info link : row.program().links()) {
                json.beginObject().name("id").value(Integer.toUnsignedLong(link.id()));
                json.name("kind").value(link.kind().name());
                if (!link.kind().targetName().isEmpty()) {
                    json.name("target").value(link.target());
                }
                json.name("attached").value(link.attached()).endObject();
            }
            json.endArray().name("maps").beginArray();
            row.maps()
                    .forEach((id, name) -> json.beginObject()
                            .name("id")
                            .value(Integer.toUnsignedLong(id))
                            .name("name")
                            .value(name)
                            .endObject());
            json.endArray().endObject();
        }
        json.endArray();
    }

    /** Begins the object of a program. */
    static void runs(JsonWriter json, ProgramSampler.Rate rate) {
        json.beginObject().name("program").value(rate.statistics().name());
        json.name("id").value(Integer.toUnsignedLong(rate.statistics().id()));
        TopScreen.rate(json, "runsPerSecond", rate.runsPerSecond());
        TopScreen.rate(json, "nanosPerRun", rate.nanosPerRun());
        TopScreen.rate(json, "cpuPercent", rate.cpuPercent());
        TopScreen.rate(json, "skippedPerSecond", rate.skippedPerSecond());
        json.name("skipped").value(rate.statistics().recursionMisses());
    }

    private static String place(KernelLink.Info link) {
        return link.kind()
                + (!link.attached() ? " (detached)" : link.kind().targetName().isEmpty() ? "" : " " + link.target());
    }

    private static String maps(Row row) {
        return row.maps().entrySet().stream()
                .map(map -> map.getValue().isEmpty()
                        ? Integer.toUnsignedString(map.getKey())
                        : SafeText.visible(map.getValue()))
                .collect(Collectors.joining(", "));
    }
}
