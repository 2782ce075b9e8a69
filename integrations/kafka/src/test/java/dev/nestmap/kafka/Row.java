/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.UUID;

/** A row as a consumer reads it, with the columns of {@link Counts}. */
record Row(JsonNode json) {
    static Row of(byte[] message) {
        try {
            return new Row(new ObjectMapper().readTree(message));
        } catch (IOException e) {
            throw new AssertionError("no row", e);
        }
    }

    RowPosition position() {
        return new RowPosition(UUID.fromString(json.get("series").textValue()), number());
    }

    long number() {
        return json.get("number").longValue();
    }

    long tenant() {
        return json.get("outer_key").longValue();
    }

    long id() {
        return json.get("key").longValue();
    }

    long packets() {
        return json.get("value").longValue();
    }

    /** The status of a row without counts; empty for others. */
    String status() {
        return json.path("status").asText();
    }

    boolean isExact() {
        return json.get("exact").booleanValue();
    }
}
