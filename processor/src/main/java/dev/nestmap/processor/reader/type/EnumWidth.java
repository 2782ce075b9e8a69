/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.Width;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import javax.lang.model.element.TypeElement;

/** The width annotation on an enum. */
record EnumWidth(TypeElement type, Problems problems) {
    /** The enum with the annotated width; unchanged if there is no annotation, or if it is rejected. */
    EnumType of(EnumType natural) {
        List<Width> widths = Width.on(type);
        if (widths.size() > 1) {
            problems.error(
                    SourceLocation.of(type),
                    Rule.SEVERAL_WIDTHS,
                    "enum " + type.getSimpleName(),
                    widths.get(0).spelling(),
                    widths.get(1).spelling());
        }
        return widths.stream()
                .findFirst()
                .filter(width -> isValid(natural, width))
                .map(width ->
                        new EnumType(natural.name(), width.scalar().size(), natural.signed(), natural.constants()))
                .orElse(natural);
    }

    private boolean isValid(EnumType natural, Width width) {
        Scalar carrier = width.scalar();
        for (EnumType.Constant constant : natural.constants()) {
            if (!EnumConstantReader.fits(constant.value(), carrier)) {
                problems.error(
                        SourceLocation.of(type),
                        Rule.ENUM_VALUE_TOO_WIDE,
                        constant.value(),
                        constant.name(),
                        carrier.spelling(),
                        "use another value, or another width annotation on the enum");
                return false;
            }
        }
        if (carrier.signed() && !natural.signed()) {
            problems.error(
                    SourceLocation.of(type),
                    Rule.RECORD_ANNOTATION_DOES_NOT_FIT,
                    width.spelling(),
                    "enum " + type.getSimpleName(),
                    "BTF describes an enum without negative constants as unsigned",
                    "use @" + width.spelling().replace('S', 'U'));
        }
        return carrier.signed() == natural.signed();
    }
}
