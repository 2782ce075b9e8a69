/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import java.util.ArrayList;
import java.util.List;

/** The lines of a schema text that are not blank, read one after the other. */
final class TextLines {
    private final List<LineTokens> lines = new ArrayList<>();
    private int next;

    /** Splits a text, and checks that its first line names the format that this version reads. */
    TextLines(String text) {
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String content = line.stripTrailing();
            if (content.isEmpty()) {
                continue;
            }
            lines.add(new LineTokens(number, content));
            if (lines.size() == 1) {
                // first, because another format may have other tokens
                requireFormat(next(), SchemaText.FORMAT_WORD, SchemaText.FORMAT);
            }
        }
        if (lines.isEmpty()) {
            throw new SchemaFormatException(1, "the text is empty");
        }
    }

    /** Reads the first line of a text. */
    static void requireFormat(LineTokens line, String word, int known) {
        if (!line.accept(word)) {
            throw line.error("this is not a schema text of Nestmap, which begins with \"" + word + "\"");
        }
        long format = line.integer();
        if (format != known) {
            String age = format > known ? "a newer" : "an older";
            throw line.error("it was written by " + age + " version of Nestmap, in format " + format
                    + ", and this version reads format " + known);
        }
        line.end();
    }

    boolean hasNext() {
        return next < lines.size();
    }

    LineTokens next() {
        return lines.get(next++);
    }

    LineTokens last() {
        return lines.get(lines.size() - 1);
    }

    /** Whether the next line is part of the declaration that this line begins: it has a larger indent. */
    boolean isPartOf(LineTokens line) {
        return hasNext() && lines.get(next).indent() > line.indent();
    }

    /** Compares the lines with another text, and throws an exception for the first line that differs. */
    void requireEqual(String text) {
        List<String> expected = text.lines().filter(line -> !line.isEmpty()).toList();
        for (int i = 0; i < Math.max(lines.size(), expected.size()); i++) {
            LineTokens line = lines.get(Math.min(i, lines.size() - 1));
            String found = i < lines.size() ? line.text() : "the end of the text";
            String rest = i < expected.size() ? expected.get(i) : "the end of the text";
            if (!found.equals(rest)) {
                throw line.error("\"" + found.strip() + "\" contradicts the other lines, which require \""
                        + rest.strip() + "\"");
            }
        }
    }
}
