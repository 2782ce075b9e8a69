/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;

/**
 * A record component and its offset in its struct or value.
 *
 * @param name the component's name
 * @param offset bytes from the start
 * @param conversion the conversion of its value
 */
public record ComponentModel(String name, long offset, Conversion conversion) {
    /**
     * An expression that writes the component.
     *
     * @param variable the variable that has the record
     * @param owner the record's name in messages
     */
    public CodeBlock write(String variable, String owner) {
        CodeBlock value = CodeBlock.of("$L.$L()", variable, name);
        return conversion.write(RuntimeClasses.place("to", offset), value, owner + "." + name);
    }

    /** An expression that reads the component. */
    public CodeBlock read(String owner) {
        return conversion.read(RuntimeClasses.place("from", offset), owner + "." + name);
    }
}
