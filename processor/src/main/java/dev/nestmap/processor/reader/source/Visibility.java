/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreElements;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** What generated classes see of the types that they are about. */
public final class Visibility {
    private Visibility() {}

    /** Whether the type, or one around it, is private. */
    public static boolean isPrivate(TypeElement type) {
        return around(type).anyMatch(element -> element.getModifiers().contains(Modifier.PRIVATE));
    }

    /** Whether a class that is generated for another top-level type sees this type. */
    public static boolean isVisibleTo(TypeElement type, TypeElement user) {
        boolean samePackage = MoreElements.getPackage(type).equals(MoreElements.getPackage(user));
        return samePackage
                ? !isPrivate(type)
                : around(type).allMatch(element -> element.getModifiers().contains(Modifier.PUBLIC));
    }

    /** The type and those around it. */
    private static Stream<Element> around(TypeElement type) {
        return Stream.iterate((Element) type, MoreElements::isType, EnclosingTypes::of);
    }
}
