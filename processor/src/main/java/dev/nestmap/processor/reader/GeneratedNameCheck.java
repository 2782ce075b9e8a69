/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.palantir.javapoet.ClassName;
import dev.nestmap.lint.rules.Rule;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;

/** Finds generated classes, methods and constants whose names clash or are not allowed in Java. */
final class GeneratedNameCheck {
    /** The methods with a {@code long} parameter that {@code Sizes} inherits. */
    private static final Set<String> SIZES_METHODS = Set.of("wait");

    private final ReaderContext context;

    /** For each generated class, method and constant, the declaration that it belongs to. */
    private final Map<String, String> seen = new HashMap<>();

    /**
     * A declaration with a generated class, method or constant.
     *
     * @param name its name in messages about it
     * @param what its name in messages about another declaration for which the same would be generated
     * @param remedy the remedy, besides another name
     */
    private record Subject(SourceLocation place, String name, String what, String remedy) {}

    GeneratedNameCheck(ReaderContext context) {
        this.context = context;
    }

    void check(ObjectModel model) {
        model.maps().forEach(map -> checkClass(map.accessor(), map.record()));
        model.types().forEach(type -> checkClass(type.codec(), type.javaType()));
        model.globals()
                .forEach(global -> global.accessor().ifPresent(accessor -> checkClass(accessor, global.record())));
        if (model.objectClass().isPresent()) {
            checkMembers(model);
            checkSizes(model);
        }
    }

    /** Checks a class that is nested in the generated class of the top-level type. */
    private void checkClass(ClassName generated, ClassName origin) {
        String name = "class " + generated.simpleName();
        if (!origin.canonicalName().equals(seen.get(name))) { // several outer maps of one record share a class
            checkFree(name, subject(origin, origin.canonicalName()));
        }
    }

    /**
     * Checks the methods of the object's class: one for each map, each inner map that exists from the start, each program and each variable.
     */
    private void checkMembers(ObjectModel model) {
        Set<String> inC = new HashSet<>(); // SchemaCheck reports two maps with the same C name
        for (MapModel map : model.maps()) {
            if (map.map().role() != MapRole.INNER && inC.add(map.map().name())) {
                checkMember(map.member(), subject(map.record()));
            }
        }
        for (DeclaredInnerMapModel declared : model.declaredInners()) {
            String what = "inner map " + declared.map().name();
            checkMember(declared.member(), subject(declared.declaredBy(), what));
        }
        model.programs().forEach(this::checkProgram);
        for (GlobalModel global : model.globals()) {
            checkMember(global.member(), subject(global.record()));
            checkFree("constant " + global.codecConstant(), subject(global.record()));
        }
    }

    /** Checks the methods of {@code Sizes}: one for each map whose size is set at load. */
    private void checkSizes(ObjectModel model) {
        model.sizedAtLoad().stream()
                .filter(map -> !context.problems().has(place(map.record()), Rule.JAVA_NAME_CLASH))
                .forEach(map ->
                        checkMethod("method %s(long) of Sizes", map.member(), SIZES_METHODS, subject(map.record())));
    }

    /** Checks the method of a program, whose name developers can choose. */
    private void checkProgram(ProgramModel program) {
        if (SourceVersion.isIdentifier(program.member())) {
            checkMember(program.member(), subject(program));
        } else {
            String method = "method " + program.member() + "()";
            clash(subject(program), method, "it is not a name in Java");
        }
    }

    private void checkMember(String member, Subject subject) {
        checkMethod("method %s()", member, GeneratedJavaNames.OBJECT_METHODS, subject);
    }

    private void checkMethod(String format, String member, Set<String> inherited, Subject subject) {
        String method = String.format(Locale.ROOT, format, member);
        if (inherited.contains(member)) {
            clash(subject, method, "every class of this kind already has that method");
        } else if (SourceVersion.isKeyword(member)) {
            clash(subject, method, member + " is a keyword in Java");
        }
        checkFree(method, subject);
    }

    private void checkFree(String generated, Subject subject) {
        String former = seen.putIfAbsent(generated, subject.what());
        if (former != null) {
            clash(subject, generated, "it already generates one for " + former);
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

    private Subject subject(ClassName record) {
        return subject(record, record.simpleName());
    }

    private Subject subject(ClassName record, String what) {
        return new Subject(place(record), record.simpleName(), what, "");
    }

    private void clash(Subject subject, String generated, String why) {
        context.error(subject.place(), Rule.JAVA_NAME_CLASH, subject.name(), generated, why, subject.remedy());
    }

    private SourceLocation place(ClassName origin) {
        Element element = context.elements().getTypeElement(origin.canonicalName());
        return SourceLocation.of(element == null ? context.topLevel() : element);
    }
}
