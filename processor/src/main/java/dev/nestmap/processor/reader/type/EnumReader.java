/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EnumConversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.Width;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import java.util.Optional;
import javax.lang.model.element.ElementKind;

/** An enum: a C enum, or an integer if the component has a width annotation. */
record EnumReader(CTypeReader types, WidthCheck widths, Problems problems) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return CTypeReader.declared(component, ElementKind.ENUM).isPresent();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        Optional<Width> width = component.width(problems);
        return CTypeReader.declared(component, ElementKind.ENUM)
                .flatMap(type -> types.enumOf(type, component.place()))
                .flatMap(model -> conversion(component, model, width));
    }

    private Optional<Conversion> conversion(Component component, EnumModel model, Optional<Width> width) {
        if (width.isEmpty()) {
            return Optional.of(new EnumConversion(model, model.type()));
        }
        if (!widths.fitsLong(component, width)) {
            return Optional.empty();
        }
        Scalar carrier = width.get().scalar();
        for (EnumType.Constant constant : model.type().constants()) {
            if (!EnumConstantReader.fits(constant.value(), carrier)) {
                problems.error(
                        component.place(),
                        Rule.ENUM_VALUE_TOO_WIDE,
                        constant.value(),
                        constant.name(),
                        carrier.spelling(),
                        "use another value, or another width annotation on the component");
                return Optional.empty();
            }
        }
        return Optional.of(new EnumConversion(model, carrier));
    }
}
