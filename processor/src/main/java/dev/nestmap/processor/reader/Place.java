/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.AnnotationMirrors;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import org.jspecify.annotations.Nullable;

/** Where in the source a message points. */
record Place(
        Element element,
        @Nullable AnnotationMirror annotation,
        @Nullable AnnotationValue value) {

    static Place of(Element element) {
        return new Place(declared(element), null, null);
    }

    static Place of(Element element, AnnotationMirror annotation) {
        return new Place(declared(element), annotation, null);
    }

    /** The value that was written for this attribute, or the annotation where the attribute was left out. */
    static Place of(Element element, AnnotationMirror annotation, String attribute) {
        Optional<? extends AnnotationValue> written = annotation.getElementValues().entrySet().stream()
                .filter(entry -> entry.getKey().getSimpleName().contentEquals(attribute))
                .map(entry -> entry.getValue())
                .findFirst();
        return new Place(declared(element), annotation, written.orElse(null));
    }

    /** Whether this attribute was written and not left to its default. */
    static boolean isWritten(AnnotationMirror annotation, String attribute) {
        return AnnotationMirrors.getAnnotationValuesWithDefaults(annotation).entrySet().stream()
                .anyMatch(entry -> entry.getKey().getSimpleName().contentEquals(attribute)
                        && annotation.getElementValues().containsKey(entry.getKey()));
    }

    /** javac knows no position of a record component, but that of the field that it makes of it, which is the same. */
    private static Element declared(Element element) {
        if (element.getKind() != ElementKind.RECORD_COMPONENT) {
            return element;
        }
        return Enclosing.of(element).getEnclosedElements().stream()
                .filter(sibling -> sibling.getKind() == ElementKind.FIELD)
                .filter(sibling -> sibling.getSimpleName().equals(element.getSimpleName()))
                .findFirst()
                .map(Element.class::cast)
                .orElse(element);
    }
}
