/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A clang on this machine.
 *
 * @param executable the path of the command
 * @param major the first number of its version
 * @param number all numbers of its version: {@code 19.1.7}
 * @param description the whole version line, including the version of the distribution's package, because two builds of one version can
 *     differ
 */
record ClangInstallation(Path executable, int major, String number, String description) {
    private static final Pattern VERSION_LINE = Pattern.compile("(?m)^.*\\bclang version ((\\d{1,4})[.\\d]*).*$");

    /** Parses the output of {@code clang --version}. Empty if the output is of another command. */
    static Optional<ClangInstallation> parse(Path executable, String output) {
        Matcher line = VERSION_LINE.matcher(output);
        return line.find()
                ? Optional.of(new ClangInstallation(
                        executable,
                        Integer.parseInt(line.group(2)),
                        line.group(1),
                        line.group().strip()))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "clang " + number + " (" + executable + ")";
    }
}
