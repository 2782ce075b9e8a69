/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/** A type that can have a tag in C: {@code struct tag}, {@code union tag} or {@code enum tag}. */
public sealed interface NamedType extends CType permits StructType, UnionType, EnumType {
    /** The tag; empty if it has none. Structs, unions and enums share one name space. */
    String name();

    /** {@code struct}, {@code union} or {@code enum}. */
    String keyword();

    @Override
    default String spelling() {
        return (keyword() + " " + name()).strip();
    }

    /** This type with another tag. */
    NamedType withName(String other);
}
