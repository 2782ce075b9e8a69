/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import dev.nestmap.processor.reader.DeclarationReader;
import dev.nestmap.processor.reader.source.ReadResult;
import dev.nestmap.schema.rules.Rule;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/**
 * Processes the annotated types of each round, one top-level type at a time. It orders them by name, so that the result does not depend on
 * the order of the compiler's arguments.
 *
 * <p>A type that uses a missing type waits for the next round, because another processor may generate the missing type. In the last
 * round, Nestmap reads it anyway, to report its other problems. javac itself reports the missing type.
 */
final class ProcessingRounds {
    private static final int FRAMES = 8;

    private final ProcessingEnvironment environment;
    private final GeneratedFileWriter outputs;
    private final Set<String> compiledHere = new HashSet<>();
    private final Map<String, TypeElement> waiting = new TreeMap<>();

    ProcessingRounds(ProcessingEnvironment environment) {
        this.environment = environment;
        this.outputs = new GeneratedFileWriter(environment);
    }

    void process(RoundEnvironment round) {
        round.getRootElements().forEach(root -> compiledHere.add(root.toString()));
        DeclarationReader reader = new DeclarationReader(
                environment.getElementUtils(), environment.getTypeUtils(), name -> compiledHere.contains(name));
        for (String annotation : DeclarationReader.annotations()) {
            collect(reader, round, annotation);
        }
        for (String name : List.copyOf(waiting.keySet())) {
            TypeElement topLevel = environment.getElementUtils().getTypeElement(name);
            if (topLevel != null && process(reader, topLevel, round.processingOver())) {
                waiting.remove(name);
            }
        }
        if (round.processingOver() && !round.errorRaised()) {
            waiting.forEach(this::nothingGenerated);
        }
    }

    private void collect(DeclarationReader reader, RoundEnvironment round, String annotationName) {
        TypeElement annotation = environment.getElementUtils().getTypeElement(annotationName);
        if (annotation == null) {
            return;
        }
        for (Element element : round.getElementsAnnotatedWith(annotation)) {
            reader.topLevelOf(element, environment.getMessager())
                    .ifPresent(
                            topLevel -> waiting.put(topLevel.getQualifiedName().toString(), topLevel));
        }
    }

    /** Processes a type. Returns whether it is finished: written, rejected with its problems reported, or failed. */
    private boolean process(DeclarationReader reader, TypeElement topLevel, boolean last) {
        try {
            ReadResult result = reader.read(topLevel);
            if (result.problems().hasMissingTypes() && !last) {
                return false;
            }
            result.problems().report(environment.getMessager());
            if (result.problems().isReported() && !last) { // javac reads no file of the last round
                outputs.writeEmpty(topLevel);
            }
            result.declaration().ifPresent(declaration -> outputs.write(declaration, result, topLevel));
            return result.problems().hasMissingTypes()
                    || result.problems().isReported()
                    || result.declaration().isPresent();
        } catch (RuntimeException e) {
            // A defect of Nestmap. The message says where it happened, and other types are still processed.
            String message = Rule.INTERNAL_ERROR.message(topLevel.getSimpleName()) + "\n" + brief(e);
            environment.getMessager().printMessage(Diagnostic.Kind.ERROR, message, topLevel);
            return true;
        }
    }

    /** The exception and the innermost frames of its trace, for a message that a developer can report. */
    private static String brief(Throwable e) {
        return e
                + Arrays.stream(e.getStackTrace())
                        .limit(FRAMES)
                        .map(frame -> "\n  at " + frame)
                        .collect(Collectors.joining());
    }

    private void nothingGenerated(String name, TypeElement topLevel) {
        String message = Rule.NOTHING_GENERATED.message(name);
        environment.getMessager().printMessage(Diagnostic.Kind.ERROR, message, topLevel);
    }
}
