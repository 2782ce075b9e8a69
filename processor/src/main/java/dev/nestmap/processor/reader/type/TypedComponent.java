/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.reader.source.Component;

/** A component that has been read, and the conversion of its values. */
public record TypedComponent(Component component, Conversion conversion) {
    /** Whether a conversion stands in for that of a component that was rejected. */
    public static boolean isRejected(Conversion conversion) {
        return conversion.equals(ComponentReader.PLACEHOLDER);
    }

    public String name() {
        return component.name();
    }

    /** The component as a whole key, value or variable, which begins at offset 0. */
    public ComponentModel whole() {
        return new ComponentModel(name(), 0, conversion);
    }
}
