/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import dev.nestmap.schema.text.SchemaTextNames;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259) incrementally, so that a large answer needs no memory.
 *
 * <p>It escapes every character outside of printable ASCII, because names come from untrusted files and programs. Gson 2.13.2 does not
 * escape U+009B and U+202E, so a text could control the terminal. Gson would also add 290 KB to a jar of 4.2 MB.
 */
public final class JsonWriter {
    /** Larger numbers lose digits in JavaScript and jq, so they are written as strings. */
    private static final BigInteger EXACT = BigInteger.ONE.shiftLeft(53);

    private final Consumer<String> out;

    /** For each open object or array, whether it has content. */
    private final Deque<Boolean> filled = new ArrayDeque<>();

    private boolean named;

    private final String betweenLines;

    /** @param out receives the text, piece by piece */
    public JsonWriter(Consumer<String> out) {
        this(out, ",\n");
    }

    private JsonWriter(Consumer<String> out, String betweenLines) {
        this.out = out;
        this.betweenLines = betweenLines;
    }

    /** A writer of values that are one line each. */
    public static JsonWriter ofLines(Consumer<String> out) {
        return new JsonWriter(out, ",");
    }

    public JsonWriter beginObject() {
        return begin("{");
    }

    public JsonWriter endObject() {
        return end("}");
    }

    public JsonWriter beginArray() {
        return begin("[");
    }

    public JsonWriter endArray() {
        return end("]");
    }

    /** The name of the next value in an object. */
    public JsonWriter name(String name) {
        separate();
        out.accept(SchemaTextNames.quoted(name) + ":");
        named = true;
        return this;
    }

    public JsonWriter value(@Nullable String text) {
        separate();
        out.accept(text == null ? "null" : SchemaTextNames.quoted(text));
        return this;
    }

    public JsonWriter value(boolean value) {
        separate();
        out.accept(Boolean.toString(value));
        return this;
    }

    public JsonWriter value(long number) {
        return value(BigInteger.valueOf(number));
    }

    public JsonWriter value(BigInteger number) {
        separate();
        out.accept(number.abs().compareTo(EXACT) <= 0 ? number.toString() : SchemaTextNames.quoted(number.toString()));
        return this;
    }

    /** A value that is JSON already. */
    public JsonWriter json(String json) {
        separate();
        out.accept(json);
        return this;
    }

    private JsonWriter begin(String bracket) {
        separate();
        out.accept(bracket);
        filled.push(false);
        return this;
    }

    private JsonWriter end(String bracket) {
        filled.pop();
        out.accept(bracket + (filled.isEmpty() ? "\n" : ""));
        return this;
    }

    /** Writes a comma between two values. */
    private void separate() {
        if (named || filled.isEmpty()) {
            named = false;
        } else if (filled.pop()) {
            filled.push(true);
            out.accept(filled.size() == 1 ? betweenLines : ",");
        } else {
            filled.push(true);
        }
    }
}
