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
    private final List<Result> results = new ArrayList<>();

    /** What the last lines say of the rows that could not be measured. */
    private final List<String> failures = new ArrayList<>();

    private Rounds rounds = Rounds.FULL;
    private @Nullable Path json;
    private final Pattern pattern;

    private Main(String[] arguments) {
        String wanted = "";
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> rounds = Rounds.QUICK;
                case "--json" -> json = Path.of(arguments[++i]);
                default -> wanted = arguments[i];
            }
        }
        pattern = Pattern.compile(wanted);
    }

    /**
     * Prints a table, and then a line for each benchmark: {@code NAME ratio R reach L ok|short|unclear}, or {@code NAME not run: REASON}. Exits with 1 if
     * there is such a reason.
     *
     * @param arguments as of {@code bin/bench}
     * @throws IOException if the JSON file can't be written
     */
    public static void main(String[] arguments) throws IOException {
        System.exit(new Main(arguments).run() ? 0 : 1);
    }

    /** Returns whether each row was measured. */
    private boolean run() throws IOException {
        System.out.println(Conditions.text());
        System.out.println();
        System.out.println(Result.tableHead());
        for (Benchmark benchmark : selected()) {
            measure(benchmark);
        }
        System.out.println();
        results.stream().flatMap(Result::lines).forEach(System.out::println);
        failures.forEach(System.out::println);
        if (json != null) {
            String rows = results.stream().map(Result::json).collect(Collectors.joining(",\n    "));
            Files.writeString(
                    json,
                    "{\n  \"conditions\": " + Conditions.json() + ",\n  \"results\": [\n    " + rows + "\n  ]\n}\n");
        }
        return failures.isEmpty();
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

    /** Adds a row. If it can't be measured, because of a limit of this machine for example, the others are measured all the same. */
    private void measure(Benchmark benchmark) {
        try {
            Result result = Result.of(benchmark, rounds.run(benchmark));
            System.out.println(result.tableRows());
            results.add(result);
        } catch (RuntimeException e) {
            String failure = benchmark.name() + " not run: " + reason(e);
            System.out.println(failure);
            failures.add(failure);
        }
    }

    /** What failed first. JMH suppresses what the process of a benchmark has thrown. */
    private static String reason(Throwable failure) {
        if (failure.getCause() != null) {
            return reason(failure.getCause());
        }
        Throwable[] suppressed = failure.getSuppressed();
        return suppressed.length > 0 ? reason(suppressed[0]) : failure.toString();
    }
}
