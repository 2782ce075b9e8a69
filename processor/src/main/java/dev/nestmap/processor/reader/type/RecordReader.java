/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.StructConversion;
import dev.nestmap.processor.reader.source.Component;
import java.util.Optional;
import javax.lang.model.element.ElementKind;

/** A record: a nested struct. */
record RecordReader(CTypeReader types, WidthCheck widths) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return CTypeReader.declared(component, ElementKind.RECORD).isPresent();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        widths.reject(component, "a record is a struct in C", "the annotation on the components of the record");
        return CTypeReader.declared(component, ElementKind.RECORD)
                .flatMap(type -> types.structOf(type, component.place()))
                .map(StructConversion::new);
    }
}
