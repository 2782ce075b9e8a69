/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Wraps the lines of generated Java that JavaPoet never breaks: declarations of classes and constants, long lambdas, and Javadoc, which
 * JavaPoet writes on three lines even if it is short.
 */
final class SourceFormatter {
    /** The longest line, in columns. */
    static final int WIDTH = 120;

    private static final Pattern LINE = Pattern.compile("( *\\* )(.*)");

    /** A word. An inline tag counts as one, with what follows it without a space. */
    private static final Pattern WORD = Pattern.compile("(?:\\{@[^}]*}|\\S)+");

    private SourceFormatter() {}

    /** Returns the source with lines of at most {@link #WIDTH} columns, and Javadoc on a single line where it fits. */
    static String format(String source) {
        List<String> lines = new ArrayList<>();
        List<String> javadoc = new ArrayList<>();
        for (String line : source.split("\n", -1)) {
            String text = line.strip();
            if (javadoc.isEmpty() && !text.equals("/**")) {
                lines.add(line.length() > WIDTH ? broken(line) : line);
                continue;
            }
            javadoc.add(line);
            if (text.equals("*/")) {
                lines.addAll(format(javadoc));
                javadoc.clear();
            }
        }
        lines.addAll(javadoc);
        return String.join("\n", lines);
    }

    /** Breaks a declaration before its types or its value, and a lambda before its body. */
    private static String broken(String line) {
        String continued = "\n" + " ".repeat(line.length() - line.stripLeading().length() + 8);
        return line.contains(" class ")
                ? line.replaceFirst(" extends ", continued + "extends ")
                        .replaceFirst(" implements ", continued + "implements ")
                : line.replaceFirst(" (=|->) ", " $1" + continued);
    }

    private static List<String> format(List<String> javadoc) {
        if (javadoc.size() == 3) {
            String single = javadoc.get(0) + javadoc.get(1).strip().substring(1) + " */";
            if (single.length() <= WIDTH) {
                return List.of(single);
            }
        }
        return javadoc.stream().flatMap(line -> wrap(line).stream()).toList();
    }

    private static List<String> wrap(String line) {
        Matcher matcher = LINE.matcher(line);
        if (line.length() <= WIDTH || !matcher.matches()) {
            return List.of(line);
        }
        String margin = matcher.group(1);
        String continued = matcher.group(2).startsWith("@") ? margin + "    " : margin;
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder(margin);
        boolean isEmpty = true;
        for (Matcher words = WORD.matcher(matcher.group(2)); words.find(); ) {
            if (!isEmpty && current.length() + 1 + words.group().length() > WIDTH) {
                lines.add(current.toString());
                current = new StringBuilder(continued);
                isEmpty = true;
            }
            current.append(isEmpty ? "" : " ").append(words.group());
            isEmpty = false;
        }
        lines.add(current.toString());
        return lines;
    }
}
