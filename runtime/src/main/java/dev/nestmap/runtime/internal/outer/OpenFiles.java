/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files that this process has open, and how many it may open. */
final class OpenFiles {
    private static final Path SELF = Path.of("/proc/self");
    private static final Pattern LIMIT = Pattern.compile("(?s).*Max open files\\s+(\\d{1,18})\\s.*");

    /** Linux sets this limit for services that ask for no other. */
    private static final long FALLBACK = 1024;

    private OpenFiles() {}

    /** The soft limit ({@code ulimit -n}). */
    static long limit() {
        try {
            return limit(Files.readString(SELF.resolve("limits")));
        } catch (IOException e) {
            return FALLBACK; // no /proc, or a system without BPF
        }
    }

    /** Reads the soft limit from the text of {@code /proc/self/limits}. */
    static long limit(String limits) {
        Matcher matcher = LIMIT.matcher(limits);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE; // "unlimited"
    }

    /** The number of open files; 0 if it can't be read. */
    static long count() {
        try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
            return files.count();
        } catch (IOException e) {
            return 0;
        }
    }
}
