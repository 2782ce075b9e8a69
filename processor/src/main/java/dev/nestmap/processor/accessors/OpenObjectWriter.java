/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.GlobalModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.RuntimeClasses;
import java.nio.file.Path;
import javax.lang.model.element.Modifier;

/** Writes the class {@code Open}, which adjusts an object before it is loaded, and the methods {@code open}. */
record OpenObjectWriter(ObjectModel object, ClassName name, SizesWriter sizes) {
    private static final String OPEN = "Open";
    private static final String FILE_PARAMETER = "object";

    void addTo(TypeSpec.Builder type) {
        ClassName open = name.nestedClass(OPEN);
        String source = "{@code META-INF/bpf/" + object.header() + ".bpf.o} from the class path";
        type.addMethod(method("open", open, Modifier.STATIC)
                .addJavadoc("Opens " + source + ". The caller can adjust the object before it loads it.\n")
                .addStatement("return new $T(null)", open)
                .build());
        type.addMethod(method("open", open, Modifier.STATIC)
                .addJavadoc(
                        "Opens an object file. The caller can adjust the object before it loads it.\n\n@param object path of the file\n")
                .addParameter(Path.class, FILE_PARAMETER)
                .addStatement("return new $T($L)", open, FILE_PARAMETER)
                .build());
        type.addType(openClass(open));
    }

    private TypeSpec openClass(ClassName open) {
        TypeSpec.Builder type = TypeSpec.classBuilder(open)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("The object before it is loaded. The methods adjust it, in any order.\n")
                .superclass(ParameterizedTypeName.get(RuntimeClasses.api("OpenObject"), name, open))
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameter(JavaTypes.nullable(ClassName.get(Path.class)), FILE_PARAMETER)
                        .addStatement("super(SPEC, $L, $T::new)", FILE_PARAMETER, name)
                        .build());
        object.globalsAtLoad().forEach(global -> type.addMethod(value(global, open)));
        if (sizes.hasSizes()) {
            type.addMethod(sizes.withSizes(method("sizes", open))
                    .addJavadoc(sizesMeaning())
                    .addStatement("return withSizes($L)", sizes.spec(CodeBlock.of("SPEC")))
                    .build());
        }
        return type.build();
    }

    private String sizesMeaning() {
        String required = object.isForeign()
                ? "If a size is not set, the object determines it."
                : "The object can't be loaded without them.";
        return "Sets the sizes that the records leave to load time. " + required
                + "\n\n@param sizes the sizes\n@return this object\n";
    }

    private MethodSpec value(GlobalModel global, ClassName open) {
        return method(global.member(), open)
                .addJavadoc(
                        "Sets $L.\n\n@param value the value\n@return this object\n", LoadMethodsWriter.meaning(global))
                .addParameter(global.record(), "value")
                .addStatement("return withValue($S, $L, value)", global.global().name(), global.codecExpression())
                .build();
    }

    private static MethodSpec.Builder method(String method, ClassName result, Modifier... modifiers) {
        return MethodSpec.methodBuilder(method)
                .addModifiers(Modifier.PUBLIC)
                .addModifiers(modifiers)
                .returns(result);
    }
}
