/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.OuterAccessor;

/** Formats of messages with entries. docs/fleet/reference.md documents both. */
public enum MessageFormat {
    /** A binary header, and the bytes of the entries' C types. {@link PartDeserializer} reads this format. */
    BINARY,
    /** A JSON object whose entries have the names of the fields in C. Larger and slower, but every language can read it. */
    JSON;

    /**
     * Returns the JSON Schema (draft 2020-12) of the {@link #JSON} messages of an outer map, with the type and the range of each field. Messages
     * of other records have another {@code layout}, which the schema refuses.
     *
     * @param outer the outer map, of the kernel or in memory
     * @return the schema
     */
    public static String jsonSchema(OuterAccessor<?, ?, ?> outer) {
        return JsonPartSchema.of(outer);
    }
}
