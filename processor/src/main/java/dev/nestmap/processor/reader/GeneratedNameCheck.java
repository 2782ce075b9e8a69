/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.GlobalModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.ProgramModel;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.GeneratedJavaNames;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.rules.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;

/** Finds generated classes and methods whose names clash or are not allowed in Java. */
record GeneratedNameCheck(ReaderContext context) {
    private static final String OTHER_NAME = "";

    /** The methods with a {@code long} parameter that {@code Sizes} inherits. */
    private static final Set<String> SIZES_METHODS = Set.of("wait");

    /**
     * The methods of one generated class.
     *
     * @param format the format of a method in messages
     * @param inherited the names of methods that every such class has
     * @param seen for each generated method, by its name, the record or inner map that it belongs to
     */
    private record Methods(String format, Set<String> inherited, Map<String, String> seen) {
        static Methods of(String format, Set<String> inherited) {
            return new Methods(format, inherited, new HashMap<>());
        }
    }

    /**
     * A declaration with a generated method.
     *
     * @param name its name in messages about it
     * @param what its name in messages about another declaration with the same method
     * @param remedy the remedy if the method can't be generated
     */
    private record Subject(SourceLocation place, String name, String what, String remedy) {}

    void check(ObjectModel model) {
        checkClasses(model);
        if (model.objectClass().isPresent()) {
            checkMembers(model);
            checkSizes(model);
        }
    }

    /** Checks the classes for the types of one top-level type, which are nested in one class. */
    private void checkClasses(ObjectModel model) {
        Map<ClassName, ClassName> origins = new HashMap<>();
        model.maps().forEach(map -> checkClass(origins, map.accessor(), map.record()));
        model.types().forEach(type -> checkClass(origins, type.codec(), type.javaType()));
        model.globals()
                .forEach(global ->
                        global.accessor().ifPresent(accessor -> checkClass(origins, accessor, global.record())));
    }

    private void checkClass(Map<ClassName, ClassName> origins, ClassName generated, ClassName origin) {
        ClassName former = origins.putIfAbsent(generated, origin);
        if (former != null && !former.equals(origin)) {
            clash(origin, "class " + generated.simpleName(), generatedFor(former.canonicalName()));
        }
    }

    /**
     * Checks the methods of the object's class: one for each map, each inner map that annotations put into slots, each program and each
     * variable.
     */
    private void checkMembers(ObjectModel model) {
        Methods methods = Methods.of("method %s()", GeneratedJavaNames.OBJECT_METHODS);
        Set<String> inC = new HashSet<>(); // SchemaCheck reports two maps with the same C name
        for (MapModel map : model.maps()) {
            if (map.map().role() != MapRole.INNER && inC.add(map.map().name())) {
                checkMember(methods, map.member(), map.record(), map.record().simpleName());
            }
        }
        for (DeclaredInnerMapModel declared : model.declaredInners()) {
            checkMember(
                    methods,
                    declared.member(),
                    declared.declaredBy(),
                    "inner map " + declared.map().name());
        }
        Map<String, String> constants = new HashMap<>();
        for (ProgramModel program : model.programs()) {
            checkMember(methods, program);
        }
        for (GlobalModel global : model.globals()) {
            String what = global.record().simpleName();
            checkMember(methods, global.member(), global.record(), what);
            String former = constants.putIfAbsent(global.codecConstant(), what);
            if (former != null) {
                clash(global.record(), "constant " + global.codecConstant(), generatedFor(former));
            }
        }
    }

    /** Checks the methods of {@code Sizes}: one for each map whose size is set at load. */
    private void checkSizes(ObjectModel model) {
        Methods methods = Methods.of("method %s(long) of Sizes", SIZES_METHODS);
        model.sizedAtLoad().stream()
                .filter(map -> !context.problems().has(place(map.record()), Rule.JAVA_NAME_CLASH))
                .forEach(map -> checkMember(
                        methods, map.member(), map.record(), map.record().simpleName()));
    }

    private void checkMember(Methods methods, String member, ClassName record, String what) {
        checkMember(methods, member, new Subject(place(record), record.simpleName(), what, OTHER_NAME));
    }

    private void checkMember(Methods methods, String member, Subject subject) {
        String method = String.format(Locale.ROOT, methods.format(), member);
        if (methods.inherited().contains(member)) {
            clash(subject, method, "every class of this kind already has that method");
        } else if (SourceVersion.isKeyword(member)) {
            clash(subject, method, member + " is a keyword in Java");
        }
        String former = methods.seen().putIfAbsent(member, subject.what());
        if (former != null) {
            clash(subject, method, generatedFor(former));
        }
    }

    /** Checks the method of a program, whose name developers can choose. */
    private void checkMember(Methods methods, ProgramModel program) {
        String member = program.member();
        if (SourceVersion.isIdentifier(member)) {
            checkMember(methods, member, subject(program));
        } else {
            String method = "method " + member.replaceAll("\\p{Cntrl}", "?") + "()";
            clash(subject(program), method, "it is not a name in Java");
        }
    }

    private Subject subject(ProgramModel program) {
        String name = program.program().name();
        SourceLocation place = ProgramReader.annotations(context.topLevel()).stream()
                .filter(annotation -> annotation.text("value").equals(name))
                .map(AnnotationUse::place)
                .findFirst()
                .orElseGet(() -> SourceLocation.of(context.topLevel()));
        String what = "program " + name;
        return new Subject(place, what, what, ", in method = \"...\" of its @BpfProgram");
    }

    private static String generatedFor(String former) {
        return "it already generates one for " + former;
    }

    private void clash(ClassName origin, String generated, String why) {
        clash(new Subject(place(origin), origin.simpleName(), "", OTHER_NAME), generated, why);
    }

    private void clash(Subject subject, String generated, String why) {
        context.error(subject.place(), Rule.JAVA_NAME_CLASH, subject.name(), generated, why, subject.remedy());
    }

    private SourceLocation place(ClassName origin) {
        Element element = context.elements().getTypeElement(origin.canonicalName());
        return SourceLocation.of(element == null ? context.topLevel() : element);
    }
}
