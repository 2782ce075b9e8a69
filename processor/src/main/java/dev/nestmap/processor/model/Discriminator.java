/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import java.util.List;

/**
 * A component that selects the member of a union in the same struct.
 *
 * @param union the union
 * @param component the name of the component
 * @param offset its offset in the struct
 * @param conversion the conversion of its value
 * @param cases the members of the union, in order
 */
public record Discriminator(
        UnionModel union, String component, long offset, NumberConversion conversion, List<Case> cases) {
    /** A member, and the numbers that select it. */
    public record Case(UnionModel.Member member, List<Long> numbers) {}

    /** The generated method that returns which member a number selects. */
    public static String method(String unionComponent) {
        return unionComponent + "Member";
    }

    /** An expression for the union's member, after a check that the discriminator selects it. */
    CodeBlock memberToWrite(String variable, String unionComponent, String owner) {
        CodeBlock value = CodeBlock.of("$L.$L()", variable, component);
        return CodeBlock.of(
                "$T.requireSelected($L.$L(),$W$L,$W$L,$W$S,$W$S)",
                RuntimeClasses.UNION_BYTES,
                variable,
                unionComponent,
                conversion.number(value, owner + "." + component),
                lambda(unionComponent),
                owner + "." + unionComponent,
                component);
    }

    /** An expression that reads the selected member. */
    CodeBlock selectedMember(CodeBlock place, String unionComponent, String owner) {
        CodeBlock member = CodeBlock.of(
                "$T.selectedMember($L,$W$L,$W$T.class,$W$S)",
                RuntimeClasses.UNION_BYTES,
                conversion.number(RuntimeClasses.place("from", offset)),
                lambda(unionComponent),
                union.javaType(),
                owner + "." + component);
        return CodeBlock.of("$T.readMember($L,$W$L)", union.codec(), member, place);
    }

    private static CodeBlock lambda(String unionComponent) {
        return CodeBlock.of("number -> $L(number)", method(unionComponent));
    }
}
