/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;

/** Creates annotations. */
final class AnnotationFactory {
    private AnnotationFactory() {}

    static AnnotationSpec of(Class<?> annotation) {
        return AnnotationSpec.builder(annotation).build();
    }

    static AnnotationSpec of(Class<?> annotation, String member, long value) {
        return of(annotation, member, "$L", literal(value));
    }

    static AnnotationSpec of(Class<?> annotation, String member, String format, Object value) {
        return AnnotationSpec.builder(annotation)
                .addMember(member, format, value)
                .build();
    }

    /** A number as Java writes it. */
    static String literal(long value) {
        return value == (int) value ? Long.toString(value) : value + "L";
    }
}
