/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.support;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The page {@code docs/internals/kernels.md}: a table of attachments, and one of operations for each map type, with a column for each
 * kernel.
 */
final class SupportPage {
    /** The title of the table of attachments. */
    static final String ATTACHMENTS = "Attachments";

    private static final String WORKS = "works";

    /** What stands before the tables. People write it. */
    private final String head;

    /** Cells by type, operation and kernel. */
    private final Map<String, Map<String, Map<String, String>>> cells = new LinkedHashMap<>();

    private SupportPage(String head) {
        this.head = head;
    }

    /** Parses the page. */
    static SupportPage of(String text) {
        int tables = text.indexOf("\n## ");
        SupportPage page = new SupportPage(tables < 0 ? text : text.substring(0, tables));
        String type = "";
        List<String> kernels = List.of();
        for (String line : text.lines().toList()) {
            if (line.startsWith("## ")) {
                type = line.substring(3);
            } else if (line.startsWith("| operation |") || line.startsWith("| section |")) {
                kernels = row(line);
            } else if (!type.isEmpty() && line.startsWith("| ") && !line.startsWith("| ---")) {
                List<String> row = row(line);
                for (int i = 1; i < row.size(); i++) {
                    page.put(type, row.get(0), kernels.get(i), row.get(i));
                }
            }
        }
        return page;
    }

    private static List<String> row(String line) {
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    private void put(String type, String operation, String kernel, String cell) {
        if (!cell.isEmpty()) {
            cells.computeIfAbsent(type, t -> new LinkedHashMap<>())
                    .computeIfAbsent(operation, o -> new TreeMap<>())
                    .put(kernel, cell);
        }
    }

    /** The column of a kernel: the results by type and operation. */
    Map<String, Map<String, String>> column(String kernel) {
        Map<String, Map<String, String>> column = new LinkedHashMap<>();
        cells.forEach((type, operations) -> operations.forEach((operation, kernels) -> {
            String cell = kernels.get(kernel);
            if (cell != null) {
                column.computeIfAbsent(type, t -> new LinkedHashMap<>()).put(operation, cell);
            }
        }));
        return column;
    }

    /** Returns the page with this kernel's column replaced. The columns of other kernels stay as they are. */
    SupportPage with(String kernel, Map<String, Map<String, String>> column) {
        SupportPage page = new SupportPage(head);
        column.forEach(
                (type, operations) -> operations.forEach((operation, cell) -> page.put(type, operation, kernel, cell)));
        cells.forEach((type, operations) ->
                operations.forEach((operation, kernels) -> kernels.forEach((other, cell) -> {
                    if (!other.equals(kernel)) {
                        page.put(type, operation, other, cell);
                    }
                })));
        return page;
    }

    /** Returns a list of what differs: for each operation, the results that are not {@link #WORKS}, and their kernels. Operations with equal results share a line. */
    String differences() {
        List<String> kernels = kernels();
        Map<String, List<String>> lines = new LinkedHashMap<>();
        cells.forEach((type, operations) -> operations.forEach((operation, byKernel) -> {
            if (byKernel.values().stream().distinct().count() > 1) {
                String name = type.equals(ATTACHMENTS) ? operation : type + ", " + operation;
                lines.computeIfAbsent(failures(kernels, byKernel), line -> new ArrayList<>())
                        .add(name);
            }
        }));
        StringBuilder text = new StringBuilder();
        lines.forEach((results, names) -> text.append("- ")
                .append(String.join("; ", names))
                .append(": ")
                .append(results)
                .append('\n'));
        return text.toString();
    }

    /** The results of an operation that are not {@link #WORKS}, each with its kernels. */
    private static String failures(List<String> kernels, Map<String, String> byKernel) {
        Map<String, List<String>> byResult = new LinkedHashMap<>();
        for (String kernel : kernels) {
            String cell = byKernel.get(kernel);
            if (cell != null && !cell.equals(WORKS)) {
                byResult.computeIfAbsent(cell, result -> new ArrayList<>()).add(kernel);
            }
        }
        return byResult.entrySet().stream()
                .map(result -> result.getKey() + " (" + String.join(", ", result.getValue()) + ")")
                .collect(Collectors.joining("; "));
    }

    private static List<String> cells(List<String> kernels, Map<String, String> byKernel) {
        return kernels.stream().map(kernel -> byKernel.getOrDefault(kernel, "")).toList();
    }

    private List<String> kernels() {
        return cells.values().stream()
                .flatMap(operations -> operations.values().stream())
                .flatMap(byKernel -> byKernel.keySet().stream())
                .distinct()
                .sorted(SupportPage::compareVersions)
                .toList();
    }

    /** Returns the page as text. */
    String text() {
        List<String> kernels = kernels();
        StringBuilder text = new StringBuilder(head);
        cells.forEach((type, operations) -> {
            text.append("\n## ").append(type).append("\n\n");
            line(text, type.equals(ATTACHMENTS) ? "section" : "operation", kernels);
            line(text, "---", kernels.stream().map(kernel -> "---").toList());
            operations.forEach((operation, byKernel) -> line(text, operation, cells(kernels, byKernel)));
        });
        return text.toString();
    }

    private static void line(StringBuilder text, String first, List<String> others) {
        List<String> row = new ArrayList<>(List.of(first));
        row.addAll(others);
        text.append("| ").append(String.join(" | ", row)).append(" |\n");
    }

    private static int compareVersions(String one, String other) {
        return Arrays.compare(numbers(one), numbers(other));
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
