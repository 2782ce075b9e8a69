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
    /** The number of calls after which the JIT has compiled a method. */
    private static final int OTHER_USES = 20_000;

    private final List<Result> results = new ArrayList<>();
    private Effort effort = Effort.FULL;
    private @Nullable Path json;
    private Pattern pattern = Pattern.compile("");

    private Main(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> effort = Effort.QUICK;
                case "--json" -> json = Path.of(arguments[++i]);
                default -> pattern = Pattern.compile(arguments[i]);
            }
        }
    }

    /**
     * Prints a table, and then a line for each benchmark: {@code NAME ratio R reach L ok|short}.
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
        OtherUse.of(OTHER_USES);
        try (Suite suite = new Suite()) {
            for (Benchmark benchmark : suite.benchmarks()) {
                if (pattern.matcher(benchmark.name()).find()) {
                    Result result = Comparison.of(benchmark, effort);
                    System.out.println(result.tableRow());
                    results.add(result);
                }
            }
        }
        System.out.println();
        results.forEach(result -> System.out.println(result.line()));
        if (json != null) {
            String rows = results.stream().map(Result::json).collect(Collectors.joining(",\n    "));
            Files.writeString(
                    json,
                    "{\n  \"conditions\": " + Conditions.json() + ",\n  \"results\": [\n    " + rows + "\n  ]\n}\n");
        }
    }
}
