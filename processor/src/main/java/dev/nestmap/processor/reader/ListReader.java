/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.binding.ArrayConversion;
import dev.nestmap.processor.binding.Conversion;
import dev.nestmap.processor.binding.ListConversion;
import java.util.Optional;
import javax.lang.model.util.Types;

/** The types of {@link ListType}: arrays of what {@code int} and {@code long} are in C. */
record ListReader(TypeReader types, SizeCheck sizes, Types javaTypes) implements ComponentReader {
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
