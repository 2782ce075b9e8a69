/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.name;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.Name;
import dev.nestmap.header.ReservedNames;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.RecordComponentElement;

/** Gives the declarations of one top-level type their names in C, and refuses what C would. */
public final class CNameAllocator {
    /** {@code KSYM_NAME_LEN} since Linux 6.1, as far as {@code __btf_name_valid} in {@code kernel/bpf/btf.c} lets a name reach. */
    private static final int MAX_LENGTH = 512;

    /** What has a name. */
    public enum Named {
        /** Anything at file scope. */
        DECLARATION("C"),
        FIELD("field"),
        ENUMERATOR("enumerator"),
        HEADER("header"),
        PROGRAM("program"),
        STRUCT("struct");

        private final String word;

        Named(String word) {
            this.word = word;
        }
    }

    /** What a name is from, and so what is to be done about one that C refuses. */
    private enum Origin {
        /** It was written for C and for nothing else. */
        WRITTEN("use another name"),
        TYPE("rename it, or set name = \"...\" or the object's prefix = \"...\""),
        COMPONENT("rename the component, or give it a @Name"),
        RECORD("rename the record, or give it a @Name"),
        CONSTANT("rename the constant, or give it a @Name");

        private final String fix;

        Origin(String fix) {
            this.fix = fix;
        }

        /** What else can be done. */
        String further() {
            return this == WRITTEN ? "" : ", or set the C name with name = \"...\" or @Name";
        }
    }

    private final String prefix;
    private final Problems problems;
    private final Map<String, List<SourceLocation>> places = new HashMap<>();

    /**
     * Names with this prefix.
     *
     * @param prefix put before every name at file scope
     */
    public CNameAllocator(String prefix, Problems problems) {
        this.prefix = prefix;
        this.problems = problems;
    }

    /** The C name of a type or map: what {@code attribute} of the annotation says, else as for any element. */
    public String of(Element element, AnnotationMirror annotation, String attribute) {
        String written = AnnotationValues.text(annotation, attribute);
        if (!AnnotationValues.isComplete(annotation)) {
            problems.missing();
            return of(element);
        }
        if (written.isEmpty()) {
            return of(element);
        }
        SourceLocation place = SourceLocation.of(element, annotation, attribute);
        exact(element)
                .ifPresent(other -> problems.error(place, Rule.TWO_NAMES, element.getSimpleName(), written, other));
        return Externals.isOne(element) ? external(written, place) : declared(prefix + written, place, Origin.WRITTEN);
    }

    /** The C name of a type: what {@code @Name} says, else its name in snake case. */
    public String of(Element element) {
        if (Externals.isOne(element)) {
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

    /** The C name of an inner map that is called this in an annotation. */
    public String ofInstance(String written, SourceLocation place) {
        String name = declared(prefix + written, place, Origin.WRITTEN);
        checkVariable(name);
        return name;
    }

    /** The C name of a field. */
    public String ofField(Component component) {
        RecordComponentElement declaration = component.declaration();
        if (Externals.isOne(EnclosingTypes.of(declaration))) {
            return exact(declaration)
                    .map(name -> checkedExternal(name, placeOfName(declaration), Named.FIELD))
                    .orElseGet(
                            () -> checkedExternal(CNames.snakeCase(component.name()), component.place(), Named.FIELD));
        }
        return exact(declaration)
                .map(name -> checked(name, placeOfName(declaration), Named.FIELD, Origin.WRITTEN))
                .orElseGet(() ->
                        checked(CNames.snakeCase(component.name()), component.place(), Named.FIELD, Origin.COMPONENT));
    }

    /** The C name of a union's member: that of its record. */
    public String ofMember(Element record) {
        return exact(record)
                .map(name -> checked(name, placeOfName(record), Named.FIELD, Origin.WRITTEN))
                .orElseGet(() -> checked(
                        CNames.snakeCase(record.getSimpleName().toString()),
                        SourceLocation.of(record),
                        Named.FIELD,
                        Origin.RECORD));
    }

    /** Checks the C name of a field that no component stands for. */
    public void checkField(String name, SourceLocation place) {
        checked(name, place, Named.FIELD, Origin.WRITTEN);
    }

    /** The C name of an enumerator: it carries its enum, because C's enumerators share one name space. */
    public String ofConstant(String enumTag, Element constant) {
        String name = CNames.upperCase(enumTag) + "_"
                + CNames.upperCase(constant.getSimpleName().toString());
        if (Externals.isOne(EnclosingTypes.of(constant))) {
            return checkedExternal(exact(constant).orElse(name), placeOfName(constant), Named.ENUMERATOR);
        }
        return exact(constant)
                .map(exact -> checked(exact, placeOfName(constant), Named.ENUMERATOR, Origin.WRITTEN))
                .orElseGet(() -> checked(name, SourceLocation.of(constant), Named.ENUMERATOR, Origin.CONSTANT));
    }

    /** What {@code @Name} says. */
    private Optional<String> exact(Element element) {
        Optional<AnnotationMirror> annotation = nameOn(element);
        if (annotation.isPresent() && !AnnotationValues.isComplete(annotation.get())) {
            problems.missing();
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

    /** Checks the name of a map variable: unlike a tag it meets the functions that clang knows. */
    public void checkVariable(String name) {
        if (ReservedNames.isLibraryFunction(name)) {
            List<SourceLocation> places = places(name);
            problems.error(
                    places.get(places.size() - 1), Rule.C_KEYWORD, "map", name, "rename it, or set name = \"...\"");
        }
    }

    /** A further C name that the declaration of this name has. */
    public String derived(String name, String suffix) {
        places.computeIfAbsent(name + suffix, unused -> new ArrayList<>()).addAll(places(name));
        return name + suffix;
    }

    /** What has this C name, in order: several where they clash, or where C has a name space for each. */
    public List<SourceLocation> places(String name) {
        return places.getOrDefault(name, List.of());
    }

    private String declared(String name, SourceLocation place, Origin origin) {
        note(name, place);
        return checked(name, place, Named.DECLARATION, origin);
    }

    /** The name of what exists in C already, and may be called as only the compiler and the kernel call things. */
    private String external(String name, SourceLocation place) {
        note(name, place);
        return checkedExternal(name, place, Named.DECLARATION);
    }

    private String checkedExternal(String name, SourceLocation place, Named what) {
        if (isIdentifier(name, place, what, "") && ReservedNames.isKeyword(name)) {
            problems.error(place, Rule.C_KEYWORD, what.word, name, "use the name of the existing C declaration");
        }
        return name;
    }

    private void note(String name, SourceLocation place) {
        List<SourceLocation> all = places.computeIfAbsent(name, unused -> new ArrayList<>());
        if (!all.contains(place)) {
            all.add(place);
        }
    }

    /** Checks a name that stands in C as it is. */
    private String checked(String name, SourceLocation place, Named what, Origin origin) {
        if (isIdentifier(name, place, what, origin.further()) && (CNames.isReserved(name) || isPadding(what, name))) {
            problems.error(place, Rule.C_KEYWORD, what.word, name, origin.fix);
        }
        return name;
    }

    /** Checks a name that stands in C as a part of others. */
    public boolean isIdentifier(String name, SourceLocation place, Named what) {
        return isIdentifier(name, place, what, "");
    }

    private boolean isIdentifier(String name, SourceLocation place, Named what, String further) {
        boolean isIdentifier = CNames.isIdentifier(name);
        if (!isIdentifier) {
            problems.error(place, Rule.NO_C_IDENTIFIER, what.word, printable(name), further);
        } else {
            checkLength(name, place, what);
        }
        return isIdentifier;
    }

    /** Refuses a name that the kernel would. */
    public void checkLength(String name, SourceLocation place, Named what) {
        if (name.length() > MAX_LENGTH) {
            String begin = name.substring(0, 32) + "...";
            problems.error(place, Rule.NAME_TOO_LONG, what.word, begin, name.length(), MAX_LENGTH);
        }
    }

    private static boolean isPadding(Named what, String name) {
        return what == Named.FIELD && StructType.isPadName(name);
    }

    /** What a user wrote, so that no line break or control character of it gets into a message. */
    static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
