/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import com.google.auto.service.AutoService;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.reader.DeclarationReader;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReadResult;
import dev.nestmap.processor.reader.source.SourceLocation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Generates C headers, schema texts and Java accessors from annotated records. Each top-level type gives one file of each kind, and each
 * file comes from only one top-level type, so Gradle treats the processor as isolating.
 *
 * <p>It processes the annotated types of each round, one top-level type at a time, ordered by name, so that the result does not depend on the
 * order of the compiler's arguments. A type that uses a missing type waits for the next round, because another processor may generate the
 * missing type. In the last round, Nestmap reads it anyway, to report its other problems. javac itself reports the missing type.
 */
@AutoService(Processor.class)
public final class NestmapProcessor extends AbstractProcessor {
    private static final int FRAMES = 8;

    /** The beginning of the names of Nestmap's annotations. */
    private static final String OWN = BpfObject.class.getPackageName() + ".";

    /** The end of a type in one round. */
    private enum Outcome {
        /** The type uses a missing type, which another processor may generate before the next round. */
        WAITS,
        /** Its files are written, or its problems are reported. */
        DONE,
        /** Nothing is written and nothing reported, which is a defect of Nestmap. */
        LOST
    }

    private final Set<String> compiledHere = new HashSet<>();
    private final Map<String, TypeElement> waiting = new TreeMap<>();
    private @Nullable GeneratedFileWriter outputs;

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
        super.init(environment);
        outputs = new GeneratedFileWriter(environment);
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of(OWN + "*");
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    /**
     * Claims no annotation, because another processor may read it: javac passes a claimed annotation to no processor after this one. The price is
     * javac's lint {@code processing}, which warns of annotations that nobody claims (JavacProcessingEnvironment.discoverAndRunProcs); no order of
     * processors avoids both.
     */
    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        if (outputs != null) {
            process(outputs, round);
        }
        return false;
    }

    private void process(GeneratedFileWriter writer, RoundEnvironment round) {
        round.getRootElements().forEach(root -> compiledHere.add(root.toString()));
        DeclarationReader reader = new DeclarationReader(
                processingEnv.getElementUtils(), processingEnv.getTypeUtils(), compiledHere::contains);
        for (String annotation : DeclarationReader.annotations()) {
            collect(reader, round, annotation);
        }
        for (String name : List.copyOf(waiting.keySet())) {
            TypeElement topLevel = processingEnv.getElementUtils().getTypeElement(name);
            if (topLevel != null && process(reader, writer, topLevel, round.processingOver()) == Outcome.DONE) {
                waiting.remove(name);
            }
        }
        if (round.processingOver() && !round.errorRaised()) {
            waiting.forEach((name, type) -> Problems.report(
                    processingEnv.getMessager(), SourceLocation.of(type), Rule.NOTHING_GENERATED, name));
        }
    }

    private void collect(DeclarationReader reader, RoundEnvironment round, String annotationName) {
        TypeElement annotation = processingEnv.getElementUtils().getTypeElement(annotationName);
        if (annotation == null) {
            return;
        }
        for (Element element : round.getElementsAnnotatedWith(annotation)) {
            reader.topLevelOf(element, processingEnv.getMessager())
                    .ifPresent(
                            topLevel -> waiting.put(topLevel.getQualifiedName().toString(), topLevel));
        }
    }

    private Outcome process(DeclarationReader reader, GeneratedFileWriter writer, TypeElement topLevel, boolean last) {
        try {
            ReadResult result = reader.read(topLevel);
            Problems problems = result.problems();
            if (problems.hasMissingTypes() && !last) {
                return Outcome.WAITS;
            }
            problems.report(processingEnv.getMessager());
            if (problems.isReported() && !last) { // javac reads no file of the last round
                writer.writeEmpty(topLevel);
            }
            result.model().ifPresent(model -> writer.write(model, result, topLevel));
            boolean isReported = problems.hasMissingTypes() || problems.isReported();
            return isReported || result.model().isPresent() ? Outcome.DONE : Outcome.LOST;
        } catch (RuntimeException | LinkageError e) {
            // A defect of Nestmap. The message says where it happened, and other types are still processed.
            String message = Rule.INTERNAL_ERROR.message(topLevel.getSimpleName()) + "\n" + brief(e);
            processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, message, topLevel);
            return Outcome.DONE;
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
}
