/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a file of {@code nestmap drain} or {@code nestmap end}: an object of JSON in each line. */
final class DrainFileLines {
    private static final JsonFactory JSON = new JsonFactory();

    /** The longest name of a map in the kernel: {@code BPF_OBJ_NAME_LEN - 1}. The command may know no longer one. */
    private static final int MOST_NAME = 15;

    private DrainFileLines() {}

    /** Returns whether a line is about this map, whose whole name is given. */
    static boolean isAbout(Map<String, @Nullable Object> line, String map, String holds) {
        Object name = line.get("map");
        return holds.equals(line.get("holds"))
                && (map.equals(name)
                        || (map.length() > MOST_NAME
                                && map.substring(0, MOST_NAME).equals(name)));
    }

    interface Task {
        /** Stores a map or a report. Returns false if it was stored before. */
        boolean run() throws Exception;
    }

    interface Decoder {
        /** Decodes a line. Returns what to do with it; null if there is nothing to do. */
        @Nullable
        Task decode(Map<String, @Nullable Object> line);
    }

    /**
     * Passes each line to a decoder, and does what it returns. If the database refuses a line, goes on with the others.
     *
     * @return the number of lines that were stored, and had not been before
     * @throws StoreException if the database has refused lines; the first one, with the others as suppressed exceptions. At once if it is away
     * @throws IllegalArgumentException if a line can't be read; the message names it. A last line without a line feed is one that the command was writing
     *     when it was killed, and that its next run completes
     */
    static long store(Path file, Decoder decoder) throws Exception {
        List<StoreException> refused = new ArrayList<>();
        long stored = 0;
        long size = Files.size(file);
        long read = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
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
                    task = decoder.decode(parse(line));
                } catch (IOException | ClassCastException | IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            "line " + number + " of " + file + " can't be read: " + e.getMessage()
                                    + ". Is it a file of nestmap drain or nestmap end, and do the records have the layout of the drained maps?",
                            e);
                }
                try {
                    stored += task != null && task.run() ? 1 : 0;
                } catch (StoreException e) {
                    if (e.isDatabaseAway()) {
                        throw e;
                    }
                    refused.add(e);
                }
            }
        }
        if (!refused.isEmpty()) {
            StoreException first = refused.get(0);
            refused.subList(1, refused.size()).forEach(first::addSuppressed);
            throw first;
        }
        return stored;
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
