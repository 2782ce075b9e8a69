/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.CodeBlock;
import java.util.Optional;

/**
 * A record component and its offset in its struct or value.
 *
 * @param name the component's name
 * @param offset bytes from the start
 * @param conversion the conversion of its value
 * @param discriminator the component that selects the member, if this component is a tagged union
 */
public record ComponentModel(String name, long offset, Conversion conversion, Optional<Discriminator> discriminator) {
    /** A component that needs no discriminator. */
    public ComponentModel(String name, long offset, Conversion conversion) {
        this(name, offset, conversion, Optional.empty());
    }

    /**
     * An expression that writes the component.
     *
     * @param variable the variable that has the record
     * @param owner the record's name in messages
     */
    public CodeBlock write(String variable, String owner) {
        CodeBlock value = discriminator
                .map(found -> found.memberToWrite(variable, name, owner))
                .orElseGet(() -> CodeBlock.of("$L.$L()", variable, name));
        return conversion.write(RuntimeClasses.place("to", offset), value, owner + "." + name);
    }

    /** An expression that reads the component. */
    public CodeBlock read(String owner) {
        CodeBlock place = RuntimeClasses.place("from", offset);
        return discriminator
                .map(found -> found.selectedMember(place, name, owner))
                .orElseGet(() -> conversion.read(place, owner + "." + name));
    }
}
