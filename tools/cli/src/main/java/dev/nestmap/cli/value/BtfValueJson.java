/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.untyped.BtfValue;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes keys and values of maps as JSON. */
public final class BtfValueJson {
    private final JsonWriter json;

    public BtfValueJson(JsonWriter json) {
        this.json = json;
    }

    /** Writes an entry as an object: its key, and its value or the values of the CPUs. */
    public void entry(DecodedMapView.Row row) {
        json.beginObject().name("key");
        write(row.key());
        if (row.values().size() == 1) {
            json.name("value");
            write(row.values().get(0));
        } else {
            json.name("values").beginArray();
            row.values().forEach(this::write);
            json.endArray();
        }
        json.endObject();
    }

    /** Writes a value. */
    public void write(BtfValue value) {
        switch (value.kind()) {
            case STRUCT, UNION -> {
                if (BtfValueText.isWhole(value)) {
                    json.value(BtfValueText.complete(value));
                } else {
                    json.beginObject();
                    fields(value);
                    json.endObject();
                }
            }
            case ARRAY -> {
                json.beginArray();
                value.parts().forEach(this::write);
                json.endArray();
            }
            case TEXT -> text(value);
            case NUMBER -> number(value);
            default -> json.value(value.isUntyped() ? value.bytes().toString() : BtfValueText.complete(value));
        }
    }

    /** Writes a text as such only if its bytes follow from it: two keys must not become one, and a saved value must not change. */
    private void text(BtfValue value) {
        byte[] bytes = value.bytes().toBytes();
        String text = String.valueOf(value.text());
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (Arrays.equals(Arrays.copyOf(encoded, bytes.length), bytes) && encoded.length <= bytes.length) {
            json.value(text);
        } else {
            json.beginObject().name("bytes").value(value.bytes().toString()).endObject();
        }
    }

    /** Writes an address and a time as a text, and every other number as a number: a script compares and adds them. */
    private void number(BtfValue value) {
        BigInteger number = value.number();
        String text = BtfValueText.complete(value);
        if (value.duration() != null || value.instant() != null) {
            json.value(String.valueOf(value.duration() == null ? value.instant() : value.duration()));
        } else if (text.equals("true") || text.equals("false")) {
            json.value(text.equals("true"));
        } else if (number == null || (text.indexOf('.') > 0 && text.matches("[0-9.]+"))) {
            json.value(text);
        } else {
            json.value(number);
        }
    }

    /** The members of unnamed structs and unions are members of the outer one, as in C. */
    private void fields(BtfValue value) {
        for (BtfValue part : value.parts()) {
            if (part.name().isEmpty() && !BtfValueText.isWhole(part)) {
                fields(part);
            } else if (part.kind() != BtfValue.Kind.MANAGED) {
                json.name(part.name());
                write(part);
            }
        }
    }
}
