/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.imported;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.cli.records.ImportedRecords;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.lint.LoadCheck;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Imports the maps of a corpus of objects as records with headers, builds objects from the headers, and compares each map. {@code bin/dev/corpus}
 * collects the objects and runs it. {@code -Dnestmap.corpus.equal} is how many percent of the maps must have an equal header.
 */
@EnabledIfSystemProperty(named = "nestmap.corpus", matches = ".+")
class CorpusTest {
    private static final int PER_COMPILATION = 25;

    /** The size of the header of an ELF64 file, and numbers in it: {@code ET_REL} and {@code EM_BPF} in {@code elf.h}. */
    private static final int ELF_HEADER = 64;

    private static final int RELOCATABLE = 1;
    private static final int BPF_MACHINE = 247;

    @TempDir
    Path folder;

    private final Map<String, Map<Result, Integer>> counts = new TreeMap<>();
    private final Map<String, Integer> objects = new TreeMap<>();
    private final List<String> report = new ArrayList<>();
    private final List<String> crashes = new ArrayList<>();

    /** What became of a map. */
    private enum Result {
        EQUAL("header equal"),
        DIFFERENT("different"),
        LEFT_OUT("left out, with a reason"),
        NO_HEADER("in an object without a usable header");

        private final String text;

        Result(String text) {
            this.text = text;
        }
    }

    /** An object, and the name of its records. */
    private record Sample(String project, String name, Path file) {}

    @Test
    void headersMakeTheSameMaps() throws IOException {
        Path corpus = Path.of(System.getProperty("nestmap.corpus"));
        List<Sample> samples = samples(corpus);
        for (int i = 0; i < samples.size(); i += PER_COMPILATION) {
            compare(samples.subList(i, Math.min(samples.size(), i + PER_COMPILATION)), i);
        }
        Files.write(Path.of("target/corpus-maps.tsv"), report);
        Files.write(Path.of("target/corpus.md"), table());
        assertThat(crashes).isEmpty();
        int equal = Integer.getInteger("nestmap.corpus.equal", 0);
        int all = Stream.of(Result.values()).mapToInt(this::sum).sum();
        int leftOut = sum(Result.LEFT_OUT);
        assertThat(leftOut * 100).as("left out").isLessThanOrEqualTo((100 - equal) * all);
        assertThat(sum(Result.EQUAL) * 100).as("equal").isGreaterThanOrEqualTo(equal * (all - leftOut));
    }

    private int sum(Result result) {
        return counts.values().stream()
                .mapToInt(one -> one.getOrDefault(result, 0))
                .sum();
    }

    private List<Sample> samples(Path corpus) throws IOException {
        List<Sample> samples = new ArrayList<>();
        try (Stream<Path> files = Files.walk(corpus)) {
            for (Path file : files.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList()) {
                String project = corpus.relativize(file).getName(0).toString();
                for (byte[] object : embedded(Files.readAllBytes(file))) {
                    String base = file.getFileName().toString().replaceAll("(\\.bpf)?\\.o$", "");
                    String name = "o" + samples.size() + "_" + base.replaceAll("[^A-Za-z0-9]+", "_");
                    Path copy = Files.write(folder.resolve(name + ".bpf.o"), object);
                    if (DumpedMaps.of(copy).isEmpty()) {
                        continue; // it has no maps to import
                    }
                    objects.merge(project, 1, Integer::sum);
                    if (isReadable(project, copy)) {
                        samples.add(new Sample(project, name, copy));
                    }
                }
            }
        }
        return samples;
    }

    /** The BPF objects in a file: the file itself, or those that a program contains (skeletons of bpftool). */
    private static List<byte[]> embedded(byte[] file) {
        List<byte[]> objects = new ArrayList<>();
        for (int start = 0; start + ELF_HEADER <= file.length; start++) {
            if (file[start] != 0x7f || file[start + 1] != 'E' || file[start + 2] != 'L' || file[start + 3] != 'F') {
                continue;
            }
            ByteBuffer header = ByteBuffer.wrap(file, start, ELF_HEADER)
                    .slice()
                    .order(file[start + 5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            // The section headers are the end of an object.
            long size = header.getLong(40) + (long) header.getShort(58) * header.getShort(60);
            boolean isBpf = header.getShort(16) == RELOCATABLE && header.getShort(18) == BPF_MACHINE;
            if (isBpf && size > 0 && size <= file.length - start) {
                objects.add(Arrays.copyOfRange(file, start, start + (int) size));
            }
        }
        return objects;
    }

    /** Whether Nestmap reads the object. {@code check} must explain any object. */
    private boolean isReadable(String project, Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            LoadCheck.of(file.toString(), bytes, List.of());
            ObjectFile.parseReadable(file.toString(), bytes, new ArrayList<>());
            return true;
        } catch (MalformedObjectException e) {
            DumpedMaps.of(file)
                    .keySet()
                    .forEach(map -> add(project, file, map, Result.NO_HEADER, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            crashes.add(file + ": " + e);
        }
        return false;
    }

    /** Compares a group of objects, or each of them alone if the records of one do not compile. */
    private void compare(List<Sample> samples, int number) {
        RoundTrip trip = new RoundTrip(folder.resolve(number + "_" + samples.size()));
        List<Sample> imported = new ArrayList<>();
        for (Sample sample : samples) {
            try {
                trip.add(sample.name(), sample.file());
                imported.add(sample);
            } catch (RuntimeException e) {
                crashes.add(sample.file() + ": " + e);
            }
        }
        List<Sample> written = imported.stream()
                .filter(sample -> trip.records(sample.name()).maps() > 0)
                .toList();
        try {
            if (!written.isEmpty()) { // otherwise all maps were left out
                trip.compile(written.stream().map(Sample::name).toList());
            }
        } catch (AssertionError e) {
            if (samples.size() > 1) {
                for (int i = 0; i < imported.size(); i++) {
                    compare(imported.subList(i, i + 1), number + i);
                }
                return;
            }
            withoutHeader(trip, samples.get(0), "records do not compile: " + e.getMessage());
            return;
        }
        imported.forEach(sample -> compare(trip, sample, written.contains(sample)));
    }

    private void compare(RoundTrip trip, Sample sample, boolean hasHeader) {
        Map<String, Map<String, String>> again = Map.of();
        List<Difference> differences = List.of();
        if (hasHeader) {
            try {
                again = DumpedMaps.of(trip.recompiledFile(sample.name()));
                Schema maps = new Schema(
                        "", "", List.of(), List.of(), trip.actual(sample.name()).maps());
                differences = SchemaComparison.compare(maps, trip.recompiled(sample.name()));
            } catch (AssertionError e) {
                withoutHeader(trip, sample, String.valueOf(e.getMessage()));
                return;
            }
        }
        Map<String, String> leftOut = leftOut(trip.records(sample.name()));
        for (Map.Entry<String, Map<String, String>> map :
                DumpedMaps.of(sample.file()).entrySet()) {
            String name = map.getKey();
            String attributes = DumpedMaps.differences(map.getValue(), again.getOrDefault(name, Map.of()));
            String found = differences.stream()
                    .filter(difference -> name.equals(difference.where().map()))
                    .map(Difference::message)
                    .collect(Collectors.joining("; "));
            if (leftOut.containsKey(name)) {
                add(sample.project(), sample.file(), name, Result.LEFT_OUT, leftOut.get(name));
            } else if (attributes.isEmpty() && found.isEmpty()) {
                add(sample.project(), sample.file(), name, Result.EQUAL, "");
            } else {
                add(sample.project(), sample.file(), name, Result.DIFFERENT, found + "\t" + attributes);
            }
        }
    }

    private void withoutHeader(RoundTrip trip, Sample sample, String reason) {
        Map<String, String> leftOut = leftOut(trip.records(sample.name()));
        DumpedMaps.of(sample.file()).keySet().forEach(map -> {
            Result result = leftOut.containsKey(map) ? Result.LEFT_OUT : Result.NO_HEADER;
            add(sample.project(), sample.file(), map, result, leftOut.getOrDefault(map, reason));
        });
    }

    private static Map<String, String> leftOut(ImportedRecords records) {
        Map<String, String> leftOut = new LinkedHashMap<>();
        records.remarks().stream()
                .filter(remark -> remark.severity() == Severity.ERROR)
                .forEach(remark -> leftOut.put(remark.place().substring("map ".length()), remark.what()));
        return leftOut;
    }

    private void add(String project, Path file, String map, Result result, String text) {
        counts.computeIfAbsent(project, name -> new EnumMap<>(Result.class)).merge(result, 1, Integer::sum);
        String line = text.replace("\n", " ");
        report.add(String.join("\t", result.name(), project + "/" + file.getFileName(), map, line));
    }

    private List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("| after `import --header` | objects | "
                + Stream.of(Result.values()).map(result -> result.text).collect(Collectors.joining(" | ")) + " |");
        lines.add("| --- |" + " ---: |".repeat(Result.values().length + 1));
        objects.forEach((project, number) -> lines.add(row(project, number, counts.getOrDefault(project, Map.of()))));
        Map<Result, Integer> sums = new EnumMap<>(Result.class);
        counts.values().forEach(one -> one.forEach((result, number) -> sums.merge(result, number, Integer::sum)));
        int all = objects.values().stream().mapToInt(Integer::intValue).sum();
        lines.add(row("all", all, sums));
        return lines;
    }

    private static String row(String project, int objects, Map<Result, Integer> numbers) {
        return "| " + project + " | " + objects + " | "
                + Stream.of(Result.values())
                        .map(result -> String.valueOf(numbers.getOrDefault(result, 0)))
                        .collect(Collectors.joining(" | "))
                + " |";
    }
}
