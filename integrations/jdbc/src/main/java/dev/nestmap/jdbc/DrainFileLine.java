/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A line of a file of {@code nestmap drain}. Its entries may have more bytes than the heap: they are read from the file each time, one by one. */
final class DrainFileLine {
    private static final JsonFactory JSON = new JsonFactory();

    private static final String ENTRIES = "entries";

    /** The most bytes of one entry, or of another member: a value has at most a few MiB, and anybody may have written the line. */
    private static final long MOST_BYTES = 16L << 20;

    private final LineInput file;
    private final long offset;
    private final Map<String, @Nullable Object> members;

    private DrainFileLine(LineInput file, long offset, Map<String, @Nullable Object> members) {
        this.file = file;
        this.offset = offset;
        this.members = members;
    }

    /** An entry that can't be read. */
    static final class UnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnreadableException(Exception cause) {
            super(cause);
        }
    }

    /** Reads all members of the line at the stream's position, except the entries, which it only checks. */
    static DrainFileLine read(LineInput in) throws IOException {
        return new DrainFileLine(in, in.position(), members(in, null));
    }

    /**
     * Reads members of a line.
     *
     * @param wanted reads no more than these; null for all members but the entries
     */
    static Map<String, @Nullable Object> members(InputStream in, @Nullable Set<String> wanted) throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        boolean hasEntries = false;
        try (JsonParser parser = JSON.createParser(in)) {
            begin(parser);
            while ((wanted == null || !members.keySet().containsAll(wanted))
                    && parser.nextToken() != JsonToken.END_OBJECT) {
                String name = name(parser);
                boolean isEntries = name.equals(ENTRIES);
                if (isEntries && hasEntries) {
                    throw new IOException("it has entries twice");
                }
                hasEntries |= isEntries;
                if (isEntries || (wanted != null && !wanted.contains(name))) {
                    parser.skipChildren();
                } else {
                    members.put(name, value(parser, bytes(parser) + MOST_BYTES));
                }
            }
            if (wanted == null && parser.nextToken() != null) {
                throw new IOException("it has more than one object: put each on a line of its own");
            }
        }
        return members;
    }

    private static void begin(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("it is no object of JSON");
        }
    }

    /** The name of the next member. The parser is at its value then. */
    private static String name(JsonParser parser) throws IOException {
        String name = parser.currentName();
        if (name == null || parser.nextToken() == null) {
            throw new EOFException("it ends too early");
        }
        return name;
    }

    /** A member; null if there is none. */
    @Nullable
    Object get(String name) {
        return members.get(name);
    }

    Map<String, @Nullable Object> members() {
        return members;
    }

    /**
     * Reads the entries. What can't be read or decoded ends in an {@link UnreadableException}.
     *
     * @param decode decodes an entry; null stands for one that is no object
     */
    <T> Iterator<T> entries(Function<@Nullable Map<?, ?>, T> decode) {
        try {
            JsonParser parser = JSON.createParser((InputStream) file.from(offset));
            return new Entries<>(parser, decode, toEntries(parser));
        } catch (IOException e) {
            throw new UnreadableException(e);
        }
    }

    /** Goes to the first entry. Returns false if there is none. */
    private static boolean toEntries(JsonParser parser) throws IOException {
        begin(parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            if (!name(parser).equals(ENTRIES)) {
                parser.skipChildren();
            } else if (parser.currentToken() == JsonToken.START_ARRAY) {
                return parser.nextToken() != JsonToken.END_ARRAY;
            } else if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return false;
            } else {
                throw new IOException("its entries are no array");
            }
        }
        return false;
    }

    private static final class Entries<T> implements Iterator<T> {
        private final JsonParser parser;
        private final Function<@Nullable Map<?, ?>, T> decode;
        private boolean hasNext;

        Entries(JsonParser parser, Function<@Nullable Map<?, ?>, T> decode, boolean hasNext) {
            this.parser = parser;
            this.decode = decode;
            this.hasNext = hasNext;
        }

        @Override
        public boolean hasNext() {
            return hasNext;
        }

        @Override
        public T next() {
            if (!hasNext) {
                throw new NoSuchElementException();
            }
            try {
                Object entry = value(parser, bytes(parser) + MOST_BYTES);
                hasNext = parser.nextToken() != JsonToken.END_ARRAY;
                return decode.apply((Map<?, ?>) entry);
            } catch (IOException | RuntimeException e) { // whatever somebody has written there
                throw new UnreadableException(e);
            }
        }
    }

    private static long bytes(JsonParser parser) {
        return parser.currentLocation().getByteOffset();
    }

    private static @Nullable Object value(JsonParser parser, long end) throws IOException {
        if (bytes(parser) > end) {
            throw new IOException("an entry or another member has more than " + (MOST_BYTES >> 20) + " MiB");
        }
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new EOFException("it ends too early");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, end);
            case START_ARRAY -> array(parser, end);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case VALUE_NULL -> null;
            default -> throw new IOException("unexpected " + parser.getText());
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser parser, long end) throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = name(parser);
            members.put(name, value(parser, end));
        }
        return members;
    }

    private static List<@Nullable Object> array(JsonParser parser, long end) throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser, end));
        }
        return elements;
    }
}
