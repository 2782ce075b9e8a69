/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.BtfValueJson;
import dev.nestmap.untyped.RecordFieldDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Writes the JSON Schema of the messages of {@link JsonPartWriter} for one outer map: part.schema.json with the types of keys and values. The
 * same decoder as in messages lists the fields.
 */
final class JsonPartSchema {
    /** Where part.schema.json leaves the types open. */
    private static final String TYPES = "\"$defs\": ";

    /** The largest number that {@link BtfValueJson} writes as a number. */
    private static final BigInteger EXACT = BigInteger.ONE.shiftLeft(53);

    private final JsonGenerator to;

    private JsonPartSchema(JsonGenerator to) {
        this.to = to;
    }

    static String of(OuterAccessor<?, ?, ?> outer) {
        RecordFieldDecoder fields = RecordFieldDecoder.of(outer);
        byte[] types = JsonPartWriter.json(
                to -> new JsonPartSchema(to).types(outer.expert().layout(), fields));
        String open = untyped();
        return open.substring(0, open.indexOf(TYPES)) + TYPES + new String(types, StandardCharsets.UTF_8) + "\n}\n";
    }

    private static String untyped() {
        try (InputStream schema = JsonPartSchema.class.getResourceAsStream("part.schema.json")) {
            return new String(Objects.requireNonNull(schema).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void types(String layout, RecordFieldDecoder fields) throws IOException {
        to.writeStartObject();
        to.writeObjectFieldStart("layout");
        to.writeStringField("const", layout);
        to.writeEndObject();
        to.writeFieldName("outerKey");
        value(fields.zeroKey());
        to.writeObjectFieldStart("entry");
        String value = fields.isPerCpu() ? "values" : "value";
        beginObject(List.of("key", value));
        to.writeFieldName("key");
        value(fields.zeroInnerKey());
        to.writeFieldName(value);
        if (fields.isPerCpu()) {
            to.writeStartObject();
            array(1, Integer.MAX_VALUE, fields.zeroInnerValue());
            to.writeEndObject();
        } else {
            value(fields.zeroInnerValue());
        }
        to.writeEndObject();
        to.writeEndObject();
        to.writeEndObject();
    }

    private void value(BtfValue value) throws IOException {
        to.writeStartObject();
        to.writeStringField("description", value.type());
        switch (value.kind()) {
            case STRUCT, UNION -> {
                List<BtfValue> members = JsonPartWriter.members(value);
                beginObject(members.stream().map(BtfValue::name).toList());
                for (BtfValue member : members) {
                    to.writeFieldName(member.name());
                    value(member);
                }
                to.writeObjectFieldStart(BtfValueJson.BYTES);
                hexadecimal(value.size());
                to.writeEndObject();
                to.writeEndObject();
            }
            case ARRAY ->
                array(value.parts().size(), value.parts().size(), value.parts().get(0));
            case NUMBER -> {
                if (JsonPartWriter.isBoolean(value)) {
                    to.writeArrayFieldStart("anyOf");
                    to.writeStartObject();
                    to.writeStringField("type", "boolean");
                    to.writeEndObject();
                    to.writeStartObject();
                    integer(BigInteger.TWO, BigInteger.valueOf(0xff));
                    to.writeEndObject();
                    to.writeEndArray();
                } else {
                    number(value);
                }
            }
            case ENUM -> {
                to.writeArrayFieldStart("anyOf");
                to.writeStartObject();
                strings("enum", value.constants());
                to.writeEndObject();
                to.writeStartObject();
                number(value);
                to.writeEndObject();
                to.writeEndArray();
            }
            case TEXT -> {
                to.writeArrayFieldStart("anyOf");
                to.writeStartObject();
                to.writeStringField("type", "string");
                to.writeNumberField("maxLength", value.size());
                to.writeEndObject();
                to.writeStartObject();
                beginObject(List.of(BtfValueJson.BYTES));
                to.writeObjectFieldStart(BtfValueJson.BYTES);
                hexadecimal(value.size());
                to.writeEndObject();
                to.writeEndObject();
                to.writeEndObject();
                to.writeEndArray();
            }
            case BYTES -> hexadecimal(value.size());
            case MANAGED -> to.writeStringField("type", "null");
        }
        to.writeEndObject();
    }

    /** Begins the properties of an object that has all of these fields, and no others. */
    private void beginObject(List<String> names) throws IOException {
        to.writeStringField("type", "object");
        to.writeBooleanField("additionalProperties", false);
        strings("required", names);
        to.writeObjectFieldStart("properties");
    }

    private void array(int least, int most, BtfValue element) throws IOException {
        to.writeStringField("type", "array");
        to.writeNumberField("minItems", least);
        to.writeNumberField("maxItems", most);
        to.writeFieldName("items");
        value(element);
    }

    private void hexadecimal(int size) throws IOException {
        to.writeStringField("type", "string");
        to.writeStringField("pattern", "^[0-9a-f]*$");
        to.writeNumberField("minLength", 2 * size);
        to.writeNumberField("maxLength", 2 * size);
    }

    /** Larger numbers than {@link #EXACT} are strings. */
    private void number(BtfValue value) throws IOException {
        int bits = value.bits() == 0 ? Byte.SIZE * value.size() : value.bits();
        BigInteger end = BigInteger.ONE.shiftLeft(value.isSigned() ? bits - 1 : bits);
        BigInteger least = value.isSigned() ? end.negate() : BigInteger.ZERO;
        BigInteger most = end.subtract(BigInteger.ONE);
        if (most.compareTo(EXACT) <= 0) {
            integer(least, most);
            return;
        }
        to.writeArrayFieldStart("anyOf");
        to.writeStartObject();
        integer(least.max(EXACT.negate()), EXACT);
        to.writeEndObject();
        to.writeStartObject();
        to.writeStringField("type", "string");
        to.writeStringField("pattern", value.isSigned() ? "^-?[1-9][0-9]{15,}$" : "^[1-9][0-9]{15,}$");
        to.writeNumberField(
                "maxLength", Math.max(least.toString().length(), most.toString().length()));
        to.writeEndObject();
        to.writeEndArray();
    }

    private void integer(BigInteger least, BigInteger most) throws IOException {
        to.writeStringField("type", "integer");
        to.writeFieldName("minimum");
        to.writeNumber(least);
        to.writeFieldName("maximum");
        to.writeNumber(most);
    }

    private void strings(String field, List<String> values) throws IOException {
        to.writeArrayFieldStart(field);
        for (String value : values) {
            to.writeString(value);
        }
        to.writeEndArray();
    }
}
