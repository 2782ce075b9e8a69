/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.RecordFieldDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the entries of drained maps as rows: flat JSON objects, whose columns docs/fleet/reference.md describes. Decodes values with the declared C
 * types instead of the records, so that it can write every value, even a number without an enum constant.
 */
final class RowWriter {
    /** Between the rows of a map. JSON has it in no string. */
    static final char SEPARATOR = '\n';

    private static final String OUTER_KEY = "outer_key";
    private static final String KEY = "key";
    private static final String VALUE = "value";
    private static final String CPU = "cpu";
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final String machine;
    private final String map;
    private final RecordFieldDecoder fields;

    /** What the last row of a file says about its series. */
    enum Status {
        /** The shipper runs. */
        RUNNING,
        /** A round is over: all counts from before its beginning are in rows with smaller numbers. */
        COMPLETE,
        /** As {@code COMPLETE}, and the user has ended what counts. A later row says that something has counted again. */
        ENDED
    }

    /**
     * @param machine the machine that the rows without counts name
     * @param map the name of the outer map for consumers
     * @throws IllegalArgumentException if two columns would have the same name
     */
    RowWriter(OuterAccessor<?, ?> outer, String machine, String map) {
        this.machine = machine;
        this.map = map;
        this.fields = RecordFieldDecoder.of(outer);
        Set<String> names = new HashSet<>();
        requireUnique(OUTER_KEY, fields.zeroKey(), names);
        requireUnique(KEY, fields.zeroInnerKey(), names);
        requireUnique(VALUE, fields.zeroInnerValue(), names);
    }

    private static void requireUnique(String name, BtfValue value, Set<String> names) {
        if (isColumn(value)) {
            if (value.kind() != BtfValue.Kind.MANAGED && !names.add(name)) {
                throw new IllegalArgumentException(
                        "two fields would both be the column " + name + ": rename one of them with @Name");
            }
            if (value.kind() == BtfValue.Kind.ARRAY) {
                requireUnique(name + "[]", value.parts().get(0), names); // its structs are objects
            }
            return;
        }
        value.parts().forEach(part -> requireUnique(column(name, part), part, names));
    }

    /**
     * The rows of one drained map, or the one that ends a file.
     *
     * @param map the map; null for the row that ends a file
     * @param common the columns that all have, without braces
     * @param rows the other columns of each, as a JSON object, with {@link #SEPARATOR} between them
     * @param number how many rows there are
     * @param entries how many entries: those of a per-CPU map may have several rows
     * @param exact whether the map has all counts of its time in the slot
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Rows(@Nullable MapIdentity map, byte[] common, byte[] rows, int number, long entries, boolean exact) {
        long bytes() {
            return (long) common.length + rows.length;
        }

        /** Returns whether counts are missing, and no row says so. */
        boolean isMissing() {
            return number == 0 && !exact;
        }
    }

    /**
     * Writes the entries of a map. In an array, entries of zeros count as absent.
     *
     * @param exactness returns whether the map has all counts of its time in the slot
     */
    Rows write(MapIdentity drained, ReadableAccessor<?, ?> entries, BooleanSupplier exactness) {
        try {
            return new MapRows(drained).write(entries, exactness);
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory can't fail", e);
        }
    }

    /**
     * Writes the row that ends a file. It has no counts.
     *
     * @param began when the round began that the file ends
     * @param previous the last file of the previous series, of which this file is the continuation; null if the file continues none
     */
    Rows status(Status status, Instant began, SpoolFile.@Nullable Name previous) {
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        try (JsonGenerator to = JSON.createGenerator(row)) {
            to.writeStartObject();
            to.writeStringField("status", status.name().toLowerCase(Locale.ROOT));
            if (status != Status.RUNNING) {
                to.writeStringField("complete", TIME.format(began));
            }
            if (previous != null) {
                to.writeStringField("previous", previous.series().toString());
                to.writeNumberField("previous_number", previous.last());
            }
            to.writeEndObject();
            to.flush();
            return new Rows(null, common(machine, Instant.now(), true, null), row.toByteArray(), 1, 0, true);
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory can't fail", e);
        }
    }

    /** Returns the columns that all rows of a map have, without braces. */
    private byte[] common(String from, Instant takenOut, boolean exact, @Nullable ByteString outerKey)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator object = JSON.createGenerator(bytes)) {
            object.writeStartObject();
            object.writeStringField("machine", from);
            object.writeStringField("outer_map", map);
            object.writeStringField("taken_out", TIME.format(takenOut));
            object.writeBooleanField("exact", exact);
            if (outerKey != null) {
                columns(OUTER_KEY, fields.key(outerKey), object);
            }
            object.writeEndObject();
        }
        byte[] json = bytes.toByteArray();
        return Arrays.copyOfRange(json, 1, json.length - 1);
    }

    /** Returns the message of a row. */
    static byte[] message(RowPosition position, byte[] common, byte[] rows, int begin, int end) {
        byte[] start = position.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(start.length + common.length + end - begin);
        message.put(start, 0, start.length - 1).put((byte) ',').put(common).put((byte) ',');
        return message.put(rows, begin + 1, end - begin - 1).array();
    }

    /** The rows of one map, while they are written. */
    private final class MapRows {
        private final MapIdentity drained;
        private final ByteArrayOutputStream rows = new ByteArrayOutputStream();
        private final JsonGenerator to;
        private int number;
        private long entries;

        MapRows(MapIdentity drained) throws IOException {
            this.drained = drained;
            this.to = JSON.createGenerator(rows).setRootValueSeparator(new SerializedString(String.valueOf(SEPARATOR)));
        }

        Rows write(ReadableAccessor<?, ?> from, BooleanSupplier exactness) throws IOException {
            boolean skipsZeros = from.type().endsWith("ARRAY"); // in which every entry exists from the start
            from.forEachBytes((key, value) -> {
                if (!skipsZeros || !isZero(value)) {
                    add(
                            ByteString.of(key, key.position(), key.remaining()),
                            ByteString.of(value, value.position(), value.remaining()));
                }
            });
            to.close();
            boolean exact = exactness.getAsBoolean(); // last: it knows how many entries there were
            byte[] common = common(drained.machine(), drained.takenOut(), exact, drained.outerKey());
            return new Rows(drained, common, rows.toByteArray(), number, entries, exact);
        }

        private void add(ByteString key, ByteString value) {
            List<BtfValue> values = fields.innerValue(value);
            boolean isNone = true;
            for (int cpu = 0; cpu < values.size(); cpu++) {
                BtfValue each = values.get(cpu);
                boolean isLast = cpu == values.size() - 1;
                if (!fields.isPerCpu() || !isZero(ByteBuffer.wrap(each.bytes().toBytes())) || (isLast && isNone)) {
                    row(key, cpu, each);
                    isNone = false;
                }
            }
            entries++;
        }

        private void row(ByteString key, int cpu, BtfValue value) {
            try {
                to.writeStartObject();
                columns(KEY, fields.innerKey(key), to);
                if (fields.isPerCpu()) {
                    to.writeNumberField(CPU, cpu);
                }
                columns(VALUE, value, to);
                to.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException("an array in memory can't fail", e);
            }
            number = Math.incrementExact(number);
        }
    }

    private static boolean isColumn(BtfValue value) {
        boolean isStruct = value.kind() == BtfValue.Kind.STRUCT || value.kind() == BtfValue.Kind.UNION;
        return !isStruct || isAddress(value);
    }

    private static boolean isAddress(BtfValue value) {
        return value.type().equals("struct in6_addr");
    }

    /** Returns the name of a part. As in C, members of unnamed structs and unions belong to the enclosing one. */
    private static String column(String name, BtfValue part) {
        return part.name().isEmpty() ? name : name.isEmpty() ? part.name() : name + "_" + part.name();
    }

    /** Writes a value as one column, or a struct as one for each field. */
    static void columns(String name, BtfValue value, JsonGenerator to) throws IOException {
        if (!isColumn(value)) {
            for (BtfValue part : value.parts()) {
                columns(column(name, part), part, to);
            }
        } else if (value.kind() != BtfValue.Kind.MANAGED) {
            to.writeFieldName(name);
            value(value, to);
        }
    }

    private static void value(BtfValue value, JsonGenerator to) throws IOException {
        switch (value.kind()) {
            case NUMBER -> {
                if (value.type().equals("bool")) {
                    to.writeBoolean(Objects.requireNonNull(value.number()).signum() != 0);
                } else {
                    to.writeNumber(Objects.requireNonNull(value.number()));
                }
            }
            case ENUM -> {
                String constant = value.text();
                to.writeString(constant == null ? String.valueOf(value.number()) : constant);
            }
            case TEXT -> to.writeString(text(value));
            case BYTES -> to.writeString(value.bytes().toString());
            case ARRAY -> {
                to.writeStartArray();
                for (BtfValue element : value.parts()) {
                    value(element, to);
                }
                to.writeEndArray();
            }
            case STRUCT, UNION -> {
                if (isAddress(value)) {
                    to.writeString(address(value.bytes().toBytes()));
                } else { // an element of an array
                    to.writeStartObject();
                    columns("", value, to);
                    to.writeEndObject();
                }
            }
            case MANAGED -> to.writeNull();
        }
    }

    /** Returns the text of an array of characters: different bytes have different texts, because consumers group by them. */
    private static String text(BtfValue value) {
        byte[] content = value.bytes().toBytes();
        String text = Objects.requireNonNull(value.text());
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        return encoded.length <= content.length && Arrays.equals(Arrays.copyOf(encoded, content.length), content)
                ? text
                : "\\x" + value.bytes();
    }

    private static String address(byte[] bytes) {
        try {
            String text = InetAddress.getByAddress(bytes).getHostAddress();
            return text.contains(":") ? text : "::ffff:" + text; // Java takes it for an IPv4 address
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static boolean isZero(ByteBuffer value) {
        for (int i = value.position(); i < value.limit(); i++) {
            if (value.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
