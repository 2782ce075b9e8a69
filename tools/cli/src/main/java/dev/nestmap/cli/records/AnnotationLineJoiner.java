/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import java.util.ArrayList;
import java.util.List;

/** Writes short annotations and empty bodies on one line. JavaPoet writes each attribute of an annotation on a separate line. */
final class AnnotationLineJoiner {
    private static final int WIDTH = 120;

    private AnnotationLineJoiner() {}

    static String compact(String source) {
        List<String> lines = new ArrayList<>();
        List<String> open = new ArrayList<>();
        for (String line : source.replaceAll("\\) \\{\n *}", ") {}")
                .replaceAll("(implements \\w+) \\{\n *}", "$1 {}")
                .split("\n", -1)) {
            boolean isStart = line.strip().startsWith("@") && line.endsWith("(");
            if (open.isEmpty() && !isStart) {
                lines.add(line);
                continue;
            }
            open.add(line);
            if (line.strip().equals(")")) {
                lines.addAll(joined(open));
                open.clear();
            }
        }
        lines.addAll(open);
        return String.join("\n", lines);
    }

    private static List<String> joined(List<String> annotation) {
        StringBuilder line = new StringBuilder(annotation.get(0));
        annotation
                .subList(1, annotation.size())
                .forEach(part -> line.append(part.strip()).append(part.endsWith(",") ? " " : ""));
        return line.length() <= WIDTH ? List.of(line.toString()) : annotation;
    }
}
