/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import dev.nestmap.processor.binding.Conversion;
import dev.nestmap.processor.binding.EnumBinding;
import dev.nestmap.processor.binding.EnumConversion;
import dev.nestmap.schema.EnumType;
import dev.nestmap.schema.Scalar;
import dev.nestmap.schema.rules.Rule;
import java.util.Optional;
import javax.lang.model.element.ElementKind;

/** An enum: a C enum, or an integer of the width that the component says. */
record EnumReader(TypeReader types, Problems problems) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return TypeReader.declared(component, ElementKind.ENUM).isPresent();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        Optional<Width> width = component.width(problems);
        return TypeReader.declared(component, ElementKind.ENUM)
                .flatMap(type -> types.enumOf(type, component.place()))
                .flatMap(binding -> conversion(component, binding, width));
    }

    private Optional<Conversion> conversion(Component component, EnumBinding binding, Optional<Width> width) {
        if (width.isEmpty()) {
            return Optional.of(new EnumConversion(binding, binding.type()));
        }
        Scalar carrier = width.get().scalar();
        for (EnumType.Constant constant : binding.type().constants()) {
            if (!EnumConstants.fits(constant.value(), carrier)) {
                problems.error(
                        component.place(),
                        Rule.ENUM_VALUE_TOO_WIDE,
                        constant.value(),
                        constant.name(),
                        carrier.spelling(),
                        ", or the component a wider annotation");
                return Optional.empty();
            }
        }
        return Optional.of(new EnumConversion(binding, carrier));
    }
}
