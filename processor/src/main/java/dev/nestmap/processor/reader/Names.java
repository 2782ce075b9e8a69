/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.AnnotationMirrors;
import dev.nestmap.c.ReservedNames;
import dev.nestmap.schema.StructType;
import dev.nestmap.schema.rules.Rule;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;

/** Gives the declarations of one top-level type their names in C, and refuses what C would. */
final class Names {
    private final String prefix;
    private final Problems problems;
    private final Map<String, Place> places = new HashMap<>();

    /**
     * Names with this prefix.
     *
     * @param prefix put before every name at file scope
     */
    Names(String prefix, Problems problems) {
        this.prefix = prefix;
        this.problems = problems;
    }

    /** The C name of a type or map: what {@code attribute} of the annotation says, else the element's in snake case. */
    String of(Element element, AnnotationMirror annotation, String attribute) {
        String written = AnnotationMirrors.getAnnotationValue(annotation, attribute)
                .getValue()
                .toString();
        if (written.isEmpty()) {
            return of(element);
        }
        return declared(prefix + written, Place.of(element, annotation, attribute), "use another name");
    }

    /** The C name of a type: its name in snake case. */
    String of(Element element) {
        String name = prefix + CNames.snakeCase(element.getSimpleName().toString());
        return declared(name, Place.of(element), "rename it, or set name = \"...\" or the object's prefix = \"...\"");
    }

    /** The C name of a field. */
    String ofField(Component component) {
        String name = CNames.snakeCase(component.name());
        return checked(name, component.place(), "field", "rename the component");
    }

    /** The C name of an enumerator: it carries its enum, because C's enumerators share one name space. */
    String ofConstant(String enumTag, Element constant) {
        String name = CNames.upperCase(enumTag) + "_"
                + CNames.upperCase(constant.getSimpleName().toString());
        return checked(name, Place.of(constant), "enumerator", "rename the constant");
    }

    /** Checks the name of a map variable: unlike a tag it meets the functions that clang knows. */
    void checkVariable(String name) {
        if (ReservedNames.isLibraryFunction(name)) {
            placeOf(name)
                    .ifPresent(place ->
                            problems.error(place, Rule.C_KEYWORD, "map", name, "rename it, or set name = \"...\""));
        }
    }

    /** A further C name that the declaration of this name has. */
    String derived(String name, String suffix) {
        places.put(name + suffix, Objects.requireNonNull(places.get(name), name));
        return name + suffix;
    }

    /** Where the declaration with this C name stands. */
    Optional<Place> placeOf(String name) {
        return Optional.ofNullable(places.get(name));
    }

    private String declared(String name, Place place, String fix) {
        places.putIfAbsent(name, place);
        return checked(name, place, "C", fix);
    }

    /** Checks a name that stands in C as it is. */
    String checked(String name, Place place, String what, String fix) {
        if (!CNames.isIdentifier(name)) {
            problems.error(place, Rule.NO_C_IDENTIFIER, what, printable(name));
        } else if (CNames.isReserved(name) || isPadding(what, name)) {
            problems.error(place, Rule.C_KEYWORD, what, name, fix);
        }
        return name;
    }

    private static boolean isPadding(String what, String name) {
        return what.equals("field") && StructType.isPadName(name);
    }

    /** What a user wrote, so that no line break or control character of it gets into a message. */
    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
