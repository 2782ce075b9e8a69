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
 * @param type the C enum, with constants in the order of {@code constants}
 * @param constants the names of the Java constants in order
 * @param unknown the name of the {@code @EnumValue(unknown = true)} constant, which stands for every other number; empty if there is none
 */
public record EnumModel(
        ClassName javaType, ClassName codec, EnumType type, List<String> constants, Optional<String> unknown)
        implements TypeModel {}
