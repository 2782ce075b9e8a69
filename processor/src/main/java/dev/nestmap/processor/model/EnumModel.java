/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.type.EnumType;
import java.util.List;
import java.util.Optional;

/**
 * A Java enum that is a C enum.
 *
 * @param javaType the enum
 * @param codec the class that turns constants into numbers and back
 * @param type the C enum
 * @param constants the constants in order, except for {@code unknown}
 * @param unknown the name of the {@code @EnumValue(unknown = true)} constant, which stands for every other number; empty if there is none
 */
public record EnumModel(
        ClassName javaType, ClassName codec, EnumType type, List<Constant> constants, Optional<String> unknown)
        implements TypeModel {
    /** A constant: its name in Java, and its number in C. */
    public record Constant(String name, long number) {}
}
