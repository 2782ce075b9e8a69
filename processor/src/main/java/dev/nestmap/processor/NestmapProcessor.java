/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import com.google.auto.common.BasicAnnotationProcessor;
import com.google.auto.service.AutoService;
import java.util.List;
import javax.annotation.processing.Processor;
import javax.lang.model.SourceVersion;

/**
 * Turns annotated records into C headers, schema texts and Java accessors. From each top-level type comes one of each, and
 * from nothing else: the processor is isolating.
 */
@AutoService(Processor.class)
public final class NestmapProcessor extends BasicAnnotationProcessor {
    @Override
    protected Iterable<? extends Step> steps() {
        return List.of(new DeclarationStep(processingEnv));
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }
}
