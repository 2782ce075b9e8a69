/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreElements;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** Decides which types generated classes can use. */
public final class Visibility {
    private Visibility() {}

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
        return Stream.iterate((Element) type, MoreElements::isType, EnclosingTypes::of);
    }
}
