/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import dev.nestmap.annotations.Name;
import dev.nestmap.header.ReservedNames;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.Element;

/** Chooses the C names of the declarations in one top-level type, and rejects names that C, the compiler or the kernel does not accept. */
public final class CNameChooser {
    /** The kind of a named declaration, for messages. */
    public enum Named {
        /** A type, map or helper at file scope. */
        DECLARATION("C"),
        FIELD("field"),
        ENUMERATOR("enumerator"),
        HEADER("header"),
        PROGRAM("program");

        private final String word;

        Named(String word) {
            this.word = word;
        }
    }

    /** The origin of a name, which determines how the developer can change it. */
    private enum Origin {
        /** Existing C code, which may use names that C reserves. */
        FOREIGN(""),
        /** An annotation that sets the C name. */
        WRITTEN(""),
        /** The Java name. */
        IMPLIED(", or set the C name with @Name");

        /** Another way to change the name, for the end of a message. */
        private final String further;

        Origin(String further) {
            this.further = further;
        }
    }

    private final String prefix;
    private final boolean isForeign;
    private final Problems problems;
    private final Map<String, List<SourceLocation>> places = new HashMap<>();

    /**
     * Chooses names with this prefix.
     *
     * @param prefix put before every name at file scope
     * @param isForeign whether the names come from existing C code
     */
    public CNameChooser(String prefix, boolean isForeign, Problems problems) {
        this.prefix = prefix;
        this.problems = problems;
        this.isForeign = isForeign;
    }

    /** Put before every name at file scope; empty if there is none. */
    public String prefix() {
        return prefix;
    }

    /** The C name of a type or map: the value of {@code @Name}, or else its Java name in snake case. */
    public String of(Element element) {
        boolean isExternal = ExternalTypeReader.isExternal(element);
        String implied = CNameConverter.snakeCase(element.getSimpleName().toString());
        return chosen(element, isExternal ? implied : prefix + implied, isExternal, Named.DECLARATION);
    }

    /** A C name that an annotation states, after a check. Like every name that a developer writes, it is exact. */
    public String written(String name, SourceLocation place) {
        note(name, place);
        check(name, place, Named.DECLARATION, Origin.WRITTEN);
        return name;
    }

    /** A C name without the prefix of the object, for the name of a method in Java. */
    public String withoutPrefix(String name) {
        String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
        return CNameConverter.isIdentifier(rest) ? rest : name;
    }

    /** The C name of an inner map that exists from the start. */
    public String ofDeclaredInner(String written, SourceLocation place) {
        String name = written(written, place);
        checkVariable(name, "map");
        return name;
    }

    /** The C name of a field. */
    public String ofField(Component component) {
        Element declaration = component.declaration();
        return chosen(
                declaration,
                CNameConverter.snakeCase(component.name()),
                ExternalTypeReader.isExternal(EnclosingTypeFinder.of(declaration)),
                Named.FIELD);
    }

    /** The C name of a union's member, which is the name of its record. */
    public String ofMember(Element record) {
        return chosen(record, CNameConverter.snakeCase(record.getSimpleName().toString()), false, Named.FIELD);
    }

    /** The C name of an enumerator. It begins with the enum's tag, because enumerators of all enums share one name space in C. */
    public String ofConstant(String enumTag, Element constant) {
        return chosen(
                constant,
                CNameConverter.upperCase(enumTag) + "_"
                        + CNameConverter.upperCase(constant.getSimpleName().toString()),
                ExternalTypeReader.isExternal(EnclosingTypeFinder.of(constant)),
                Named.ENUMERATOR);
    }

    /** The name in {@code @Name}, or else the implied one, after a check. */
    private String chosen(Element element, String implied, boolean isExternal, Named named) {
        Optional<AnnotationUse> written = AnnotationUse.on(element, Name.class).filter(problems::isComplete);
        String name = written.map(use -> use.text("value")).orElse(implied);
        SourceLocation place = written.map(use -> use.place("value")).orElseGet(() -> SourceLocation.of(element));
        if (named == Named.DECLARATION) {
            note(name, place);
        }
        check(name, place, named, isExternal ? Origin.FOREIGN : written.isPresent() ? Origin.WRITTEN : Origin.IMPLIED);
        return name;
    }

    private void check(String name, SourceLocation place, Named named, Origin written) {
        Origin origin = isForeign ? Origin.FOREIGN : written;
        boolean isTaken = origin == Origin.FOREIGN
                ? ReservedNames.isKeyword(name)
                : ReservedNames.isReserved(name)
                        || (named == Named.FIELD ? StructType.isPadName(name) : ReservedNames.isConstant(name));
        if (checkIdentifier(name, place, named, origin.further) && isTaken) {
            problems.error(place, Rule.C_KEYWORD, named.word, name, origin.further);
        }
    }

    /** Checks the C name of a field that the kernel manages and no component declares. */
    public void checkField(String name, SourceLocation place) {
        check(name, place, Named.FIELD, Origin.WRITTEN);
    }

    /** Checks a name that becomes a part of C names. */
    public boolean checkIdentifier(String name, SourceLocation place, Named named) {
        return checkIdentifier(name, place, named, "");
    }

    private boolean checkIdentifier(String name, SourceLocation place, Named named, String further) {
        boolean isIdentifier = CNameConverter.isIdentifier(name);
        if (isIdentifier) {
            checkLength(name, place, named);
        } else {
            problems.error(place, Rule.NOT_A_C_IDENTIFIER, named.word, name, further);
        }
        return isIdentifier;
    }

    /** Rejects a name that is too long for the kernel. */
    public void checkLength(String name, SourceLocation place, Named named) {
        if (name.length() > CNameConverter.MAX_LENGTH) {
            String begin = name.substring(0, 32) + "...";
            problems.error(place, Rule.NAME_TOO_LONG, named.word, begin, name.length(), CNameConverter.MAX_LENGTH);
        }
    }

    /**
     * Rejects a variable name that is also the name of a built-in function of clang. Tags have a name space of their own.
     *
     * @param what {@code map} or {@code variable}, for the message
     */
    public void checkVariable(String name, String what) {
        if (!isForeign && ReservedNames.isLibraryFunction(name)) {
            List<SourceLocation> all = places(name);
            problems.error(all.get(all.size() - 1), Rule.C_KEYWORD, what, name, Origin.IMPLIED.further);
        }
    }

    /** Rejects the tag of a type that the header defines, if an included header defines another type with it. */
    public void checkTag(String tag, SourceLocation place) {
        if (ReservedNames.isTagOfBpfHeader(tag)) {
            problems.error(place, Rule.C_KEYWORD, "tag", tag, Origin.IMPLIED.further);
        }
    }

    /** Rejects the name of a map, variable or helper if an included header declares a function with it. */
    public void checkFunction(String name, SourceLocation place) {
        if (!isForeign && ReservedNames.isFunctionOfBpfHeader(name)) {
            problems.error(place, Rule.C_KEYWORD, Named.DECLARATION.word, name, Origin.IMPLIED.further);
        }
    }

    /** Adds a C name that is derived from a declaration's name, and returns it. */
    public String derived(String name, String suffix) {
        places.computeIfAbsent(name + suffix, unused -> new ArrayList<>()).addAll(places(name));
        return name + suffix;
    }

    /** The declarations with this C name, in order. There are several if they clash or are in different name spaces of C. */
    public List<SourceLocation> places(String name) {
        return places.getOrDefault(name, List.of());
    }

    private void note(String name, SourceLocation place) {
        List<SourceLocation> all = places.computeIfAbsent(name, unused -> new ArrayList<>());
        if (!all.contains(place)) {
            all.add(place);
        }
    }
}
