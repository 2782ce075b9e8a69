/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import com.google.auto.service.AutoService;
import dev.nestmap.processor.reader.DeclarationReader;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * Generates C headers, schema texts and Java accessors from annotated records. Each top-level type gives one file of each kind, and each
 * file comes from only one top-level type, so Gradle treats the processor as isolating.
 */
@AutoService(Processor.class)
public final class NestmapProcessor extends AbstractProcessor {
    private @Nullable ProcessingRounds rounds;

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
        super.init(environment);
        rounds = new ProcessingRounds(environment);
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return DeclarationReader.annotations();
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        if (rounds != null) {
            rounds.process(round);
        }
        return false;
    }
}
