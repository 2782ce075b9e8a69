/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import java.util.Optional;

/**
 * A record component and its place in the bytes of the struct or value that it is part of.
 *
 * @param name the component's name
 * @param offset bytes from the start
 * @param conversion how its value is written and read
 * @param discriminator of a union what says which member it is
 */
public record ComponentModel(String name, long offset, Conversion conversion, Optional<Discriminator> discriminator) {
    /** A component about which its own bytes say all. */
    public ComponentModel(String name, long offset, Conversion conversion) {
        this(name, offset, conversion, Optional.empty());
    }

    /**
     * An expression that writes the component.
     *
     * @param variable the variable that has the record
     * @param owner what the record is called in messages
     */
    public CodeBlock write(String variable, String owner) {
        CodeBlock value = discriminator
                .map(said -> said.written(variable, name, owner))
                .orElseGet(() -> CodeBlock.of("$L.$L()", variable, name));
        return conversion.write(RuntimeClasses.place("to", offset), value, owner + "." + name);
    }

    /** An expression that reads the component. */
    public CodeBlock read(String owner) {
        CodeBlock place = RuntimeClasses.place("from", offset);
        return discriminator.map(said -> said.read(place, name, owner)).orElseGet(() -> conversion.read(place));
    }
}
