/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

/** A text that is no {@linkplain SchemaText schema text}, or one of a format that this version does not know. */
public final class SchemaFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    SchemaFormatException(int line, String problem) {
        super("line " + line + " of the schema text: " + problem);
        this.line = line;
    }

    /** The line that the problem is in, from 1. */
    public int line() {
        return line;
    }
}
