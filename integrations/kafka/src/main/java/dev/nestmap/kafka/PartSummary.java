/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;

/**
 * What an audit needs of a part, in both formats.
 *
 * @param position place among all parts of the shipper
 * @param entries number of entries
 * @param exact whether the entries contain all counts of the programs
 */
record PartSummary(PartPosition position, long entries, boolean exact) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Reads a message.
     *
     * @throws UnreadablePartException if it is no part, or if a number is out of range
     */
    static PartSummary read(byte[] message) {
        if (message.length > 0 && message[0] == '{') {
            return readJson(message);
        }
        PartHeader header = PartHeader.read(ByteBuffer.wrap(message));
        return new PartSummary(header.position(), header.entries(), Part.isExact(header.lostInserts(), header.full()));
    }

    private static PartSummary readJson(byte[] message) {
        try (JsonParser from = JSON.createParser(message)) {
            from.nextToken();
            return new JsonReader(from).read();
        } catch (JsonProcessingException e) {
            throw new UnreadablePartException("it is damaged JSON: " + e.getOriginalMessage(), e);
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new UnreadablePartException("it is JSON, but no part: " + e.getMessage(), e);
        }
    }

    /** Reads the fields that {@link JsonPartWriter} writes, in any order. Other fields are skipped. */
    private static final class JsonReader {
        private final JsonParser from;
        private String machine = "";
        private String boot = "";
        private int map;
        private String takenOut = "";
        private String outerMap = "";
        private String shipper = "";
        private String series = "";
        private long number;
        private int part;
        private int parts;
        private long lostInserts = Long.MIN_VALUE;
        private boolean exact;
        private long entries;

        JsonReader(JsonParser from) {
            this.from = from;
        }

        PartSummary read() throws IOException {
            while (from.nextToken() == JsonToken.FIELD_NAME) {
                String field = from.currentName();
                from.nextToken();
                switch (field) {
                    case "format" -> requireFormat(from.getIntValue());
                    case "machine" -> machine = from.getText();
                    case "boot" -> boot = from.getText();
                    case "map" -> map = from.getIntValue();
                    case "takenOut" -> takenOut = from.getText();
                    case "outerMap" -> outerMap = from.getText();
                    case "shipper" -> shipper = from.getText();
                    case "series" -> series = from.getText();
                    case "number" -> number = from.getLongValue();
                    case "part" -> part = from.getIntValue();
                    case "parts" -> parts = from.getIntValue();
                    case "lostInserts" -> lostInserts = from.getLongValue();
                    case "exact" -> exact = from.getBooleanValue();
                    case "entries" -> countEntries();
                    default -> from.skipChildren();
                }
            }
            if (from.currentToken() != JsonToken.END_OBJECT || from.nextToken() != null) {
                throw new IllegalArgumentException("it does not end after its fields");
            }
            if (machine.isEmpty() || shipper.isEmpty() || entries < 1) {
                throw new IllegalArgumentException("it has no machine, no shipper or no entries");
            }
            PartPosition position = new PartPosition(shipper, UUID.fromString(series), number);
            MapIdentity identity = new MapIdentity(
                    machine, UUID.fromString(boot), map, Instant.parse(takenOut), outerMap, ByteString.of(new byte[0]));
            PartHeader.requireValid("", identity, position, part, parts, lostInserts);
            return new PartSummary(position, entries, exact);
        }

        private void countEntries() throws IOException {
            if (from.currentToken() != JsonToken.START_ARRAY) {
                throw new IllegalArgumentException("its entries are no array");
            }
            while (from.nextToken() == JsonToken.START_OBJECT) {
                from.skipChildren();
                entries++;
            }
            if (from.currentToken() != JsonToken.END_ARRAY) {
                throw new IllegalArgumentException("its entries are no objects");
            }
        }

        private static void requireFormat(int format) {
            if (format != JsonPartWriter.VERSION) {
                throw new IllegalArgumentException("its format has version " + format
                        + ", and this version of nestmap-kafka reads " + JsonPartWriter.VERSION);
            }
        }
    }
}
