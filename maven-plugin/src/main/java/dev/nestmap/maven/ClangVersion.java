/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a clang.
 *
 * @param major the first number
 * @param number all of them: {@code 19.1.7}
 * @param description the whole line, with the distribution's own version: two builds of one version may differ
 */
record ClangVersion(int major, String number, String description) {
    private static final Pattern VERSION_LINE = Pattern.compile("(?m)^.*\\bclang version ((\\d{1,4})[.\\d]*).*$");

    /** Reads the output of {@code clang --version}; empty where it is not clang's. */
    static Optional<ClangVersion> parse(String output) {
        Matcher line = VERSION_LINE.matcher(output);
        return line.find()
                ? Optional.of(new ClangVersion(
                        Integer.parseInt(line.group(2)),
                        line.group(1),
                        line.group().strip()))
                : Optional.empty();
    }
}
