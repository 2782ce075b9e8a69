/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;

/** A {@code long} as a pointer: its address. */
public record PointerConversion(PointerType type) implements Conversion {
    @Override
    public TypeName javaType() {
        return TypeName.LONG;
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return RuntimeClasses.put(Scalar.U64, place, value, false, component);
    }

    @Override
    public CodeBlock read(CodeBlock place, String component) {
        return RuntimeClasses.get(Scalar.U64, place);
    }
}
