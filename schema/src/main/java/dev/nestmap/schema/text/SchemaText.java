/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.Schema;

/**
 * The text form of a {@link Schema}: made by the processor, compared with the object by the build and at run time, and
 * read by people in reviews.
 *
 * <p>One fact per line in order of declaration, so that a changed field is one changed line. No date, path or version of
 * Nestmap, so that the same records give the same bytes. Written to files as UTF-8.
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
 * </pre>
 *
 * <p>There is one spelling of each schema. A text whose facts contradict each other, as when a size was edited and the
 * type was not, is refused.
 */
public final class SchemaText {
    /** The number of this format, in the first line. It changes when an old reader would misunderstand a new text. */
    static final int FORMAT = 1;

    /** What the first line begins with. */
    static final String FORMAT_WORD = "nestmap-schema";

    /** What header names end with. */
    static final String HEADER_SUFFIX = ".bpf.h";

    private SchemaText() {}

    /**
     * The text of a schema. {@link #parse} makes an equal schema of it.
     *
     * @throws IllegalArgumentException where the schema is not whole: a type is used that is not among its types, or
     *     not before the type that uses it, or two types have the same tag
     */
    public static String print(Schema schema) {
        return new SchemaTextWriter().write(schema);
    }

    /**
     * The schema of a text.
     *
     * @throws SchemaFormatException with the line number, where it is no schema text, is of an unknown format, or
     *     contradicts itself
     */
    public static Schema parse(String text) {
        return new SchemaTextReader(text).read();
    }
}
