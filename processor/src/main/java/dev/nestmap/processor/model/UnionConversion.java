/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;
import dev.nestmap.types.Untagged;

/**
 * A union, which Java has as its bytes: {@code Untagged<Address>}.
 *
 * @param union the interface and its C union
 */
public record UnionConversion(UnionModel union) implements Conversion {
    @Override
    public CType type() {
        return union.type();
    }

    @Override
    public TypeName javaType() {
        return ParameterizedTypeName.get(ClassName.get(Untagged.class), union.javaType());
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of("$T.putUntagged($L, $L, $S)", RuntimeClasses.VALUE_BYTES, place, value, component);
    }

    @Override
    public CodeBlock read(CodeBlock place, String component) {
        return CodeBlock.of("$T.INSTANCE.read($L)", union.codec(), place);
    }

    @Override
    public CodeBlock codec(String component) {
        return CodeBlock.of("$T.INSTANCE", union.codec());
    }
}
