/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.BooleanConversion;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.reader.source.Component;
import java.util.Optional;
import javax.lang.model.type.TypeKind;

/** {@code boolean}: C's {@code bool}. */
record BooleanReader(WidthCheck widths) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return component.type().getKind() == TypeKind.BOOLEAN;
    }

    @Override
    public Optional<Conversion> read(Component component) {
        widths.reject(component, "a bool in C has one byte, 0 or 1", "boolean without an annotation, or an integer");
        return Optional.of(new BooleanConversion());
    }
}
