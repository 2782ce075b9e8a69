/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;
import dev.nestmap.types.Untagged;

/**
 * A union: the record of its selected member, or without a discriminator its bytes.
 *
 * @param union the interface and its C union
 * @param isTagged whether a {@link Discriminator} selects the member. Only the codec of a struct that also has this component can read it
 */
public record UnionConversion(UnionModel union, boolean isTagged) implements Conversion {
    @Override
    public CType type() {
        return union.type();
    }

    @Override
    public TypeName javaType() {
        return isTagged ? union.javaType() : untagged(union);
    }

    /** {@code Untagged<Address>}. */
    public static TypeName untagged(UnionModel union) {
        return ParameterizedTypeName.get(ClassName.get(Untagged.class), union.javaType());
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        return isTagged
                ? CodeBlock.of("$T.writeMember($L, $L)", union.codec(), value, place)
                : CodeBlock.of("$T.put($L, $L, $S)", RuntimeClasses.UNION_BYTES, place, value, component);
    }

    @Override
    public CodeBlock read(CodeBlock place, String component) {
        if (isTagged) {
            throw new IllegalStateException("no discriminator selects a member of " + union.javaType());
        }
        return CodeBlock.of("$T.INSTANCE.read($L)", union.codec(), place);
    }

    @Override
    public CodeBlock codec(String component) {
        return CodeBlock.of("$T.INSTANCE", union.codec());
    }
}
