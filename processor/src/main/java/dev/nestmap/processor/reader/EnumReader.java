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
        Scalar carrier = width.map(Width::scalar).orElse(binding.type().signed() ? Scalar.S32 : Scalar.U32);
        for (EnumType.Constant constant : binding.type().constants()) {
            if (!fits(constant.value(), carrier)) {
                problems.error(
                        width.map(component::place).orElse(component.place()),
                        Rule.ENUM_VALUE_TOO_WIDE,
                        constant.value(),
                        constant.name(),
                        carrier.spelling());
                return Optional.empty();
            }
        }
        return Optional.of(new EnumConversion(binding, width.isPresent() ? carrier : binding.type()));
    }

    private static boolean fits(long value, Scalar carrier) {
        int bits = Math.toIntExact(8 * carrier.size());
        if (bits == Long.SIZE) {
            return carrier.signed() || value >= 0;
        }
        long min = carrier.signed() ? -1L << (bits - 1) : 0;
        long max = carrier.signed() ? ~min : (1L << bits) - 1;
        return value >= min && value <= max;
    }
}
