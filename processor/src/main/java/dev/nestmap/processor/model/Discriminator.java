/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import java.util.List;

/**
 * What says which member of a union a component of the same struct is.
 *
 * @param union the union
 * @param component the name of the component that says it
 * @param offset where that one is in the struct
 * @param conversion how that one is written and read
 * @param cases for each member of the union, in order, the numbers that stand for it
 */
public record Discriminator(
        UnionModel union, String component, long offset, NumberConversion conversion, List<List<Long>> cases) {
    /** Copies the list. */
    public Discriminator {
        cases = List.copyOf(cases);
    }

    /** The method beside a codec's that says which member a number stands for. */
    public static String method(String unionComponent) {
        return unionComponent + "Member";
    }

    /** The member of a record, known to be the one that is said. */
    CodeBlock written(String variable, String unionComponent, String owner) {
        CodeBlock said = CodeBlock.of("$L.$L()", variable, component);
        return CodeBlock.of(
                "$T.written($L.$L(),$W$L,$W$L,$W$S,$W$S)",
                RuntimeClasses.WIRE_UNIONS,
                variable,
                unionComponent,
                conversion.number(said, owner + "." + component),
                lambda(unionComponent),
                owner + "." + unionComponent,
                component);
    }

    /** Reads the member that is said. */
    CodeBlock read(CodeBlock place, String unionComponent, String owner) {
        CodeBlock member = CodeBlock.of(
                "$T.read($L,$W$L,$W$T.class,$W$S)",
                RuntimeClasses.WIRE_UNIONS,
                conversion.number(RuntimeClasses.place("from", offset)),
                lambda(unionComponent),
                union.union(),
                owner + "." + component);
        return CodeBlock.of("$T.readMember($L,$W$L)", union.codec(), member, place);
    }

    private static CodeBlock lambda(String unionComponent) {
        return CodeBlock.of("number -> $L(number)", method(unionComponent));
    }
}
