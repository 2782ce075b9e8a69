/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.AnnotationMirrors;
import javax.lang.model.element.AnnotationMirror;

/** Reads the values of annotations. */
final class Written {
    /** What javac's model has for a value that names something that is not there. */
    private static final String MISSING = "<error>";

    private Written() {}

    /** Whether every value names what is there. */
    static boolean isComplete(AnnotationMirror annotation) {
        return annotation.getElementValues().values().stream().noneMatch(value -> MISSING.equals(value.getValue()));
    }

    /** The value of an attribute, as written or by default. */
    static Object value(AnnotationMirror annotation, String attribute) {
        return AnnotationMirrors.getAnnotationValue(annotation, attribute).getValue();
    }

    static String text(AnnotationMirror annotation, String attribute) {
        return value(annotation, attribute).toString();
    }
}
