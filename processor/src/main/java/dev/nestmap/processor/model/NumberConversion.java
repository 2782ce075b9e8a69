/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;

/** A conversion of what is one number in C: it may have a bit-field, and may say which member a union is. */
public interface NumberConversion extends Conversion {
    /**
     * An expression for the number that a value is in C, as a {@code long}: zero- or sign-extended as the C type is.
     *
     * @param value the value, as an expression
     * @param component what the value is called in error messages
     */
    CodeBlock number(CodeBlock value, String component);

    /** An expression that reads this number from a place. */
    CodeBlock number(CodeBlock place);

    /** An expression of the value that a number, which is a {@code long}, stands for. */
    CodeBlock value(CodeBlock number);
}
