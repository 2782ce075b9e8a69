/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreTypes;
import dev.nestmap.schema.rules.Rule;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;

/** Rejects keys whose Java type has no value equality. A key that is read would not equal the key that was written. */
public record KeyCheck(TypeElement topLevel, Problems problems) {
    /** Checks a component of a key, and the components of its type. */
    public void check(RecordComponentElement key) {
        check(key, SourceLocation.of(key), new LinkedHashSet<>());
    }

    /** Reports a type of another header at the component that uses it. */
    private void check(RecordComponentElement element, SourceLocation usedAt, Set<TypeElement> seen) {
        Component component = new Component(element);
        boolean here = EnclosingTypes.topLevel(element).equals(topLevel);
        SourceLocation place = here ? component.place() : usedAt;
        if (component.type().getKind() == TypeKind.ARRAY) {
            problems.errorInstead(
                    Rule.SIZE_MISSING,
                    place,
                    Rule.ARRAY_IN_KEY,
                    component.qualifiedName(),
                    component.typeName(),
                    instead(component));
        } else if (component.is(String.class) && component.truncates()) {
            problems.error(place, Rule.TRUNCATED_KEY, component.qualifiedName());
        } else if (component.type().getKind() == TypeKind.DECLARED) {
            TypeElement type = MoreTypes.asTypeElement(component.type());
            parts(type)
                    .filter(seen::add)
                    .forEach(record -> record.getRecordComponents().forEach(part -> check(part, place, seen)));
        }
    }

    /** A record itself, or the records that are a union's members. */
    private static Stream<TypeElement> parts(TypeElement type) {
        if (type.getKind() == ElementKind.RECORD) {
            return Stream.of(type);
        }
        return type.getPermittedSubclasses().stream()
                .filter(permitted -> permitted.getKind() == TypeKind.DECLARED)
                .map(MoreTypes::asTypeElement)
                .filter(permitted -> permitted.getKind() == ElementKind.RECORD);
    }

    private static String instead(Component component) {
        return ListType.holding(component.element().type().getKind())
                .orElse("a record with one component for each element");
    }
}
