/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.global;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.GlobalModel;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.processor.reader.type.ManagedFieldReader;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.CType;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;

/** Reads records with {@code @Constants} or {@code @Variables} as global variables. */
public record GlobalReader(TypeElement topLevel, CNameAllocator names, CTypeReader types, Problems problems) {
    /** The largest offset from a pointer that the verifier allows: {@code BPF_MAX_VAR_OFF} in include/linux/bpf_verifier.h. */
    private static final long MAX_SIZE = 1L << 29;

    /** Reads a record. The result is empty if its type is not known. */
    public Optional<GlobalModel> read(GlobalAnnotation annotation) {
        checkSection(annotation);
        TypeElement record = annotation.record();
        List<? extends RecordComponentElement> elements = record.getRecordComponents();
        Optional<GlobalModel> model = elements.size() == 1 ? single(annotation, elements.get(0)) : struct(annotation);
        model.map(GlobalModel::global).ifPresent(global -> {
            names.checkVariable(global.name(), "variable");
            checkSize(annotation, global);
        });
        return model;
    }

    private Optional<GlobalModel> struct(GlobalAnnotation annotation) {
        return types.structOfVariable(annotation.record())
                .map(struct -> model(
                        annotation,
                        struct.type().name(),
                        struct.type(),
                        Optional.of(struct.codec()),
                        struct.components()));
    }

    /** A single component is a variable of its own C type, and not a struct, like a key or value with a single component. */
    private Optional<GlobalModel> single(GlobalAnnotation annotation, RecordComponentElement element) {
        TypeElement record = annotation.record();
        types.checkVariable(record);
        types.managed(record, List.of(element), ManagedFieldReader.Role.GLOBAL);
        Conversion only = types.components(List.of(element)).get(0);
        types.checkSingleComponent(record, element, only);
        ComponentModel component = new ComponentModel(element.getSimpleName().toString(), 0, only);
        return Optional.of(model(annotation, names.of(record), only.type(), Optional.empty(), List.of(component)));
    }

    private GlobalModel model(
            GlobalAnnotation annotation,
            String name,
            CType type,
            Optional<ClassName> codec,
            List<ComponentModel> components) {
        TypeElement record = annotation.record();
        return new GlobalModel(
                ClassName.get(record),
                new GlobalDef(name, annotation.section(), type),
                codec,
                components,
                annotation.isConstants() ? Optional.empty() : Optional.of(JavaNames.variable(record, topLevel)),
                annotation.isSetAtLoad());
    }

    private void checkSection(GlobalAnnotation annotation) {
        if (!annotation.isSectionAllowed()) {
            problems.error(
                    annotation.place("section"),
                    Rule.SECTION_DOES_NOT_FIT,
                    annotation.name(),
                    annotation.record().getSimpleName(),
                    annotation.section().replaceAll("\\p{Cntrl}", "?"),
                    annotation.isConstants()
                            ? "constants only from .rodata and from sections whose names begin with \".rodata.\""
                            : "variables only from .bss, .data and sections whose names begin with \".bss.\" or \".data.\"",
                    annotation.isConstants() ? ".rodata.config" : ".data.stats");
        }
    }

    private void checkSize(GlobalAnnotation annotation, GlobalDef global) {
        if (global.type().size() > MAX_SIZE) {
            problems.error(
                    SourceLocation.of(annotation.record()),
                    Rule.GLOBAL_TOO_LARGE,
                    global.name(),
                    global.type().size(),
                    MAX_SIZE);
        }
    }
}
