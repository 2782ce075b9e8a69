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
    /** What javac's model has for a value that names something that is not there. */
    private static final String MISSING = "<error>";

    private AnnotationValues() {}

    /** Whether every value names what is there. */
    public static boolean isComplete(AnnotationMirror annotation) {
        return annotation.getElementValues().values().stream().noneMatch(value -> MISSING.equals(value.getValue()));
    }

    /** The value of an attribute, as written or by default. */
    public static Object value(AnnotationMirror annotation, String attribute) {
        return AnnotationMirrors.getAnnotationValue(annotation, attribute).getValue();
    }

    /** What the compiler put into a container because it was written several times. */
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
