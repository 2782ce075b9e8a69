/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What results depend on: the machine, and the versions of its software. */
final class Conditions {
    private Conditions() {}

    private static Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        all.put("command", System.getProperty("nestmap.benchmarks.command", "bin/bench"));
        all.put("kernel", System.getProperty("os.version").replaceFirst("-.*", "")); // the rest names a build
        all.put("cpu", cpu());
        all.put("cpus", String.valueOf(Runtime.getRuntime().availableProcessors()));
        all.put("load", load());
        all.put("java", Runtime.version().toString());
        all.put("libbpf", System.getProperty("nestmap.benchmarks.libbpf", "unknown"));
        all.put("go", System.getProperty("nestmap.benchmarks.goVersion", "none"));
        return all;
    }

    static String text() {
        return all().entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue())
                .collect(Collectors.joining(", "));
    }

    static String json() {
        return all().entrySet().stream()
                .map(e -> "\"" + e.getKey() + "\": \"" + e.getValue().replaceAll("[\"\\\\]", "") + "\"")
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String cpu() {
        return lines("/proc/cpuinfo")
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    /** The load average of the last minute, before the benchmarks. */
    private static String load() {
        return lines("/proc/loadavg")
                .map(line -> line.split(" ", -1)[0])
                .findFirst()
                .orElse("unknown");
    }

    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
