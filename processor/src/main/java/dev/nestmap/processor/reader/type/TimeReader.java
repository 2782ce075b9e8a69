/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.TimeScale;
import dev.nestmap.annotations.Unit;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.TimeConversion;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.Width;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.Scalar;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.VariableElement;

/** {@link Duration} and {@link Instant}: integers that count a unit. */
record TimeReader(WidthCheck widths, Problems problems) implements ComponentReader {
    private static final List<Class<?>> TYPES = List.of(Duration.class, Instant.class);

    @Override
    public boolean reads(Component component) {
        return javaType(component).isPresent();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        Optional<Width> width = component.width(problems);
        if (!widths.fitsLong(component, width)) {
            return Optional.empty();
        }
        Scalar type = width.map(Width::scalar).orElse(Scalar.U64);
        Optional<AnnotationMirror> unit = unitOf(component);
        if (unit.isEmpty()) {
            problems.error(component.place(), Rule.UNIT_MISSING, component.qualifiedName(), component.typeName());
            return Optional.empty();
        }
        if (!AnnotationValues.isComplete(unit.get())) {
            problems.addMissingType();
            return Optional.empty();
        }
        VariableElement scale = (VariableElement) AnnotationValues.value(unit.get(), "value");
        long perSecond = perSecond(TimeScale.valueOf(scale.getSimpleName().toString()));
        return javaType(component).map(javaType -> new TimeConversion(type, ClassName.get(javaType), perSecond));
    }

    /** Whether the component has no {@code @Unit}, or a type that has a unit; reports it otherwise. */
    boolean isFitting(Component component) {
        boolean fitting = reads(component.innermost()) || unitOf(component).isEmpty();
        if (!fitting) {
            problems.error(component.place(), Rule.UNIT_DOES_NOT_FIT, component.qualifiedName(), component.typeName());
        }
        return fitting;
    }

    private static long perSecond(TimeScale scale) {
        return switch (scale) {
            case NANOS -> 1_000_000_000;
            case MICROS -> 1_000_000;
            case MILLIS -> 1_000;
            case SECONDS -> 1;
        };
    }

    private static Optional<Class<?>> javaType(Component component) {
        return TYPES.stream().filter(component::is).findFirst();
    }

    private static Optional<AnnotationMirror> unitOf(Component component) {
        return MoreElements.getAnnotationMirror(component.declaration(), Unit.class)
                .transform(Optional::of)
                .or(Optional.empty());
    }
}
