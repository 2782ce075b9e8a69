/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The number of inner maps in slots that may be open in this process, and the number that are.
 *
 * @param limit how many may be open
 * @param files the number of files that this process may open, read in advance because reading it takes a file descriptor
 */
record DescriptorLimit(int limit, long files) {
    /** System property: the number of inner maps in slots that stay open. */
    static final String PROPERTY = "nestmap.openInnerMaps";

    /** The largest default: an open map also takes some memory of the JVM. */
    private static final int MOST_BY_DEFAULT = 1 << 14;

    /**
     * The default limit is the number of files that the process may open, divided by this. The other files are for maps that are drained,
     * and for the service.
     */
    private static final int FILES_DIVISOR = 2;

    /** The number of inner maps that should be created at a time is the limit, divided by this. */
    private static final int CREATED_DIVISOR = 2;

    /** The number of recycled maps that each outer map keeps is at most the limit, divided by this. */
    private static final int SPARES_DIVISOR = 4;

    /** The number of maps that are suspended in addition is the limit, divided by this. So not every opening of a map suspends others. */
    private static final int EXTRA_DIVISOR = 32;

    private static final Pattern LIMIT = Pattern.compile("(?s).*Max open files\\s+(\\d{1,18})\\s.*");

    /** Linux sets this limit of open files for services that ask for no other. */
    private static final long FALLBACK = 1024;

    private static final AtomicInteger OPEN = new AtomicInteger();

    /**
     * Returns the limit that the system property sets, or by default half of the files that this process may open.
     *
     * @throws IllegalArgumentException if the system property is not a positive number
     */
    static DescriptorLimit configured() {
        String text = System.getProperty(PROPERTY);
        long files = openFilesLimit();
        if (text == null) {
            return new DescriptorLimit((int) Math.max(1, Math.min(MOST_BY_DEFAULT, files / FILES_DIVISOR)), files);
        }
        if (!text.matches("0*[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("the system property " + PROPERTY + " is \"" + text
                    + "\": set it to the number of inner maps that stay open, from 1 to 999999999, or leave it out");
        }
        return new DescriptorLimit(Integer.parseInt(text), files);
    }

    /** Throws an {@link IllegalArgumentException} if the system property is not a positive number. */
    static void checkSettings() {
        configured();
    }

    /** The number of inner maps that are open in this process, in slots or as spares. */
    static AtomicInteger open() {
        return OPEN;
    }

    /** How many inner maps may be created at a time, at most as many as are wanted. */
    int mostAtOnce(int wanted) {
        return Math.max(1, Math.min(wanted, limit / CREATED_DIVISOR));
    }

    /** The most recycled maps that an outer map keeps. */
    int mostSpares() {
        return limit / SPARES_DIVISOR;
    }

    /** How many more maps than the limit are open if so many more are opened. */
    int excess(int more) {
        return OPEN.get() + more - limit;
    }

    /** How many maps to suspend in addition. */
    int extra() {
        return limit / EXTRA_DIVISOR;
    }

    /** The soft limit of open files ({@code ulimit -n}). */
    private static long openFilesLimit() {
        try {
            String limits = Files.readString(Path.of("/proc/self/limits"));
            Matcher matcher = LIMIT.matcher(limits);
            return matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE; // "unlimited"
        } catch (IOException e) {
            return FALLBACK; // no /proc, or a system without BPF
        }
    }

    /** The number of open files; 0 if it can't be read. */
    static long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException e) {
            return 0;
        }
    }
}
