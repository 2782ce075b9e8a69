/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs the benchmarks: {@code bin/bench [--quick] [--json FILE] [PATTERN]}. */
public final class Main {
    /** Sizes and numbers of threads that a quick run leaves out, unless it has a pattern of its own. */
    private static final String QUICK = "^(?!.*-of-(?!1000\\b)|.*threads-[124]\\b|process-(?!375))";

    private final List<Result> results = new ArrayList<>();
    private Rounds rounds = Rounds.FULL;
    private @Nullable Path json;
    private final Pattern pattern;

    private Main(String[] arguments) {
        @Nullable String wanted = null;
        String all = "";
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> {
                    rounds = Rounds.QUICK;
                    all = QUICK;
                }
                case "--json" -> json = Path.of(arguments[++i]);
                default -> wanted = arguments[i];
            }
        }
        pattern = Pattern.compile(wanted == null ? all : wanted);
    }

    /**
     * Prints a table, and then a line for each benchmark: {@code NAME ratio R reach L ok|short|unclear}.
     *
     * @param arguments as of {@code bin/bench}
     * @throws IOException if the JSON file can't be written
     */
    public static void main(String[] arguments) throws IOException {
        new Main(arguments).run();
    }

    private void run() throws IOException {
        System.out.println(Conditions.text());
        System.out.println();
        System.out.println(Result.tableHead());
        for (Benchmark benchmark : selected()) {
            add(Result.of(benchmark, rounds.run(benchmark)));
        }
        for (int records : ProcessRounds.RECORDS) {
            String name = "process-" + records;
            if (pattern.matcher(name).find()) {
                add(ProcessRounds.process(name, records, rounds.processes()));
            }
        }
        if (pattern.matcher("first-read").find()) {
            add(ProcessRounds.firstRead("first-read"));
        }
        System.out.println();
        results.stream().flatMap(Result::lines).forEach(System.out::println);
        if (json != null) {
            String rows = results.stream().map(Result::json).collect(Collectors.joining(",\n    "));
            Files.writeString(
                    json,
                    "{\n  \"conditions\": " + Conditions.json() + ",\n  \"results\": [\n    " + rows + "\n  ]\n}\n");
        }
    }

    private List<Benchmark> selected() {
        try (Suite suite = new Suite()) {
            return suite.benchmarks().stream()
                    .filter(benchmark -> benchmark
                            .rowNames()
                            .anyMatch(name -> pattern.matcher(name).find()))
                    .toList();
        }
    }

    private void add(Result result) {
        System.out.println(result.tableRows());
        results.add(result);
    }
}
