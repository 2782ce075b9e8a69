/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;

/**
 * A union by the record that is its member. It is read where its {@link Discriminator} is at hand, as a part of the same struct.
 *
 * @param union the interface and the C union that it is
 */
public record TaggedConversion(UnionModel union) implements Conversion {
    @Override
    public CType type() {
        return union.type();
    }

    @Override
    public TypeName javaType() {
        return union.union();
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return CodeBlock.of("$T.writeMember($L, $L)", union.codec(), value, place);
    }

    @Override
    public CodeBlock read(CodeBlock place) {
        throw new IllegalStateException("nothing says which member of " + union.union() + " it is");
    }
}
