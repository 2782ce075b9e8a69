/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

/**
 * One identifier that is declared at file scope where a header is included.
 *
 * @param identifier how it is spelt in C
 * @param space the name space of C that it is in
 * @param owner the tag, the map's name or, for what belongs to the header as a whole, the header's name that it comes from
 * @param what what it is, for people: {@code helper tenant_flow_lookup of map tenant}
 * @param header the header that declares it, without {@code .bpf.h}
 */
public record HeaderName(String identifier, Space space, String owner, String what, String header) {
    /** The name spaces of C, as far as file scope has them. */
    public enum Space {
        /** Tags of structs, unions and enums. */
        TAG,
        /** Variables, functions and enumerators. */
        ORDINARY,
        /** Macros, which the preprocessor replaces wherever they stand. */
        MACRO
    }

    /** Whether C can't have both. */
    boolean clashesWith(HeaderName other) {
        return identifier.equals(other.identifier)
                && (space == other.space || space == Space.MACRO || other.space == Space.MACRO);
    }
}
