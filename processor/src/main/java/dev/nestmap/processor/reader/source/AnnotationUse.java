/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.AnnotationMirrors;
import com.google.auto.common.MoreElements;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** An annotation on an element, and its values. */
public record AnnotationUse(Element element, AnnotationMirror mirror) {
    /** The value of an attribute that names a missing class or constant. A string with this text is quoted by {@code toString}. */
    private static final String MISSING = "<error>";

    /** The annotation of this type on an element. */
    public static Optional<AnnotationUse> on(Element element, Class<? extends Annotation> type) {
        return MoreElements.getAnnotationMirror(element, type)
                .toJavaUtil()
                .map(mirror -> new AnnotationUse(element, mirror));
    }

    /** The annotations of a repeatable type, in the order of the source: a single one, or those in the container that the compiler made. */
    public static List<AnnotationUse> repeated(
            Element element, Class<? extends Annotation> type, Class<? extends Annotation> container) {
        return Stream.concat(
                        on(element, type).stream(),
                        on(element, container).stream().flatMap(AnnotationUse::contained))
                .toList();
    }

    /** The annotations in this container. */
    public Stream<AnnotationUse> contained() {
        return values("value").stream().map(one -> new AnnotationUse(element, (AnnotationMirror) one));
    }

    /** The annotation's simple name, without the {@code @}. */
    public String name() {
        return mirror.getAnnotationType().asElement().getSimpleName().toString();
    }

    /** Whether all classes and constants that the values name exist. */
    public boolean isComplete() {
        return mirror.getElementValues().values().stream().noneMatch(AnnotationUse::isMissing);
    }

    /** For a missing class, javac has a text, and the compiler of Eclipse a type. */
    private static boolean isMissing(AnnotationValue value) {
        if (value.getValue() instanceof List<?> elements) {
            return elements.stream().anyMatch(element -> isMissing((AnnotationValue) element));
        }
        return value.getValue() instanceof TypeMirror type
                ? type.getKind() == TypeKind.ERROR
                : MISSING.equals(value.getValue()) && MISSING.equals(value.toString());
    }

    /** The value of an attribute as text, as written or by default: a string, or the name of an enum constant. */
    public String text(String attribute) {
        return value(attribute).toString();
    }

    /** The value of an attribute that is a number. */
    public long number(String attribute) {
        return ((Number) value(attribute)).longValue();
    }

    /** The value of an attribute that is a boolean; false if it names a missing constant. */
    public boolean flag(String attribute) {
        return Boolean.TRUE.equals(value(attribute));
    }

    /** The value of an attribute that is a class. */
    public TypeMirror type(String attribute) {
        return (TypeMirror) value(attribute);
    }

    /** The values of an attribute that is an array. */
    public List<Object> values(String attribute) {
        return ((List<?>) value(attribute))
                .stream().map(one -> ((AnnotationValue) one).getValue()).toList();
    }

    private Object value(String attribute) {
        return AnnotationMirrors.getAnnotationValue(mirror, attribute).getValue();
    }

    /** The place of the annotation. */
    public SourceLocation place() {
        return SourceLocation.of(element, mirror, null);
    }

    /** The place of an attribute's value, or of the annotation if the attribute has its default. */
    public SourceLocation place(String attribute) {
        return written(attribute).orElseGet(this::place);
    }

    /** The place of an attribute's value; empty if the attribute has its default. */
    public Optional<SourceLocation> written(String attribute) {
        return mirror.getElementValues().entrySet().stream()
                .filter(entry -> entry.getKey().getSimpleName().contentEquals(attribute))
                .map(entry -> SourceLocation.of(element, mirror, entry.getValue()))
                .findFirst();
    }
}
