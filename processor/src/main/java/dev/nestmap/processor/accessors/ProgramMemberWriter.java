/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.ProgramModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.program.AttachmentKind;
import dev.nestmap.schema.program.ProgramSection;
import javax.lang.model.element.Modifier;

/**
 * Writes the method that returns a program, and the constant of its declaration. The section determines the matching hooks: with a type
 * argument, the Java compiler rejects all others.
 */
final class ProgramMemberWriter {
    private final ProgramModel model;
    private final ProgramDef program;
    private final Form form;

    /** The type argument of the form: the kind of the program; empty for none. */
    private final String argument;

    /** The class of the program, and the class of its constant; empty if it needs none. */
    private enum Form {
        UNTYPED("UntypedProgram", ""),
        WITHOUT_HOOK("Program", ""),
        ATTACHED("AttachableProgram", "DeclaredProgram"),
        ATTACHED_TO_TARGET("AttachableProgram.Targeted", "DeclaredProgram.Targeted");

        private final String type;
        private final String constant;

        Form(String type, String constant) {
            this.type = type;
            this.constant = constant;
        }
    }

    ProgramMemberWriter(ProgramModel model) {
        this.model = model;
        this.program = model.program();
        String section = program.loadAs().isEmpty() ? program.sectionName() : program.loadAs();
        ProgramSection row = ProgramSection.of(section).orElse(null);
        if (row == null) {
            this.form = Form.UNTYPED;
            this.argument = "";
            return;
        }
        String target = row.targetIn(section);
        AttachmentKind kind =
                row.kinds().isEmpty() ? AttachmentKind.STRUCT_OPS : row.kinds().get(0);
        if (kind.programs().isEmpty()) {
            this.form = Form.WITHOUT_HOOK;
        } else {
            this.form = namesTarget(kind) && !target.isEmpty() ? Form.ATTACHED_TO_TARGET : Form.ATTACHED;
        }
        // Without an attach type of its own, the program of a classifier fits every hook of an interface.
        boolean isAnyClassifier = row.attachType() == null && row.kinds().contains(AttachmentKind.TC);
        this.argument = (isAnyClassifier ? AttachmentKind.TC : kind).programs();
    }

    /** Whether the target in the section's name is all that attaching needs, so that the result is one link. */
    private static boolean namesTarget(AttachmentKind kind) {
        return switch (kind) {
            case KPROBE, KPROBE_MULTI, UPROBE, UPROBE_MULTI, TRACEPOINT, RAW_TRACEPOINT, TRACING -> true;
            default -> false;
        };
    }

    /** Adds method and constant. */
    void addTo(TypeSpec.Builder type) {
        MethodSpec.Builder method = CommonMemberFactory.method(model.member(), typed(form.type), Modifier.PUBLIC)
                .addJavadoc(
                        "Returns the program {@code $L}.\n\n@return the program\n@throws $T if the load left the program"
                                + " out, or if the maps are in memory and no {@code MemoryProgram} has this name\n",
                        program.name(),
                        RuntimeClasses.BPF_EXCEPTION);
        if (form.constant.isEmpty()) {
            method.addStatement("return program($S)", program.name());
        } else {
            String constant = CommonMemberFactory.constant(model.member(), type);
            type.addField(FieldSpec.builder(typed(form.constant), constant)
                    .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                    .addJavadoc("The program {@code $L}, before its object is loaded.\n", program.name())
                    .initializer("new $T<>($S)", RuntimeClasses.attach(form.constant), program.name())
                    .build());
            method.addStatement("return program($L)", constant);
        }
        type.addMethod(method.build());
    }

    private TypeName typed(String name) {
        ClassName raw = RuntimeClasses.attach(name);
        return argument.isEmpty() ? raw : ParameterizedTypeName.get(raw, RuntimeClasses.attach(argument));
    }
}
