/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/**
 * An error and where it points, as javac gave it or as a source expects it.
 *
 * <p>A source expects an error by a comment under the line, with a caret under the column, the rule's id and, if need be,
 * some words of the message. For columns that the comment's own slashes cover, the column follows the caret as a number:
 *
 * <pre>{@code
 * record Flow(@U32 long id) {}
 * // ^1 NM-107 Flow has no @Key
 * }</pre>
 *
 * @param file the source file's name
 * @param line its line, from 1
 * @param column its column, from 1
 * @param id the rule's id, or what else the message begins with
 * @param message the message, or the words that are expected in it
 */
record Problem(String file, long line, long column, String id, String message) implements Comparable<Problem> {
    private static final Pattern MARK = Pattern.compile("//.*?(\\^)(\\d*) (NM-\\d+) ?(.*)");
    private static final Pattern ID = Pattern.compile("\\A\\[(NM-\\d+)] ");
    private static final Comparator<Problem> ORDER = Comparator.comparing(Problem::file)
            .thenComparingLong(Problem::line)
            .thenComparingLong(Problem::column)
            .thenComparing(Problem::id);

    static Problem of(Diagnostic<? extends JavaFileObject> diagnostic) {
        String message = diagnostic.getMessage(Locale.ROOT);
        Matcher id = ID.matcher(message);
        String file = diagnostic.getSource() == null
                ? ""
                : diagnostic.getSource().toUri().getPath();
        return new Problem(
                file,
                diagnostic.getLineNumber(),
                diagnostic.getColumnNumber(),
                id.find() ? id.group(1) : "javac",
                message);
    }

    /** What a source expects. */
    static List<Problem> expectedIn(Source source) {
        List<Problem> expected = new ArrayList<>();
        List<String> lines = source.text().lines().toList();
        int marked = 0;
        for (int i = 0; i < lines.size(); i++) {
            Matcher mark = MARK.matcher(lines.get(i));
            if (!mark.matches()) {
                marked = i;
                continue;
            }
            int column = mark.group(2).isEmpty() ? mark.start(1) + 1 : Integer.parseInt(mark.group(2));
            expected.add(new Problem(source.toUri().getPath(), marked + 1L, column, mark.group(3), mark.group(4)));
        }
        return expected;
    }

    /** Whether this is what is expected. */
    boolean meets(Problem expected) {
        return ORDER.compare(this, expected) == 0 && message.contains(expected.message());
    }

    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + id + " " + message;
    }
}
