/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.ArrayConversion;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.reader.source.Component;
import java.util.Optional;
import javax.lang.model.type.TypeKind;

/** An array: an array of the elements' C type. */
record ArrayReader(CTypeReader types, SizeCheck sizes) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return component.type().getKind() == TypeKind.ARRAY;
    }

    @Override
    public Optional<Conversion> read(Component component) {
        return types.component(component.element())
                .filter(element -> sizes.fits(component, element.type()))
                .map(element -> new ArrayConversion(element, component.size()));
    }
}
