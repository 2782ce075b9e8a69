/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.type.NamedType;

/** A record, enum or sealed interface that is a C type. */
public sealed interface TypeModel permits StructModel, EnumModel, UnionModel {
    /** The Java type. */
    ClassName javaType();

    /** The generated class that converts its values to bytes or numbers and back. */
    ClassName codec();

    /** The C type. */
    NamedType type();
}
