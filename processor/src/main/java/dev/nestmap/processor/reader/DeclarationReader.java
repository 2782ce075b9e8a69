/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.annotations.Constants;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Variables;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.CNameChooser;
import dev.nestmap.processor.reader.source.EnclosingTypeFinder;
import dev.nestmap.processor.reader.source.HeaderIncludes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReadResult;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.CNameConverter;
import java.lang.annotation.Annotation;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.annotation.processing.Messager;
import javax.lang.model.element.Element;
import javax.lang.model.element.Name;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads annotated top-level types and reports every problem in them. */
public final class DeclarationReader {
    private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(
            BpfObject.class,
            OuterMap.class,
            OuterMap.All.class,
            InnerMap.class,
            BpfMap.class,
            Constants.class,
            Variables.class,
            BpfProgram.class,
            BpfProgram.All.class,
            BpfType.class);

    private final Elements elements;
    private final Types types;
    private final Predicate<String> isCompiledHere;
    private final Map<TypeElement, ReadResult> results = new HashMap<>();
    private final Set<TypeElement> beingRead = new LinkedHashSet<>();

    /**
     * A reader for one round of the compiler.
     *
     * @param isCompiledHere whether the top-level type with this name is part of the compilation, and not of an earlier one
     */
    public DeclarationReader(Elements elements, Types types, Predicate<String> isCompiledHere) {
        this.elements = elements;
        this.types = types;
        this.isCompiledHere = isCompiledHere;
    }

    /** The names of the annotations for which the processor generates files. */
    public static Set<String> annotations() {
        return ANNOTATIONS.stream().map(Class::getCanonicalName).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The name of the header for a top-level type. */
    static String headerOf(TypeElement topLevel) {
        String written = AnnotationUse.on(topLevel, BpfObject.class)
                .map(object -> object.text("value"))
                .orElse("");
        return written.isEmpty()
                ? CNameConverter.snakeCase(topLevel.getSimpleName().toString())
                : written;
    }

    /** The top-level type that declares an annotated type. Reports an annotated type that is nested elsewhere, and returns empty. */
    public Optional<TypeElement> topLevelOf(Element annotated, Messager messager) {
        TypeElement topLevel = EnclosingTypeFinder.topLevel(annotated);
        boolean isOfObject =
                EnclosingTypeFinder.of(annotated).equals(topLevel) && isObject(topLevel) && !isObject(annotated);
        if (annotated.equals(topLevel) || isOfObject) {
            return Optional.of(topLevel);
        }
        Problems problems = new Problems();
        SourceLocation place = SourceLocation.of(annotated);
        if (isObject(annotated)) {
            problems.error(place, Rule.OBJECT_NOT_AN_INTERFACE, annotated.getSimpleName());
        } else if (!isObject(EnclosingTypeFinder.of(annotated))) {
            Name around = EnclosingTypeFinder.of(annotated).getSimpleName();
            String fix = isObject(topLevel)
                    ? "move " + annotated.getSimpleName() + " directly into @BpfObject " + topLevel.getSimpleName()
                    : "annotate a top-level interface around " + annotated.getSimpleName() + " with @BpfObject";
            problems.error(place, Rule.MAP_NESTED_OUTSIDE_OBJECT, annotated.getSimpleName(), around, fix);
        }
        problems.report(messager);
        return Optional.empty();
    }

    /** The classes that users can name and that are generated in the class of a top-level type, at any depth. */
    public static Set<ClassName> nestedClasses(TypeElement topLevel) {
        return new AnnotatedTypeFinder(topLevel, new Problems()).nestedClasses();
    }

    /** Reads a top-level type. */
    public ReadResult read(TypeElement topLevel) {
        ReadResult known = results.get(topLevel);
        if (known != null) {
            return known;
        }
        beingRead.add(topLevel);
        try {
            ReadResult result = new TopLevelTypeReader(context(topLevel)).read();
            results.put(topLevel, result);
            return result;
        } finally {
            beingRead.remove(topLevel);
        }
    }

    private ReaderContext context(TypeElement topLevel) {
        Problems problems = new Problems();
        String prefix = AnnotationUse.on(topLevel, BpfObject.class)
                .filter(AnnotationUse::isComplete)
                .map(object -> object.text("prefix"))
                .orElse("");
        return new ReaderContext(
                topLevel,
                elements,
                types,
                new CNameChooser(prefix, EnclosingTypeFinder.isForeign(topLevel), problems),
                new HeaderIncludes(this::read, beingRead, isCompiledHere, problems),
                problems);
    }

    private static boolean isObject(Element type) {
        return MoreElements.isAnnotationPresent(type, BpfObject.class);
    }
}
