/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;

/**
 * A nested record, which its own codec writes and reads.
 *
 * @param struct the record and its C struct
 */
public record StructConversion(StructModel struct) implements Conversion {
    @Override
    public CType type() {
        return struct.type();
    }

    @Override
    public TypeName javaType() {
        return struct.javaType();
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of(
                "$T.INSTANCE.write($T.present($L, $S), $L)",
                struct.codec(),
                RuntimeClasses.SCALARS,
                value,
                component,
                place);
    }

    @Override
    public CodeBlock read(CodeBlock place) {
        return CodeBlock.of("$T.INSTANCE.read($L)", struct.codec(), place);
    }

    @Override
    public CodeBlock codec(String size, String component) {
        return CodeBlock.of("$T.INSTANCE", struct.codec());
    }
}
