/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;

/**
 * A union as the record of its selected member. Only the codec of a struct that also has the {@link Discriminator} can read it.
 *
 * @param union the interface and its C union
 */
public record TaggedUnionConversion(UnionModel union) implements Conversion {
    @Override
    public CType type() {
        return union.type();
    }

    @Override
    public TypeName javaType() {
        return union.javaType();
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of("$T.writeMember($L, $L)", union.codec(), value, place);
    }

    @Override
    public CodeBlock read(CodeBlock place) {
        throw new IllegalStateException("no discriminator selects a member of " + union.javaType());
    }
}
