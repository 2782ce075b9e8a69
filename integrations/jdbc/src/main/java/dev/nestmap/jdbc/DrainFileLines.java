/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nestmap.runtime.error.BpfException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads a file of {@code nestmap drain} or {@code nestmap end}: an object of JSON in each line. */
final class DrainFileLines {
    private static final JsonFactory JSON = new JsonFactory();

    /** The longest name of a map in the kernel: {@code BPF_OBJ_NAME_LEN - 1}. The command mostly knows no longer one. */
    private static final int MOST_NAME = 15;

    /** The ending of the name of the pin of the table in which programs record missing keys. */
    private static final String REQUESTS_PIN = "-requests";

    private DrainFileLines() {}

    interface Task {
        /** Stores a map or a report. Returns false if it was stored before. */
        boolean run() throws Exception;
    }

    interface Decoder {
        /** Decodes a line. Returns what to do with it. */
        Task decode(Map<String, @Nullable Object> line);
    }

    /** Whether the name of a map is cut off, as far as its length shows it. */
    private static boolean isCut(@Nullable Object name, String map) {
        return map.length() >= MOST_NAME && map.substring(0, MOST_NAME).equals(name);
    }

    /** Whether the name of a pin is the whole name of another map whose name is cut off in the same way. */
    private static boolean isOfOther(Path pin, String map) {
        String name = nameAt(pin);
        return name.startsWith(map.substring(0, MOST_NAME)) && !name.equals(map);
    }

    /** The name of a pin, which is mostly the name of its map. */
    private static String nameAt(Path pin) {
        String name = String.valueOf(pin.getFileName());
        return name.endsWith(REQUESTS_PIN)
                ? name.substring(0, name.length() - REQUESTS_PIN.length()) + ReportStore.REQUESTS
                : name;
    }

    /**
     * Finds the lines of a map. The command may know only the first 15 characters of its name, as those of another map. Then the pins in these lines have to
     * say which lines are of this map. Maps of several services may have the same name, too.
     *
     * @param map the whole name
     * @throws IllegalArgumentException if lines may be of several maps
     */
    private static Predicate<Map<String, @Nullable Object>> linesOf(Path file, String map, String holds)
            throws IOException {
        Set<Path> others = new TreeSet<>();
        Set<Path> possible = new TreeSet<>();
        try (BufferedReader lines = reader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Map<String, @Nullable Object> members = ifReadable(line);
                Object name = members.get("map");
                if (!holds.equals(members.get("holds"))) {
                    continue;
                }
                if (isCut(name, map) && isOfOther(pin(members), map)) {
                    others.add(pin(members));
                } else if (isCut(name, map) || map.equals(name)) {
                    possible.add(pin(members));
                }
            }
        }
        if (possible.size() > 1) {
            throw new IllegalArgumentException("lines of several pins in " + file + " may be of " + map + ": "
                    + possible
                    + ". Nothing was stored. Let the program that used each pin import a file with the lines of this pin alone, from"
                    + " jq -c 'select(.pin == \"...\")'");
        }
        if (!others.isEmpty()) {
            Transactions.LOG.log(
                    possible.isEmpty() ? System.Logger.Level.INFO : System.Logger.Level.DEBUG,
                    "the import of " + map + " leaves out the lines of " + others + " in " + file
                            + ", whose names are those of other maps. If they are of " + map
                            + ", make \"map\" in these lines its whole name",
                    null);
        }
        return (Map<String, @Nullable Object> line) -> holds.equals(line.get("holds"))
                && (isCut(line.get("map"), map) || map.equals(line.get("map")))
                && possible.contains(pin(line));
    }

    /** Bytes that are no text must not end the import without the number of their line. */
    private static BufferedReader reader(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    }

    private static Path pin(Map<String, @Nullable Object> line) {
        return Path.of(String.valueOf(line.get("pin")));
    }

    /** Returns nothing for a line that can't be read, about which {@link #store} throws. */
    private static Map<String, @Nullable Object> ifReadable(String line) {
        try {
            Map<String, @Nullable Object> members = parse(line);
            pin(members);
            return members;
        } catch (IOException | IllegalArgumentException e) {
            return Map.of();
        }
    }

    /**
     * Passes each line of a map to a decoder, and does what it returns. If the database refuses a line, goes on with the others.
     *
     * @param map the whole name of the map
     * @param holds what the lines have: {@code counts} or {@code misses}
     * @return the number of lines that were stored, and had not been before
     * @throws StoreException if the database has refused lines; the first one, with the others as suppressed exceptions. At once if it is away
     * @throws IllegalArgumentException if a line can't be read; the message names it, and the suppressed exceptions are those of lines before it that the
     *     database has refused. A last line without a line feed is one that the command was writing
     *     when it was killed, and that its next run completes
     */
    static long store(Path file, String map, String holds, Decoder decoder) throws Exception {
        Predicate<Map<String, @Nullable Object>> isOfMap = linesOf(file, map, holds);
        List<StoreException> refused = new ArrayList<>();
        long stored = 0;
        long size = Files.size(file);
        long read = 0;
        try (BufferedReader lines = reader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                read += line.length() + 1L; // the command writes only ASCII
                if (read > size) {
                    throw new IllegalArgumentException(
                            "line " + number + " of " + file
                                    + " is not complete: run the command that was killed again, with this file. The lines before it are stored");
                }
                Task task;
                try {
                    Map<String, @Nullable Object> members = parse(line);
                    task = isOfMap.test(members) ? decoder.decode(members) : null;
                } catch (IOException | RuntimeException e) { // whatever somebody has written there
                    throw unreadable(number, file, e);
                }
                try {
                    stored += task != null && task.run() ? 1 : 0;
                } catch (BpfException e) { // bytes that are no record
                    throw unreadable(number, file, e);
                } catch (StoreException e) {
                    if (e.isDatabaseAway()) {
                        throw e;
                    }
                    refused.add(e);
                }
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

    private static IllegalArgumentException unreadable(int number, Path file, Exception e) {
        return new IllegalArgumentException(
                "line " + number + " of " + file + " can't be read: "
                        + (e instanceof NullPointerException ? "a value is missing" : e.getMessage())
                        + ". Is it a file of nestmap drain or nestmap end, and do the records have the layout of the drained maps?",
                e);
    }

    @SuppressWarnings("unchecked") // a name of JSON is a text
    private static Map<String, @Nullable Object> parse(String line) throws IOException {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is no object of JSON");
            }
            return (Map<String, @Nullable Object>) Objects.requireNonNull(value(parser), "an object");
        }
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, value(parser));
                }
                return members;
            }
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(parser));
                }
                return elements;
            }
            case VALUE_STRING -> {
                return parser.getText();
            }
            case VALUE_NUMBER_INT -> {
                return parser.getBigIntegerValue();
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                return parser.getBooleanValue();
            }
            case VALUE_NULL -> {
                return null;
            }
            default -> throw new IOException("unexpected " + parser.getText());
        }
    }
}
