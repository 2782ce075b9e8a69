/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.BpfObject;
import java.util.Objects;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/** Finds the types around types and members. */
public final class EnclosingTypes {
    private EnclosingTypes() {}

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

    /** Whether a type belongs to an object whose C code somebody else wrote: {@code @BpfObject(header = false)}. */
    public static boolean isForeign(Element type) {
        return MoreElements.getAnnotationMirror(topLevel(type), BpfObject.class)
                .transform(mirror -> Boolean.FALSE.equals(AnnotationValues.value(mirror, "header")))
                .or(false);
    }
}
