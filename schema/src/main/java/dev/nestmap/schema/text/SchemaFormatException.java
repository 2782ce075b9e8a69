/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

/** Thrown for a text that is not a {@linkplain SchemaText schema text}, or has a format that this version does not know. */
public final class SchemaFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    SchemaFormatException(int line, String problem) {
        super("line " + line + " of the schema text: " + problem);
        this.line = line;
    }

    /** The number of the line with the problem, from 1. */
    public int line() {
        return line;
    }
}
