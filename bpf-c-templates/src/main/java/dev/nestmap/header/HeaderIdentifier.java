/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

/**
 * An identifier that a header declares at file scope.
 *
 * @param identifier the name in C
 * @param space the C name space
 * @param owner the tag or map that the identifier belongs to, or the header if it belongs to no single one; empty for the structs of
 *     addresses and prefixes
 * @param what a description for messages: {@code helper tenant_flow_lookup of map tenant}
 */
public record HeaderIdentifier(String identifier, Space space, String owner, String what) {
    /** The name spaces of C at file scope. */
    public enum Space {
        /** Tags of structs, unions and enums. */
        TAG,
        /** Variables, functions and enumerators. */
        ORDINARY,
        /** Macros. The preprocessor replaces their names in every name space. */
        MACRO
    }

    /** Whether C rejects the two identifiers in one scope. */
    boolean clashesWith(HeaderIdentifier other) {
        return identifier.equals(other.identifier)
                && (space == other.space || space == Space.MACRO || other.space == Space.MACRO);
    }
}
