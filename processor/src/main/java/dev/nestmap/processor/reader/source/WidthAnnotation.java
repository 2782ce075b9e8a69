/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.Pointer;
import dev.nestmap.annotations.U8;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.Element;

/**
 * An annotation that sets the width of a component in C. It has the name of its type in C, such as {@code @Be16}, or is {@link Pointer}.
 *
 * @param spelling the annotation's simple name, without the {@code @}
 */
public record WidthAnnotation(String spelling, Scalar scalar) {
    private static final String PACKAGE = U8.class.getPackageName() + ".";

    private static final List<WidthAnnotation> ALL = Stream.concat(
                    Stream.of(Scalar.values())
                            .map(scalar -> new WidthAnnotation(RuntimeClasses.suffix(scalar), scalar)),
                    Stream.of(new WidthAnnotation(Pointer.class.getSimpleName(), Scalar.U64)))
            .toList();

    /** The width annotations on a component, in the order of the source. */
    public static List<WidthAnnotation> on(Element component) {
        return component.getAnnotationMirrors().stream()
                .map(mirror -> MoreElements.asType(mirror.getAnnotationType().asElement()))
                .flatMap(annotation -> ALL.stream()
                        .filter(width -> annotation.getQualifiedName().contentEquals(PACKAGE + width.spelling)))
                .toList();
    }

    /**
     * The width annotation on an element. Reports several, and returns the first.
     *
     * @param what the element in messages
     */
    public static Optional<WidthAnnotation> of(Element element, String what, Problems problems) {
        List<WidthAnnotation> widths = on(element);
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

    /** The pointer that {@link Pointer} on an element declares; empty if it declares a number. */
    public static Optional<PointerType> pointer(Element element) {
        return AnnotationUse.on(element, Pointer.class)
                .map(use -> use.text("value"))
                .map(PointerType::new);
    }
}
