/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import dev.nestmap.processor.reader.type.CTypeReader;
import java.util.HashSet;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;

/** Finds out whether generated code uses deprecated declarations, about which the compiler would warn there. */
final class DeprecationCheck {
    private final Elements elements;
    private final Set<TypeElement> seen = new HashSet<>();

    DeprecationCheck(Elements elements) {
        this.elements = elements;
    }

    /** Whether a type is deprecated, or anything in it or in the types of its components. */
    boolean in(TypeElement type) {
        return seen.add(type)
                && (elements.isDeprecated(type)
                        || type.getEnclosedElements().stream().anyMatch(this::inMember));
    }

    private boolean inMember(Element member) {
        if (elements.isDeprecated(member)) {
            return true;
        }
        return member instanceof RecordComponentElement
                ? inType(member.asType())
                : MoreElements.isType(member) && in(MoreElements.asType(member));
    }

    private boolean inType(TypeMirror type) {
        if (type.getKind() == TypeKind.ARRAY) {
            return inType(MoreTypes.asArray(type).getComponentType());
        }
        return type.getKind() == TypeKind.DECLARED
                && (isRead(MoreTypes.asTypeElement(type))
                        || MoreTypes.asDeclared(type).getTypeArguments().stream()
                                .anyMatch(this::inType));
    }

    /** Other types, such as those of the JDK, have deprecated members that generated code does not use. */
    private boolean isRead(TypeElement type) {
        return CTypeReader.isType(type) && in(type);
    }
}
