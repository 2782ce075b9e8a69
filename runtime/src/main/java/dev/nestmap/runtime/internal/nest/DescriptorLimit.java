/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.MapShape;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number of files that this process may open. Each inner map that it uses takes one. The Java VM raises the soft limit to the hard one
 * when it starts ({@code -XX:+MaxFDLimit}, the default), so it is the hard limit that ends the creation of inner maps.
 */
record DescriptorLimit(long files) {
    /** The most inner maps that are created at a time, and the part of the files that they may take. */
    private static final int MOST_CREATED = 1 << 13;

    private static final int CREATED_DIVISOR = 4;

    /** The most recycled maps that each outer map keeps, and the part of the files that they may take. */
    private static final int MOST_SPARES = 1 << 12;

    private static final int SPARES_DIVISOR = 8;

    /** Counting the open files is not worth while for so few maps. */
    private static final int FEW = 16;

    /** The rest is for the other threads of the process. */
    private static final int FREE_DIVISOR = 2;

    private static final Pattern LIMIT = Pattern.compile("(?s).*Max open files\\s+(\\d{1,18})\\s.*");

    private static final String REMEDY = "raise the limit (LimitNOFILE= in systemd)";

    /** Linux sets this soft limit for services that ask for no other. */
    private static final long FALLBACK = 1024;

    /** Reads the limit of this process, in advance because reading it takes a file descriptor. */
    static DescriptorLimit ofProcess() {
        try {
            Matcher matcher = LIMIT.matcher(Files.readString(Path.of("/proc/self/limits")));
            return new DescriptorLimit(matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE);
        } catch (IOException e) {
            return new DescriptorLimit(FALLBACK); // no /proc, or a system without BPF
        }
    }

    /** How many inner maps may be created at a time, at most as many as are wanted. */
    int mostAtOnce(int wanted) {
        return (int) Math.max(1, Math.min(wanted, Math.min(MOST_CREATED, files / CREATED_DIVISOR)));
    }

    /**
     * The same beside the files that are open now: a rotation creates a map for each slot, and the displaced ones stay open until they are
     * passed. A drain of nearly as many inner maps as there may be files continues in small steps. At least 1.
     */
    int mostNow(int wanted) {
        int most = mostAtOnce(wanted);
        return most <= FEW ? most : (int) Math.max(1, Math.min(most, free() / FREE_DIVISOR));
    }

    private long free() {
        File open = new File("/proc/self/fd");
        String[] descriptors = open.list();
        if (descriptors == null) {
            return open.isDirectory() ? 0 : Long.MAX_VALUE; // there is no free one to read the directory, or no /proc
        }
        return files - descriptors.length;
    }

    /** The most recycled maps that an outer map keeps. */
    int mostSpares() {
        return (int) Math.min(MOST_SPARES, files / SPARES_DIVISOR);
    }

    /** Logs a warning if an outer map can have more inner maps than this process may open. */
    void compare(MapShape outer) {
        if (outer.maxEntries() > files - files / CREATED_DIVISOR) {
            WarningLog.RUNTIME.warn(
                    "open files for " + outer.name(),
                    outer.name() + " can have " + outer.maxEntries() + " inner maps, but this process may open only "
                            + files
                            + " files (ulimit -n). Each inner map that it uses keeps one open, and a drain opens more for those"
                            + " that it displaces at a time: " + REMEDY);
        }
    }

    /** The exception for an inner map that was not created or opened because there was no free descriptor. */
    BpfException exhausted(BpfException cause) {
        return BpfException.of(ErrnoNumbers.EMFILE, cause.operation())
                .map(cause.map())
                .cause(cause)
                .because("this process has reached its limit of open files (ulimit -n), " + files
                        + ". Each inner map that it uses keeps one open: " + REMEDY);
    }
}
