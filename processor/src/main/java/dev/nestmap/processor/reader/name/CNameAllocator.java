/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.name;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.Name;
import dev.nestmap.header.ReservedNames;
import dev.nestmap.processor.reader.name.CNameCheck.Named;
import dev.nestmap.processor.reader.name.CNameCheck.Origin;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.rules.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.RecordComponentElement;

/** Chooses the C names of the declarations in one top-level type. */
public final class CNameAllocator {
    private final String prefix;
    private final boolean isForeign;
    private final Problems problems;
    private final CNameCheck check;
    private final Map<String, List<SourceLocation>> places = new HashMap<>();

    /**
     * Allocates names with this prefix.
     *
     * @param prefix put before every name at file scope
     * @param isForeign whether the names are those of C code that somebody else wrote
     */
    public CNameAllocator(String prefix, boolean isForeign, Problems problems) {
        this.prefix = prefix;
        this.problems = problems;
        this.isForeign = isForeign;
        this.check = new CNameCheck(isForeign, problems);
    }

    /** Put before every name at file scope; empty if there is none. */
    public String prefix() {
        return prefix;
    }

    /** The C name of a map that an annotation names without the prefix. */
    public String prefixed(String written, SourceLocation place) {
        return declared(prefix + written, place, Origin.WRITTEN);
    }

    /** The C name of a type or map: the value of {@code @Name}, or else its Java name in snake case. */
    public String of(Element element) {
        if (ExternalTypes.isExternal(element)) {
            return exact(element)
                    .map(name -> external(name, placeOfName(element)))
                    .orElseGet(() ->
                            external(CNames.snakeCase(element.getSimpleName().toString()), SourceLocation.of(element)));
        }
        return exact(element)
                .map(name -> declared(name, placeOfName(element), Origin.WRITTEN))
                .orElseGet(() -> declared(
                        prefix + CNames.snakeCase(element.getSimpleName().toString()),
                        SourceLocation.of(element),
                        Origin.TYPE));
    }

    /** The C name of an inner map that an annotation of slots names. */
    public String ofDeclaredInner(String written, SourceLocation place) {
        String name = prefixed(written, place);
        checkVariable(name, "map");
        return name;
    }

    /** The C name of a field. */
    public String ofField(Component component) {
        RecordComponentElement declaration = component.declaration();
        if (ExternalTypes.isExternal(EnclosingTypes.of(declaration))) {
            return exact(declaration)
                    .map(name -> check.checkedExternal(name, placeOfName(declaration), Named.FIELD))
                    .orElseGet(() ->
                            check.checkedExternal(CNames.snakeCase(component.name()), component.place(), Named.FIELD));
        }
        return exact(declaration)
                .map(name -> check.checked(name, placeOfName(declaration), Named.FIELD, Origin.WRITTEN))
                .orElseGet(() -> check.checked(
                        CNames.snakeCase(component.name()), component.place(), Named.FIELD, Origin.COMPONENT));
    }

    /** The C name of a union's member, which is the name of its record. */
    public String ofMember(Element record) {
        return exact(record)
                .map(name -> check.checked(name, placeOfName(record), Named.FIELD, Origin.WRITTEN))
                .orElseGet(() -> check.checked(
                        CNames.snakeCase(record.getSimpleName().toString()),
                        SourceLocation.of(record),
                        Named.FIELD,
                        Origin.RECORD));
    }

    /** Checks the C name of a field that the kernel manages and no component declares. */
    public void checkField(String name, SourceLocation place) {
        check.checked(name, place, Named.FIELD, Origin.WRITTEN);
    }

    /** The C name of an enumerator. It begins with the enum's tag, because enumerators of all enums share one name space in C. */
    public String ofConstant(String enumTag, Element constant) {
        String name = CNames.upperCase(enumTag) + "_"
                + CNames.upperCase(constant.getSimpleName().toString());
        if (ExternalTypes.isExternal(EnclosingTypes.of(constant))) {
            return check.checkedExternal(exact(constant).orElse(name), placeOfName(constant), Named.ENUMERATOR);
        }
        return exact(constant)
                .map(exact -> check.checked(exact, placeOfName(constant), Named.ENUMERATOR, Origin.WRITTEN))
                .orElseGet(() -> check.checked(name, SourceLocation.of(constant), Named.ENUMERATOR, Origin.CONSTANT));
    }

    /** The value of {@code @Name}. */
    private Optional<String> exact(Element element) {
        Optional<AnnotationMirror> annotation = nameOn(element);
        if (annotation.isPresent() && !AnnotationValues.isComplete(annotation.get())) {
            problems.addMissingType();
            return Optional.empty();
        }
        return annotation.map(mirror -> AnnotationValues.text(mirror, "value"));
    }

    private static SourceLocation placeOfName(Element element) {
        return nameOn(element)
                .map(mirror -> SourceLocation.of(element, mirror, "value"))
                .orElse(SourceLocation.of(element));
    }

    private static Optional<AnnotationMirror> nameOn(Element element) {
        return MoreElements.getAnnotationMirror(element, Name.class)
                .transform(Optional::of)
                .or(Optional.empty());
    }

    /**
     * Rejects a variable name that is also the name of a built-in function of clang. Tags have a name space of their own.
     *
     * @param what {@code map} or {@code variable}, for the message
     */
    public void checkVariable(String name, String what) {
        if (!isForeign && ReservedNames.isLibraryFunction(name)) {
            List<SourceLocation> places = places(name);
            problems.error(places.get(places.size() - 1), Rule.C_KEYWORD, what, name, "rename it, or give it a @Name");
        }
    }

    /** Adds a C name that is derived from a declaration's name, and returns it. */
    public String derived(String name, String suffix) {
        places.computeIfAbsent(name + suffix, unused -> new ArrayList<>()).addAll(places(name));
        return name + suffix;
    }

    /** The check that these names pass. */
    public CNameCheck check() {
        return check;
    }

    /** The declarations with this C name, in order. There are several if they clash or are in different name spaces of C. */
    public List<SourceLocation> places(String name) {
        return places.getOrDefault(name, List.of());
    }

    private String declared(String name, SourceLocation place, Origin origin) {
        note(name, place);
        return check.checked(name, place, Named.DECLARATION, origin);
    }

    /** The name of an external declaration. */
    private String external(String name, SourceLocation place) {
        note(name, place);
        return check.checkedExternal(name, place, Named.DECLARATION);
    }

    private void note(String name, SourceLocation place) {
        List<SourceLocation> all = places.computeIfAbsent(name, unused -> new ArrayList<>());
        if (!all.contains(place)) {
            all.add(place);
        }
    }
}
