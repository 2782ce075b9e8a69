/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a clang.
 *
 * @param major the first number
 * @param number all numbers: {@code 19.1.7}
 * @param description the whole line, including the version of the distribution's package, because two builds of one version can
 *     differ
 */
record ClangVersion(int major, String number, String description) {
    private static final Pattern VERSION_LINE = Pattern.compile("(?m)^.*\\bclang version ((\\d{1,4})[.\\d]*).*$");

    /** Parses the output of {@code clang --version}. Empty if the output is of another command. */
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
