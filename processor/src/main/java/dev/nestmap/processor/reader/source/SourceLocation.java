/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import org.jspecify.annotations.Nullable;

/** Where in the source a message points. */
public record SourceLocation(
        Element element,
        @Nullable AnnotationMirror annotation,
        @Nullable AnnotationValue value) {

    public static SourceLocation of(Element element) {
        return new SourceLocation(declared(element), null, null);
    }

    public static SourceLocation of(Element element, AnnotationMirror annotation) {
        return new SourceLocation(declared(element), annotation, null);
    }

    /** The value that was written for this attribute, or the annotation where the attribute was left out. */
    public static SourceLocation of(Element element, AnnotationMirror annotation, String attribute) {
        return ofWritten(element, annotation, attribute).orElseGet(() -> of(element, annotation));
    }

    /** The value that was written for this attribute; empty where it was left to its default. */
    public static Optional<SourceLocation> ofWritten(Element element, AnnotationMirror annotation, String attribute) {
        return annotation.getElementValues().entrySet().stream()
                .filter(entry -> entry.getKey().getSimpleName().contentEquals(attribute))
                .map(entry -> new SourceLocation(declared(element), annotation, entry.getValue()))
                .findFirst();
    }

    /**
     * javac 17 knows no position of a record component, but that of the field that it makes of it, which is the same. Of
     * the component's annotations it knows none (up to javac 25), as they don't apply to the field.
     */
    private static Element declared(Element element) {
        if (element.getKind() != ElementKind.RECORD_COMPONENT) {
            return element;
        }
        return EnclosingTypes.of(element).getEnclosedElements().stream()
                .filter(sibling -> sibling.getKind() == ElementKind.FIELD)
                .filter(sibling -> sibling.getSimpleName().equals(element.getSimpleName()))
                .findFirst()
                .map(Element.class::cast)
                .orElse(element);
    }
}
