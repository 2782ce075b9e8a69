/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import com.google.auto.common.BasicAnnotationProcessor.Step;
import com.google.common.collect.ImmutableSetMultimap;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.processor.reader.TopLevelReader;
import dev.nestmap.schema.rules.Rule;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/** Takes the annotated types of a round, top-level type by top-level type. */
final class DeclarationStep implements Step {
    private final ProcessingEnvironment environment;
    private final Outputs outputs;

    DeclarationStep(ProcessingEnvironment environment) {
        this.environment = environment;
        this.outputs = new Outputs(environment);
    }

    @Override
    public Set<String> annotations() {
        return Stream.of(BpfObject.class, OuterMap.class, InnerMap.class, BpfMap.class, BpfType.class)
                .map(Class::getCanonicalName)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Set<? extends Element> process(ImmutableSetMultimap<String, Element> elementsByAnnotation) {
        TopLevelReader reader = new TopLevelReader(
                environment.getElementUtils(), environment.getTypeUtils(), environment.getMessager());
        Set<TypeElement> topLevels = new LinkedHashSet<>();
        for (Element element : elementsByAnnotation.values()) {
            reader.topLevelOf(element).ifPresent(topLevels::add);
        }
        topLevels.forEach(topLevel -> process(reader, topLevel));
        return Set.of();
    }

    private void process(TopLevelReader reader, TypeElement topLevel) {
        try {
            reader.read(topLevel).ifPresent(declaration -> outputs.write(declaration, topLevel));
        } catch (RuntimeException e) {
            // Whatever it is, it is a defect of ours: the developer learns where it happened and can go on elsewhere.
            environment
                    .getMessager()
                    .printMessage(
                            Diagnostic.Kind.ERROR,
                            Rule.INTERNAL_ERROR.message(topLevel.getSimpleName(), Traces.brief(e)),
                            topLevel);
        }
    }
}
