/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Parses the makefile rule with the files that clang read ({@code -MD}). */
final class MakeDependencyReader {
    /** The rule's target ({@code -MT}). Without this option the target is the path of the object, which can have special characters. */
    static final String TARGET = "object";

    private MakeDependencyReader() {}

    /**
     * The files in the rule, or none if clang was interrupted before it wrote the rule.
     *
     * @param directory the directory that relative paths start from
     */
    static Set<Path> parse(String rule, Path directory) {
        Set<Path> files = new TreeSet<>();
        if (!rule.startsWith(TARGET + ":")) {
            return files;
        }
        StringBuilder name = new StringBuilder();
        String names = rule.substring((TARGET + ":").length()) + " ";
        for (int i = 0; i < names.length(); i++) {
            char c = names.charAt(i);
            char next = i + 1 < names.length() ? names.charAt(i + 1) : ' ';
            if (c == '\\' && (next == ' ' || next == '#')) {
                name.append(next);
                i++;
            } else if (c == '$' && next == '$') {
                name.append(c);
                i++;
            } else if (!isSeparator(c, next)) {
                name.append(c);
            } else if (name.length() > 0) {
                files.add(directory.resolve(name.toString()).normalize());
                name.setLength(0);
            }
        }
        return files;
    }

    private static boolean isSeparator(char c, char next) {
        return c == ' ' || c == '\n' || c == '\r' || (c == '\\' && (next == '\n' || next == '\r'));
    }
}
