/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.BtfValueJson;
import dev.nestmap.untyped.RecordFieldDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes {@link MessageFormat#JSON}. Decodes values with the declared C types instead of the records, so that it can write every value,
 * even a number without an enum constant.
 */
final class JsonPartWriter extends PartWriter {
    static final int VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    /** The end of a message, after the last entry. */
    private static final byte[] END = {']', '}'};

    private final RecordFieldDecoder fields;

    JsonPartWriter(OuterAccessor<?, ?, ?> outer, int partBytes) {
        super(outer.expert().layout(), partBytes);
        this.fields = RecordFieldDecoder.of(outer);
    }

    @Override
    Parts begin(UnshippedMap drained, PartPosition after) {
        return new Chunks(drained, after);
    }

    /** Collects entries in arrays of JSON that fit into one message each. */
    private final class Chunks extends Parts {
        private final List<ByteArrayOutputStream> list = new ArrayList<>();
        private final UnshippedMap drained;
        private final int room;

        Chunks(UnshippedMap drained, PartPosition after) {
            this.drained = drained;
            PartPosition longest = new PartPosition(after.shipper(), after.series(), Long.MAX_VALUE);
            this.room = partBytes - header(Integer.MAX_VALUE, Integer.MAX_VALUE, longest).length - END.length;
        }

        @Override
        void add(ByteBuffer key, ByteBuffer value) {
            byte[] entry = entry(
                    ByteString.of(key, key.position(), key.remaining()),
                    ByteString.of(value, value.position(), value.remaining()));
            ByteArrayOutputStream to = list.isEmpty() ? null : list.get(list.size() - 1);
            if (to == null || to.size() + 1 + entry.length > room) {
                to = new ByteArrayOutputStream();
                list.add(to);
            } else {
                to.write(',');
            }
            to.writeBytes(entry);
        }

        @Override
        int number() {
            return list.size();
        }

        @Override
        byte[] message(int part, int parts, PartPosition position) {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            message.writeBytes(header(part, parts, position));
            message.writeBytes(list.get(part - 1).toByteArray());
            message.writeBytes(END);
            return message.toByteArray();
        }

        /** Returns the beginning of a message, up to its first entry. */
        private byte[] header(int part, int parts, PartPosition position) {
            MapIdentity map = drained.identity();
            byte[] empty = json(to -> {
                to.writeStartObject();
                to.writeNumberField("format", VERSION);
                to.writeStringField("layout", layout);
                to.writeStringField("shipper", position.shipper());
                to.writeStringField("series", position.series().toString());
                to.writeNumberField("number", position.number());
                to.writeStringField("machine", map.machine());
                to.writeStringField("boot", map.bootId().toString());
                to.writeNumberField("map", map.mapId());
                to.writeStringField("takenOut", map.takenOut().toString());
                to.writeStringField("outerMap", map.outerMap());
                to.writeFieldName("outerKey");
                to.writeRawValue(BtfValueJson.write(fields.key(map.outerKey())));
                to.writeObjectFieldStart("labels");
                for (Map.Entry<String, String> label : new TreeMap<>(drained.labels()).entrySet()) {
                    to.writeStringField(label.getKey(), label.getValue());
                }
                to.writeEndObject();
                to.writeNumberField("part", part);
                to.writeNumberField("parts", parts);
                to.writeBooleanField("exact", drained.isExact(count));
                to.writeBooleanField("full", drained.isFull(count));
                to.writeNumberField("lostInserts", drained.lostInserts());
                to.writeArrayFieldStart("entries");
                to.writeEndArray();
                to.writeEndObject();
            });
            return Arrays.copyOf(empty, empty.length - END.length);
        }
    }

    private byte[] entry(ByteString key, ByteString value) {
        return json(to -> {
            to.writeStartObject();
            to.writeFieldName("key");
            to.writeRawValue(BtfValueJson.write(fields.innerKey(key)));
            List<BtfValue> values = fields.innerValue(value);
            if (fields.isPerCpu()) {
                to.writeArrayFieldStart("values");
                for (BtfValue one : values) {
                    to.writeRawValue(BtfValueJson.write(one));
                }
                to.writeEndArray();
            } else {
                to.writeFieldName("value");
                to.writeRawValue(BtfValueJson.write(values.get(0)));
            }
            to.writeEndObject();
        });
    }

    static boolean isBoolean(BtfValue number) {
        return number.type().equals("bool");
    }

    /** Returns the members of a struct or union. As in C, members of unnamed structs and unions belong to the enclosing one. */
    static List<BtfValue> members(BtfValue value) {
        return value.parts().stream()
                .flatMap(part -> part.name().isEmpty() ? members(part).stream() : Stream.of(part))
                .filter(part -> part.kind() != BtfValue.Kind.MANAGED)
                .toList();
    }

    /** Something that writes JSON. */
    interface Content {
        void write(JsonGenerator to) throws IOException;
    }

    static byte[] json(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator to = JSON.createGenerator(bytes)) {
            content.write(to);
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory can't fail", e);
        }
        return bytes.toByteArray();
    }
}
