/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.binding;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.CType;

/**
 * A nested record, by its own codec.
 *
 * @param struct the record and the C struct that it is
 */
public record StructConversion(StructBinding struct) implements Conversion {
    @Override
    public CType type() {
        return struct.type();
    }

    @Override
    public TypeName javaType() {
        return struct.record();
    }

    @Override
    public CodeBlock write(CodeBlock at, CodeBlock value, String component) {
        return CodeBlock.of(
                "$T.INSTANCE.write($T.present($L, $S), to, $L)", struct.codec(), Spi.WIRE, value, component, at);
    }

    @Override
    public CodeBlock read(CodeBlock at) {
        return CodeBlock.of("$T.INSTANCE.read(from, $L)", struct.codec(), at);
    }

    @Override
    public CodeBlock codec(String component) {
        return CodeBlock.of("$T.INSTANCE", struct.codec());
    }
}
