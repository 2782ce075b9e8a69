/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;

/** A conversion of a type that is one number in C, so that it can be a bit-field. */
public interface NumberConversion extends Conversion {
    /**
     * An expression for a value's number in C as a {@code long}, zero- or sign-extended like the C type.
     *
     * @param value the value, as an expression
     * @param component the value's name in error messages
     */
    CodeBlock number(CodeBlock value, String component);

    /** An expression that reads this number from a place. */
    CodeBlock number(CodeBlock place);

    /** An expression for the value with this number, which is a {@code long}. */
    CodeBlock value(CodeBlock number, String component);

    @Override
    default CodeBlock read(CodeBlock place, String component) {
        return value(number(place), component);
    }
}
