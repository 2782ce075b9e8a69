/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.AnnotationMirrors;
import com.google.auto.common.MoreElements;
import java.lang.annotation.Annotation;
import java.util.List;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;

/** Reads the values of annotations. */
public final class AnnotationValues {
    /** javac's value of an attribute that names a missing class or constant. */
    private static final String MISSING = "<error>";

    private AnnotationValues() {}

    /** Whether all classes and constants that the values name exist. */
    public static boolean isComplete(AnnotationMirror annotation) {
        return annotation.getElementValues().values().stream().noneMatch(AnnotationValues::isMissing);
    }

    private static boolean isMissing(AnnotationValue value) {
        return value.getValue() instanceof List<?> elements
                ? elements.stream().anyMatch(element -> isMissing((AnnotationValue) element))
                : MISSING.equals(value.getValue());
    }

    /** The value of an attribute, as written or by default. */
    public static Object value(AnnotationMirror annotation, String attribute) {
        return AnnotationMirrors.getAnnotationValue(annotation, attribute).getValue();
    }

    /** The repeated annotations in a container that the compiler made for them. */
    public static List<AnnotationMirror> repeated(Element element, Class<? extends Annotation> container) {
        return MoreElements.getAnnotationMirror(element, container).asSet().stream()
                .flatMap(mirror -> ((List<?>) value(mirror, "value")).stream())
                .map(one -> (AnnotationMirror) ((AnnotationValue) one).getValue())
                .toList();
    }

    public static String text(AnnotationMirror annotation, String attribute) {
        return value(annotation, attribute).toString();
    }
}
