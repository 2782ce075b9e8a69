/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.runtime.error.BpfException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads a file of {@code nestmap drain} or {@code nestmap end}: an object of JSON in each line. */
final class DrainFileLines {
    /** The format of the lines that this version reads. */
    private static final BigInteger FORMAT = BigInteger.ONE;

    /** What tells to which outer map a line belongs. */
    private static final Set<String> NAMES = Set.of("pin", "map", "holds");

    /** What a line of a map has that was in no slot: a plain map, or settings. */
    private static final String WHOLE = "map";

    /** The number of characters that the kernel keeps of a map's name. */
    private static final int CUT = 15;

    private DrainFileLines() {}

    interface Task {
        /** Stores a map or a report. Returns false if it was stored before. */
        boolean run() throws Exception;
    }

    interface Decoder {
        /** Decodes a line. Returns what to do with it. */
        Task decode(DrainFileLine line);
    }

    /**
     * Finds the lines of a map. Maps of several services may have the same name.
     *
     * @throws IllegalArgumentException if lines may be of several maps
     */
    private static Predicate<Map<String, @Nullable Object>> linesOf(Path file, LineInput in, String map, String holds)
            throws IOException {
        Set<String> others = new TreeSet<>();
        Set<Path> pins = new TreeSet<>();
        int whole = 0;
        for (; in.nextLine(); in.endLine()) {
            Map<String, @Nullable Object> members = ifReadable(in);
            if (holds.equals(members.get("holds"))) {
                String name = String.valueOf(members.get("map"));
                if (name.equals(map)) {
                    pins.add(pin(members));
                } else {
                    others.add(name);
                }
            } else if (WHOLE.equals(members.get("holds")) && isName(String.valueOf(members.get("map")), map)) {
                whole++;
            }
        }
        if (whole > 0) {
            Transactions.LOG.log(
                    System.Logger.Level.WARNING,
                    file + " has " + whole + " lines with the name " + map
                            + " whose maps were in no slot, so their entries have no key of"
                            + " the outer map. They are left out. If programs of another version counted in such a map, add its entries"
                            + " yourself: jq -c 'select(.holds == \"" + WHOLE + "\")' " + file,
                    null);
        }
        if (pins.size() > 1) {
            throw new IllegalArgumentException(
                    file + " has lines of several pins that may belong to " + map + ": " + pins
                            + ". Nothing was stored. For each pin, let the program that used it import a file with only the lines of"
                            + " this pin, from jq -c 'select(.pin == \"...\")'");
        }
        if (!pins.isEmpty()) {
            others.removeIf(name -> !isName(name, map));
        }
        if (!others.isEmpty()) {
            Transactions.LOG.log(
                    System.Logger.Level.WARNING,
                    file + " has lines of " + others
                            + (pins.isEmpty() ? ", and none of the map " : " beside those of the map ") + map
                            + ". They are left out. If one of these is an earlier name of " + map
                            + ", or its first 15 characters, change \"map\" in its lines to " + map
                            + ", and import the file again: no line is stored twice",
                    null);
        }
        return (Map<String, @Nullable Object> line) ->
                holds.equals(line.get("holds")) && map.equals(line.get("map")) && pins.contains(pin(line));
    }

    /** Whether a name in a line may be that of a map, of which the kernel keeps only the beginning. */
    private static boolean isName(String name, String map) {
        return name.equals(map) || (name.length() == CUT && map.startsWith(name));
    }

    private static Path pin(Map<String, @Nullable Object> line) {
        return Path.of(String.valueOf(line.get("pin")));
    }

    /** Returns nothing for a line that can't be read, about which {@link #store} throws. */
    private static Map<String, @Nullable Object> ifReadable(LineInput in) {
        try {
            Map<String, @Nullable Object> members = DrainFileLine.members(in, NAMES);
            pin(members);
            return members;
        } catch (IOException | IllegalArgumentException e) {
            return Map.of();
        }
    }

    /**
     * Passes each line of a map to a decoder, and does what it returns. Continues with the other lines if the database refuses one.
     *
     * @param map the name of the map
     * @param holds what the lines have: {@code counts} or {@code misses}
     * @return the number of lines that were stored, and had not been before
     * @throws StoreException if the database has refused lines; the first one, with the others as suppressed exceptions. At once if it is away
     * @throws IllegalArgumentException if a line can't be read; the message names it, and the suppressed exceptions are those of lines before it that the
     *     database has refused. A last line without a line feed is one that the command was writing
     *     when it was killed, and that its next run completes
     */
    static long store(Path file, String map, String holds, Decoder decoder) throws Exception {
        List<StoreException> refused = new ArrayList<>();
        long stored = 0;
        // Opened once: another file that gets this name meanwhile has other counts at the same places.
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
            Predicate<Map<String, @Nullable Object>> isOfMap = linesOf(file, new LineInput(content, 0), map, holds);
            LineInput in = new LineInput(content, 0);
            for (int number = 1; in.nextLine(); number++) {
                stored += store(file, number, in, isOfMap, decoder, refused) ? 1 : 0;
            }
        } catch (Exception e) { // whatever ends the import, the caller learns which lines before it are not stored
            refused.forEach(e::addSuppressed);
            throw e;
        }
        if (!refused.isEmpty()) {
            StoreException first = refused.get(0);
            refused.subList(1, refused.size()).forEach(first::addSuppressed);
            throw first;
        }
        return stored;
    }

    /** Returns whether a line was stored, and had not been before. */
    private static boolean store(
            Path file,
            int number,
            LineInput in,
            Predicate<Map<String, @Nullable Object>> isOfMap,
            Decoder decoder,
            List<StoreException> refused)
            throws Exception {
        Exception failure = null;
        DrainFileLine line = null;
        try {
            line = DrainFileLine.read(in);
        } catch (IOException e) {
            failure = e;
        }
        if (!in.endLine()) {
            throw new IllegalArgumentException(
                    "line " + number + " of " + file
                            + " is not complete: run the command that was killed again, with this file. The lines before it are stored");
        }
        if (line == null) {
            throw unreadable(number, file, failure);
        }
        try {
            Task task;
            try {
                requireFormat(line);
                task = isOfMap.test(line.members()) ? decoder.decode(line) : null;
            } catch (RuntimeException e) { // whatever somebody has written there
                throw unreadable(number, file, e);
            }
            return task != null && task.run();
        } catch (BpfException | DrainFileLine.UnreadableException e) { // bytes that are no record
            throw unreadable(number, file, e);
        } catch (StoreException e) {
            if (e.isDatabaseAway()) {
                throw e;
            }
            refused.add(e);
            return false;
        }
    }

    /** A line that somebody has written by hand may lack the format. */
    private static void requireFormat(DrainFileLine line) {
        Object format = line.get("format");
        if (format != null && !format.equals(FORMAT)) {
            throw new IllegalArgumentException("it has format " + format + ", and this version reads " + FORMAT
                    + ": import the file with the version of Nestmap that wrote it, or a newer one");
        }
    }

    private static IllegalArgumentException unreadable(int number, Path file, @Nullable Exception failure) {
        Throwable cause = failure instanceof DrainFileLine.UnreadableException ? failure.getCause() : failure;
        return new IllegalArgumentException(
                "line " + number + " of " + file + " can't be read: "
                        + (cause == null || cause instanceof NullPointerException
                                ? "a value is missing"
                                : cause.getMessage())
                        + ". Is it a file of nestmap drain or nestmap end, and do the records have the layout of the drained maps?",
                cause);
    }
}
