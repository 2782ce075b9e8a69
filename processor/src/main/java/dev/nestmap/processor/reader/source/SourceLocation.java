/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import org.jspecify.annotations.Nullable;

/** A place in the source that a message points to. */
public record SourceLocation(
        Element element,
        @Nullable AnnotationMirror annotation,
        @Nullable AnnotationValue value) {

    public static SourceLocation of(Element element) {
        return new SourceLocation(declared(element), null, null);
    }

    static SourceLocation of(Element element, AnnotationMirror annotation, @Nullable AnnotationValue value) {
        return new SourceLocation(declared(element), annotation, value);
    }

    /**
     * Returns the field of a record component. javac 17 has no position for a component, but its field has the same position. If an
     * annotation of a component does not apply to the field, javac up to 25 has no position for it.
     */
    private static Element declared(Element element) {
        if (element.getKind() != ElementKind.RECORD_COMPONENT) {
            return element;
        }
        return EnclosingTypeFinder.of(element).getEnclosedElements().stream()
                .filter(sibling -> sibling.getKind() == ElementKind.FIELD)
                .filter(sibling -> sibling.getSimpleName().equals(element.getSimpleName()))
                .findFirst()
                .map(Element.class::cast)
                .orElse(element);
    }
}
