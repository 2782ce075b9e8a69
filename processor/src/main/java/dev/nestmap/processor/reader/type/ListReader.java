/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.ArrayConversion;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.ListConversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.ListType;
import java.util.Optional;
import javax.lang.model.util.Types;

/** The types of {@link ListType}: arrays of the C types of {@code int} and {@code long}. */
record ListReader(CTypeReader types, SizeCheck sizes, Types javaTypes) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return ListType.of(component).isPresent();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        ListType list = ListType.of(component).orElseThrow();
        Component element = component.as(javaTypes.getPrimitiveType(list.element()));
        return types.component(element)
                .filter(conversion -> sizes.fits(component, conversion.type()))
                .map(conversion -> new ListConversion(
                        new ArrayConversion(conversion, component.size()), ClassName.get(list.list())));
    }
}
