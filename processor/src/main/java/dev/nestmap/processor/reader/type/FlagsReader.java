/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreTypes;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.FlagsConversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.Width;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;

/** A {@link Set} of an enum's constants: flags, each a bit of an unsigned integer. */
record FlagsReader(CTypeReader types, WidthCheck widths, Problems problems) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return enumOf(component).isPresent();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        Optional<Width> width = component.width(problems);
        Scalar carrier = width.map(Width::scalar).orElse(Scalar.U32);
        Optional<EnumModel> model = enumOf(component).flatMap(type -> types.enumOf(type, component.place()));
        if (model.isEmpty()
                || !isPossible(component)
                || !widths.fitsLong(component, width)
                || !isUnsigned(component, carrier)) {
            return Optional.empty();
        }
        for (EnumType.Constant constant : model.get().type().constants()) {
            if (constant.value() < 0 || constant.value() >= 8 * carrier.size()) {
                problems.error(
                        component.place(),
                        Rule.ENUM_VALUE_TOO_WIDE,
                        constant.value(),
                        constant.name(),
                        carrier.spelling() + " as a bit number",
                        "use a value from 0 to " + (8 * carrier.size() - 1)
                                + ", or a wider annotation on the component");
                return Optional.empty();
            }
        }
        return Optional.of(new FlagsConversion(model.get(), carrier));
    }

    private boolean isPossible(Component component) {
        if (component.depth() > 0) {
            problems.error(
                    component.place(),
                    Rule.NO_C_FORM,
                    component.qualifiedName(),
                    component.typeName() + "[]",
                    "Java can't create arrays of a generic type",
                    "an array of records that contain the set");
        }
        return component.depth() == 0;
    }

    private boolean isUnsigned(Component component, Scalar carrier) {
        if (carrier.signed()) {
            problems.error(
                    component.place(),
                    Rule.WIDTH_DOES_NOT_FIT,
                    component.width(problems).orElseThrow().spelling(),
                    component.qualifiedName(),
                    component.typeName(),
                    "flags are the bits of an unsigned integer in C",
                    "@" + carrier.name().replace('S', 'U'));
        }
        return !carrier.signed();
    }

    private static Optional<TypeElement> enumOf(Component component) {
        if (!component.is(Set.class)) {
            return Optional.empty();
        }
        List<? extends TypeMirror> arguments =
                MoreTypes.asDeclared(component.type()).getTypeArguments();
        return arguments.size() == 1
                ? CTypeReader.declared(component.as(arguments.get(0)), ElementKind.ENUM)
                : Optional.empty();
    }
}
