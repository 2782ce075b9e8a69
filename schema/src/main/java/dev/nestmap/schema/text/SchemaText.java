/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.Schema;

/**
 * The text form of a {@link Schema}. The processor writes it, the build and the loader compare it with the object, and people read
 * it in reviews.
 *
 * <p>Each field and each attribute of a map has a separate line, in order of declaration, so a review shows a changed field as one changed
 * line. The text contains no date, path or version of Nestmap, so the same records give the same bytes. Files are UTF-8.
 *
 * <pre>
 * nestmap-schema 1
 * from com.acme.TenantFlows
 * header tenant_flows.bpf.h
 *
 * struct flow_key: size 16, alignment 4
 *   field source: __be32, offset 0, size 4, unsigned, big-endian
 *   ...
 *   pad _pad0: offset 13, size 3
 *
 * map flow_map: inner, BPF_MAP_TYPE_HASH
 *   max_entries: 4096
 *   map_flags: 0x0
 *   key: struct flow_key
 *   value: struct flow
 *
 * global config: .rodata
 *   type: struct config
 *
 * reading struct flow age: Duration, 1000000000 per second
 * reading struct flow options: bits enum option
 * reading map direction_map key: enum direction
 * reading map direction_map value: component packets
 * word map tenant customers: pin
 * word struct flow bytes: was octets
 * word struct flow busy: number with 1000 per second
 * word struct flow drops: omittable
 * word struct flow small: removed
 * word enum direction RECEIVED: was RECV
 * </pre>
 *
 * <p>An object can have several types with one tag. The second one is {@code struct flow #2}.
 *
 * <p>Each schema has exactly one text. Nestmap rejects a text that contradicts itself, for example after an edit of a size without the
 * type.
 */
public final class SchemaText {
    /** Version of the format, in the first line. Increment it when an old reader would misunderstand a new text. */
    static final int FORMAT = 1;

    /** The first word of the text. */
    static final String FORMAT_WORD = "nestmap-schema";

    /** The suffix of header names. */
    static final String HEADER_SUFFIX = ".bpf.h";

    private SchemaText() {}

    /**
     * Prints a schema. {@link #parse} reads an equal schema from the text.
     *
     * @throws IllegalArgumentException if the schema is inconsistent: a type in use is not declared before the type that uses
     *     it, or two equal types have the same tag
     */
    public static String print(Schema schema) {
        return new SchemaTextWriter().write(schema);
    }

    /** Whether a file claims to be a schema text, of any format: Avro and others use the same suffix. */
    public static boolean isSchemaText(String file) {
        return file.startsWith(FORMAT_WORD + " ");
    }

    /**
     * Parses a schema text.
     *
     * @throws SchemaFormatException with the line number, if it is not a schema text, has an unknown format, or contradicts
     *     itself
     */
    public static Schema parse(String text) {
        return new SchemaTextReader(text).read();
    }
}
