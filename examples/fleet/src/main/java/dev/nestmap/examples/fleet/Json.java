/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes an object of JSON on one line. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Writes the fields of an object. */
    interface Fields {
        void write(JsonGenerator to) throws IOException;
    }

    static String text(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator to = FACTORY.createGenerator(text)) {
            to.writeStartObject();
            fields.write(to);
            to.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory can't fail", e);
        }
        return text.toString();
    }

    /** An object that says why there are no totals. */
    static String problem(String problem) {
        return text(to -> to.writeStringField("problem", problem));
    }
}
