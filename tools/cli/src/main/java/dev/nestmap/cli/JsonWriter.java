/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.schema.text.SchemaTextNames;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259) incrementally, so that a large answer needs no memory.
 *
 * <p>It escapes every character outside of printable ASCII, because names come from untrusted files and programs. Gson 2.13.2 does not
 * escape U+009B and U+202E, so a text could control the terminal. Gson would also add 290 KB to a jar of 4.2 MB.
 */
final class JsonWriter {
    /** Larger numbers lose digits in JavaScript and jq, so they are written as strings. */
    private static final BigInteger EXACT = BigInteger.ONE.shiftLeft(53);

    private final Console console;

    /** For each open object or array, whether it has content. */
    private final Deque<Boolean> filled = new ArrayDeque<>();

    private boolean named;

    JsonWriter(Console console) {
        this.console = console;
    }

    JsonWriter beginObject() {
        return begin("{");
    }

    JsonWriter endObject() {
        return end("}");
    }

    JsonWriter beginArray() {
        return begin("[");
    }

    JsonWriter endArray() {
        return end("]");
    }

    /** The name of the next value in an object. */
    JsonWriter name(String name) {
        separate();
        console.print(SchemaTextNames.quoted(name) + ":");
        named = true;
        return this;
    }

    JsonWriter value(@Nullable String text) {
        separate();
        console.print(text == null ? "null" : SchemaTextNames.quoted(text));
        return this;
    }

    JsonWriter value(boolean value) {
        separate();
        console.print(Boolean.toString(value));
        return this;
    }

    JsonWriter value(long number) {
        return value(BigInteger.valueOf(number));
    }

    JsonWriter value(BigInteger number) {
        separate();
        console.print(
                number.abs().compareTo(EXACT) <= 0 ? number.toString() : SchemaTextNames.quoted(number.toString()));
        return this;
    }

    private JsonWriter begin(String bracket) {
        separate();
        console.print(bracket);
        filled.push(false);
        return this;
    }

    private JsonWriter end(String bracket) {
        filled.pop();
        console.print(bracket + (filled.isEmpty() ? "\n" : ""));
        return this;
    }

    /** Writes a comma between two values. */
    private void separate() {
        if (named || filled.isEmpty()) {
            named = false;
        } else if (filled.pop()) {
            filled.push(true);
            console.print(filled.size() == 1 ? ",\n" : ",");
        } else {
            filled.push(true);
        }
    }
}
