/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import dev.nestmap.processor.binding.Conversion;
import dev.nestmap.processor.binding.StructConversion;
import java.util.Optional;
import javax.lang.model.element.ElementKind;

/** A record: a struct in the struct. */
record RecordReader(TypeReader types, WidthCheck widths) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return TypeReader.declared(component, ElementKind.RECORD).isPresent();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        widths.none(component, "a record is a struct of its own", "the annotation on the record's components");
        return TypeReader.declared(component, ElementKind.RECORD)
                .flatMap(type -> types.structOf(type, component.place()))
                .map(StructConversion::new);
    }
}
