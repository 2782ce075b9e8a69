/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.util.diff.Chunk;
import org.assertj.core.util.diff.Delta;
import org.assertj.core.util.diff.DiffUtils;

/**
 * Prints what a feature generates: the lines that the files of a simpler object lack, but for those without a letter or digit, whose place
 * the indentation shows, comments that the simpler object has for another name, and assertions, which repeat the numbers of the schema. A
 * hunk begins with the names of the declarations around it instead of line numbers, so that it stays the same when other lines move, and with
 * the number of lines that it replaces ({@code ~}) or removes ({@code -}). If it has fewer lines than before, the removed declarations follow. Of a file that the simpler object lacks, only the lines are printed that none of its files has.
 */
final class GeneratedChanges {
    private static final Pattern NAME = Pattern.compile(
            "^(?!return|if|for|while|switch|else|case|\\*|/)(?:[^=;\"(]*?\\b(?:class|enum|interface|struct|union) (\\w+)(?: .*)?\\{|[^=;\"(]*?(\\w+)\\(.*)");
    private static final Pattern DECLARATION =
            Pattern.compile("(?:static|public|private|protected|struct|map|enum|union) .*");

    /** {@code GoldenTest} compares these assertions with the schema. */
    private static final Pattern ASSERTION =
            Pattern.compile("_Static_assert\\([^;]*\"(?:offset|size) of [^;]*\"\\);\n");

    private static final Pattern COMMENT = Pattern.compile(" *(?:/\\*\\*|\\*) .*");
    private static final Pattern NAME_IN_COMMENT = Pattern.compile("\\{@\\w+ [^}]*}|\\w*_\\w*");

    private final StringBuilder text = new StringBuilder();
    private String last = "";
    private Set<String> comments = Set.of();

    private GeneratedChanges() {}

    static String between(Map<String, String> before, Map<String, String> after) {
        GeneratedChanges changes = new GeneratedChanges();
        Set<String> known = before.values().stream()
                .flatMap(String::lines)
                .map(String::strip)
                .collect(Collectors.toSet());
        new TreeMap<>(after).forEach((path, now) -> {
            String old = before.get(path);
            changes.comments = old == null ? Set.of() : comments(old);
            if (old == null) {
                changes.printNewFile(path, lines(now), known);
            } else if (!now.equals(old)) {
                changes.printFile(path, lines(old), lines(now));
            }
        });
        before.keySet().stream()
                .filter(path -> !after.containsKey(path))
                .forEach(path -> changes.text.append("\n--- ").append(path).append('\n'));
        return changes.text.toString();
    }

    private static List<String> lines(String file) {
        return ASSERTION.matcher(file).replaceAll("").lines().toList();
    }

    private static Set<String> comments(String file) {
        return file.lines()
                .filter(line -> COMMENT.matcher(line).matches())
                .map(GeneratedChanges::anonymous)
                .collect(Collectors.toSet());
    }

    /** The text of a comment without the names in it. */
    private static String anonymous(String comment) {
        return NAME_IN_COMMENT.matcher(comment.strip()).replaceAll("");
    }

    private void printNewFile(String path, List<String> lines, Set<String> known) {
        text.append("\n+++ ").append(path).append(", ").append(lines.size()).append(" lines\n");
        printAdded(lines.stream().filter(line -> !known.contains(line.strip())));
    }

    private void printFile(String path, List<String> before, List<String> after) {
        text.append("\n*** ").append(path).append('\n');
        last = "";
        for (Delta<String> delta : DiffUtils.diff(before, after).getDeltas()) {
            Chunk<String> added = delta.getRevised();
            printHunk(delta.getOriginal().getLines(), added.getLines(), around(after, added.getPosition()));
        }
    }

    private void printAdded(Stream<String> lines) {
        lines.filter(line -> line.chars().anyMatch(Character::isLetterOrDigit))
                .filter(line -> !COMMENT.matcher(line).matches() || !comments.contains(anonymous(line)))
                .forEach(line -> text.append('+').append(line).append('\n'));
    }

    private void printHunk(List<String> removed, List<String> added, String around) {
        if (!around.equals(last) || removed.size() != added.size()) {
            text.append("@@").append(around.isEmpty() ? "" : " ").append(around);
            if (!removed.isEmpty()) {
                text.append(added.isEmpty() ? " -" : " ~").append(removed.size());
            }
            text.append('\n');
            last = around;
        }
        printAdded(added.stream());
        if (removed.size() > added.size()) {
            int outermost = removed.stream()
                    .filter(line -> !line.isBlank())
                    .mapToInt(GeneratedChanges::indentation)
                    .min()
                    .orElse(0);
            removed.stream()
                    .filter(line -> indentation(line) == outermost)
                    .filter(line -> DECLARATION.matcher(line.strip()).matches())
                    .forEach(line -> text.append('-').append(line).append('\n'));
        }
    }

    /** The names of the declarations that enclose a line: each begins on a line before it with a smaller indentation. */
    private static String around(List<String> lines, int position) {
        String enclosing = "";
        int indentation = position < lines.size() ? indentation(lines.get(position)) : 0;
        for (int i = position - 1; i >= 0 && indentation > 0; i--) {
            String line = lines.get(i);
            if (!line.isBlank() && indentation(line) < indentation && !line.equals("{")) {
                indentation = indentation(line);
                Matcher name = NAME.matcher(line.strip());
                if (name.matches()) {
                    enclosing = (name.group(1) == null ? name.group(2) : name.group(1))
                            + (enclosing.isEmpty() ? "" : "." + enclosing);
                }
            }
        }
        return enclosing;
    }

    private static int indentation(String line) {
        return line.isBlank()
                ? 0
                : (int) line.chars().takeWhile(Character::isWhitespace).count();
    }
}
