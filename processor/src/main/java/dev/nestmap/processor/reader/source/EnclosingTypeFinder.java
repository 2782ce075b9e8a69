/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.BpfObject;
import java.util.Objects;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** Finds the enclosing types of types and members, and their accessibility. */
public final class EnclosingTypeFinder {
    private EnclosingTypeFinder() {}

    /** The element around an element that is not a package or module. */
    public static Element of(Element element) {
        return Objects.requireNonNull(element.getEnclosingElement(), () -> element + " has no enclosing element");
    }

    /** The top-level type around a type, or the type itself. */
    public static TypeElement topLevel(Element type) {
        Element element = type;
        while (of(element).getKind() != ElementKind.PACKAGE) {
            element = of(element);
        }
        return (TypeElement) element;
    }

    /** Whether a type belongs to an existing object: {@code @BpfObject(existing = true)}. */
    public static boolean isForeign(Element type) {
        return AnnotationUse.on(topLevel(type), BpfObject.class)
                .filter(object -> object.flag("existing"))
                .isPresent();
    }

    /** Whether the type or a type around it is private. */
    public static boolean isPrivate(TypeElement type) {
        return around(type).anyMatch(element -> element.getModifiers().contains(Modifier.PRIVATE));
    }

    /** Whether a class generated for another top-level type can use this type. */
    public static boolean isVisibleTo(TypeElement type, TypeElement user) {
        boolean samePackage = MoreElements.getPackage(type).equals(MoreElements.getPackage(user));
        return samePackage
                ? !isPrivate(type)
                : around(type).allMatch(element -> element.getModifiers().contains(Modifier.PUBLIC));
    }

    /** The type and the types around it. */
    private static Stream<Element> around(TypeElement type) {
        return Stream.iterate((Element) type, MoreElements::isType, EnclosingTypeFinder::of);
    }
}
