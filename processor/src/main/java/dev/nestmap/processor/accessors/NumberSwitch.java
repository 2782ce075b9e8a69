/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.CodeBlock;
import java.util.Map;

/** Writes a switch over the {@code long} called {@code number}. Java has none: numbers beyond {@code int}, which are rare, are compared one by one. */
final class NumberSwitch {
    private NumberSwitch() {}

    /**
     * Writes the statements.
     *
     * @param results what to return for each number, in order. For all others, the statements that follow run
     */
    static CodeBlock of(Map<Long, CodeBlock> results) {
        CodeBlock.Builder code = CodeBlock.builder();
        results.forEach((number, result) -> {
            if (!isInt(number)) {
                code.beginControlFlow("if (number == $LL)", number)
                        .addStatement("return $L", result)
                        .endControlFlow();
            }
        });
        if (results.keySet().stream().anyMatch(NumberSwitch::isInt)) {
            code.beginControlFlow("if (number == (int) number)").beginControlFlow("switch ((int) number)");
            results.forEach((number, result) -> {
                if (isInt(number)) {
                    code.add("case $L:\n", number)
                            .indent()
                            .addStatement("return $L", result)
                            .unindent();
                }
            });
            code.add("default:\n").indent().addStatement("break").unindent();
            code.endControlFlow().endControlFlow();
        }
        return code.build();
    }

    private static boolean isInt(long number) {
        return number == (int) number;
    }
}
