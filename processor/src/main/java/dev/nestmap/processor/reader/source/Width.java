/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Be32;
import dev.nestmap.annotations.Be64;
import dev.nestmap.annotations.S128;
import dev.nestmap.annotations.S16;
import dev.nestmap.annotations.S32;
import dev.nestmap.annotations.S64;
import dev.nestmap.annotations.S8;
import dev.nestmap.annotations.U128;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.Scalar;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.Element;

/** The annotations that set the width of a component in C. */
public enum Width {
    U8_(U8.class, Scalar.U8),
    U16_(U16.class, Scalar.U16),
    U32_(U32.class, Scalar.U32),
    U64_(U64.class, Scalar.U64),
    S8_(S8.class, Scalar.S8),
    S16_(S16.class, Scalar.S16),
    S32_(S32.class, Scalar.S32),
    S64_(S64.class, Scalar.S64),
    BE16_(Be16.class, Scalar.BE16),
    BE32_(Be32.class, Scalar.BE32),
    BE64_(Be64.class, Scalar.BE64),
    U128_(U128.class, Scalar.U128),
    S128_(S128.class, Scalar.S128);

    private final Class<? extends Annotation> annotation;
    private final Scalar scalar;

    Width(Class<? extends Annotation> annotation, Scalar scalar) {
        this.annotation = annotation;
        this.scalar = scalar;
    }

    /** The width annotations on a component, in the order of the source. */
    public static List<Width> on(Element component) {
        return component.getAnnotationMirrors().stream()
                .flatMap(mirror -> Arrays.stream(values())
                        .filter(width -> MoreElements.asType(
                                        mirror.getAnnotationType().asElement())
                                .getQualifiedName()
                                .contentEquals(width.annotation.getName())))
                .toList();
    }

    /**
     * The width annotation on an element. Reports several, and returns the first.
     *
     * @param what the element in messages
     */
    public static Optional<Width> of(Element element, String what, Problems problems) {
        List<Width> widths = on(element);
        if (widths.size() > 1) {
            problems.error(
                    SourceLocation.of(element),
                    Rule.SEVERAL_WIDTHS,
                    what,
                    widths.get(0).spelling(),
                    widths.get(1).spelling());
        }
        return widths.stream().findFirst();
    }

    public Scalar scalar() {
        return scalar;
    }

    /** The annotation's simple name, without the {@code @}. */
    public String spelling() {
        return annotation.getSimpleName();
    }
}
