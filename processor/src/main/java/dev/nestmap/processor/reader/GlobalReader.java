/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.Constants;
import dev.nestmap.annotations.Variables;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.GlobalModel;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.GeneratedJavaNames;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.processor.reader.type.ManagedFieldReader;
import dev.nestmap.processor.reader.type.TypedComponent;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.type.CType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.TypeElement;

/** Reads records with {@code @Constants} or {@code @Variables} as global variables. */
record GlobalReader(ReaderContext context, CTypeReader types) {
    /** The largest offset from a pointer that the verifier allows: {@code BPF_MAX_VAR_OFF} in include/linux/bpf_verifier.h. */
    private static final long MAX_SIZE = 1L << 29;

    /** The annotations on a type. A type with both is an error. */
    static List<AnnotationUse> annotations(TypeElement type) {
        return Stream.of(Constants.class, Variables.class)
                .flatMap(annotation -> AnnotationUse.on(type, annotation).stream())
                .toList();
    }

    private static boolean isConstants(AnnotationUse annotation) {
        return annotation.name().equals(Constants.class.getSimpleName());
    }

    /** Reads a record. The result is empty if its type is not known. */
    Optional<GlobalModel> read(AnnotationUse annotation) {
        checkSection(annotation);
        TypeElement record = MoreElements.asType(annotation.element());
        Optional<GlobalModel> model = record.getRecordComponents().size() == 1
                ? Optional.of(single(annotation, record))
                : types.structOfVariable(record)
                        .map(struct -> model(
                                annotation,
                                struct.type().name(),
                                struct.type(),
                                Optional.of(struct.codec()),
                                struct.components()));
        model.map(GlobalModel::global).ifPresent(global -> {
            context.names().checkVariable(global.name(), "variable");
            if (global.type().size() > MAX_SIZE) {
                context.error(
                        SourceLocation.of(record),
                        Rule.GLOBAL_TOO_LARGE,
                        global.name(),
                        global.type().size(),
                        MAX_SIZE);
            }
        });
        return model;
    }

    /** Reads a record with a single component as a variable of the component's C type instead of a struct, like a key or value. */
    private GlobalModel single(AnnotationUse annotation, TypeElement record) {
        context.checkVisible(record);
        List<TypedComponent> components = types.components(record);
        types.managed().reject(record, ManagedFieldReader.Role.GLOBAL);
        TypedComponent only = components.get(0);
        types.checkSingleComponent(record, only);
        String name = context.names().of(record);
        return model(annotation, name, only.conversion().type(), Optional.empty(), List.of(only.whole()));
    }

    private GlobalModel model(
            AnnotationUse annotation,
            String name,
            CType type,
            Optional<ClassName> codec,
            List<ComponentModel> components) {
        TypeElement record = MoreElements.asType(annotation.element());
        boolean isConstants = isConstants(annotation);
        return new GlobalModel(
                ClassName.get(record),
                new GlobalDef(name, annotation.text("section"), type),
                codec,
                components,
                isConstants ? Optional.empty() : Optional.of(GeneratedJavaNames.variable(record, context.topLevel())),
                isConstants || annotation.flag("setAtLoad"));
    }

    /** Checks that libbpf makes the map that the annotation describes from the section, and that C needs no escapes for its name. */
    private void checkSection(AnnotationUse annotation) {
        String section = annotation.text("section");
        boolean isConstants = isConstants(annotation);
        boolean isAllowed = GlobalDef.isDataSection(section)
                && GlobalDef.isConstantSection(section) == isConstants
                && section.matches("(\\.[A-Za-z0-9_]+)+");
        if (!isAllowed) {
            context.error(
                    annotation.place("section"),
                    Rule.SECTION_DOES_NOT_FIT,
                    annotation.name(),
                    annotation.element().getSimpleName(),
                    section,
                    isConstants
                            ? "constants only from .rodata and from sections whose names begin with \".rodata.\""
                            : "variables only from .bss, .data and sections whose names begin with \".bss.\" or \".data.\"",
                    isConstants ? ".rodata.config" : ".data.stats");
        }
    }
}
