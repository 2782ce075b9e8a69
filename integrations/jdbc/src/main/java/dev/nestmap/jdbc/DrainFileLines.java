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

    private DrainFileLines() {}

    interface Task {
        void run() throws Exception;
    }

    interface Decoder {
        /** Decodes a line. Returns what to do with it; null if there is nothing to do. */
        @Nullable
        Task decode(Map<String, @Nullable Object> line);
    }

    /**
     * Passes each line to a decoder, and does what it returns.
     *
     * @throws IllegalArgumentException if a line can't be read; the message names it. A last line without a line feed is one that the command was writing
     *     when it was killed, and that its next run completes
     */
    static void forEach(Path file, Decoder decoder) throws Exception {
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
                if (task != null) {
                    task.run();
                }
            }
        }
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
