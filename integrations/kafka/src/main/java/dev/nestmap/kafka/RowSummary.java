/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.UUID;

/**
 * What an audit needs of a row.
 *
 * @param shipper the transactional id of the shipper
 * @param exact whether the counts of the row's map are complete
 */
record RowSummary(String shipper, RowPosition position, boolean exact) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads a message. Its columns may have any order, and it may have others.
     *
     * @throws IllegalArgumentException if it is no row
     */
    static RowSummary read(byte[] message) {
        String machine = "";
        String map = "";
        String series = "";
        long number = 0;
        boolean exact = false;
        try (JsonParser from = JSON.createParser(message)) {
            if (from.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("it is no JSON object");
            }
            while (from.nextToken() == JsonToken.FIELD_NAME) {
                String column = from.currentName();
                from.nextToken();
                switch (column) {
                    case "machine" -> machine = from.getText();
                    case "outer_map" -> map = from.getText();
                    case "series" -> series = from.getText();
                    case "number" -> number = from.getLongValue();
                    case "exact" -> exact = from.getBooleanValue();
                    default -> from.skipChildren();
                }
            }
            if (from.currentToken() != JsonToken.END_OBJECT || from.nextToken() != null) {
                throw new IllegalArgumentException("it does not end after its columns");
            }
        } catch (IOException e) {
            String problem = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
            throw new IllegalArgumentException("it is damaged JSON: " + problem, e);
        }
        String shipper = Shipper.id(machine, map);
        if (machine.isEmpty() || !Shipper.isName(shipper)) {
            throw new IllegalArgumentException("it has no machine, or one with white space or control characters");
        }
        return new RowSummary(shipper, new RowPosition(UUID.fromString(series), number), exact);
    }
}
