/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.binding.ArrayConversion;
import dev.nestmap.processor.binding.Conversion;
import dev.nestmap.processor.binding.ListConversion;
import dev.nestmap.types.IntList;
import dev.nestmap.types.LongList;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.type.TypeKind;
import javax.lang.model.util.Types;

/** {@link IntList} and {@link LongList}: arrays of what {@code int} and {@code long} are in C. */
record ListReader(TypeReader types, SizeCheck sizes, Types javaTypes) implements ComponentReader {
    private static final Map<Class<?>, TypeKind> ELEMENTS =
            Map.of(IntList.class, TypeKind.INT, LongList.class, TypeKind.LONG);

    @Override
    public boolean reads(Component component) {
        return list(component).isPresent();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        Class<?> list = list(component).orElseThrow();
        Component element = component.as(javaTypes.getPrimitiveType(ELEMENTS.get(list)));
        return types.component(element)
                .filter(conversion -> sizes.fits(component, conversion.type()))
                .map(conversion ->
                        new ListConversion(new ArrayConversion(conversion, component.size()), ClassName.get(list)));
    }

    private static Optional<Class<?>> list(Component component) {
        return ELEMENTS.keySet().stream().filter(component::is).findFirst();
    }
}
