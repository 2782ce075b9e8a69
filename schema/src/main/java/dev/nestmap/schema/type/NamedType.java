/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/** A type that has a tag in C, or can have one: {@code struct tag}, {@code union tag} or {@code enum tag}. */
public sealed interface NamedType extends CType permits StructType, UnionType, EnumType {
    /** The tag, empty where it has none. Tags of all kinds share one name space. */
    String name();
}
