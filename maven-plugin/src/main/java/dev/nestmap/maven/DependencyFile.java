/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Reads the makefile rule in which clang writes down the files that it read ({@code -MD}). */
final class DependencyFile {
    /** What the rule is for ({@code -MT}): instead of the object's path, which can have any characters in it. */
    static final String TARGET = "object";

    private DependencyFile() {}

    /**
     * The files that the rule names; none where clang was interrupted before it wrote the rule.
     *
     * @param directory what relative names are relative to
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
