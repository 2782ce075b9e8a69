/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.GlobalModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.RuntimeClasses;
import java.nio.file.Path;
import java.util.Set;
import javax.lang.model.element.Modifier;

/**
 * Writes the methods {@code load} and {@code inMemory}, and the class {@code Open}, which adjusts an object before it is loaded, with the
 * methods {@code open}. The parameters of {@code load} and {@code inMemory} are the object file, the global variables whose value callers
 * set, and the sizes that records leave to load time, in this order. An existing object has its own values and sizes, so {@code load} takes
 * none.
 */
record LoadMethodsWriter(ObjectModel object, ClassName name, SizesWriter sizes) {
    private static final String FILE_PARAMETER = "object";

    /** The names of the parameters that are not global variables. */
    private static final Set<String> TAKEN = Set.of(FILE_PARAMETER, SizesWriter.PARAMETER);

    void addTo(TypeSpec.Builder type) {
        type.addMethod(load(false));
        type.addMethod(load(true));
        type.addMethod(inMemory());
        type.addMethod(plan());
        ClassName open = name.nestedClass("Open");
        type.addMethod(factory("open", open)
                .addJavadoc("Opens $L. The caller can adjust the object before it loads it.\n", ofClassPath())
                .addStatement("return new $T(null)", open)
                .build());
        type.addMethod(factory("open", open)
                .addJavadoc("Opens an object file. The caller can adjust the object before it loads it.\n")
                .addParameter(file())
                .addStatement("return new $T($L)", open, FILE_PARAMETER)
                .build());
        type.addType(openClass(open));
    }

    private MethodSpec load(boolean fromFile) {
        MethodSpec.Builder load = factory("load", name);
        if (fromFile) {
            load.addParameter(file());
        }
        if (!object.isForeign()) {
            addValues(load);
        }
        String source = fromFile ? "an object file" : ofClassPath();
        return load.addJavadoc("Loads $L into the kernel.\n", source)
                .addStatement(
                        "return $L.load($L$T::new)",
                        object.isForeign() ? CodeBlock.of("SPEC") : spec(),
                        fromFile ? FILE_PARAMETER + ", " : "",
                        name)
                .build();
    }

    private MethodSpec inMemory() {
        MethodSpec.Builder inMemory = factory("inMemory", name);
        addValues(inMemory);
        String content = object.globals().isEmpty() ? "the maps" : "the maps and variables";
        return inMemory.addJavadoc(
                        "Creates $L in the Java heap, for tests without privileges. There are no programs.\n", content)
                .addStatement("return $L.inMemory($T::new)", spec(), name)
                .build();
    }

    private static MethodSpec plan() {
        return factory("plan", RuntimeClasses.PLANNED_UPGRADE)
                .addJavadoc(
                        "Plans what a load does with pinned maps of another version. Needs no kernel and no object.\n")
                .addParameter(ParameterSpec.builder(Path.class, "schemaText")
                        .addJavadoc("the schema text of that version\n")
                        .build())
                .addStatement("return SPEC.plan(schemaText)")
                .build();
    }

    /** Adds the parameters for global variables and sizes. */
    private void addValues(MethodSpec.Builder factory) {
        for (GlobalModel global : object.globalsAtLoad()) {
            factory.addParameter(ParameterSpec.builder(global.record(), parameter(global))
                    .addJavadoc("$L\n", meaning(global))
                    .build());
        }
        sizes.withSizes(factory);
    }

    /** The class {@code Open}. */
    private TypeSpec openClass(ClassName open) {
        TypeSpec.Builder type = TypeSpec.classBuilder(open)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("The object before it is loaded. The methods adjust it, in any order.\n")
                .superclass(RuntimeClasses.api("OpenObject", name, open))
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameter(CommonMemberFactory.nullable(ClassName.get(Path.class)), FILE_PARAMETER)
                        .addStatement("super(SPEC, $L, $T::new)", FILE_PARAMETER, name)
                        .build());
        object.globalsAtLoad().forEach(global -> type.addMethod(value(global, open)));
        if (sizes.hasSizes()) {
            type.addMethod(sizes.withSizes(CommonMemberFactory.method("sizes", open, Modifier.PUBLIC))
                    .addJavadoc("$L", sizesMeaning())
                    .addStatement("return withSizes($L)", sizes.spec())
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
        return CommonMemberFactory.method(global.member(), open, Modifier.PUBLIC)
                .addJavadoc("Sets $L.\n\n@param value the value\n@return this object\n", meaning(global))
                .addParameter(global.record(), "value")
                .addStatement("return withValue($S, $L, value)", global.global().name(), global.codecExpression())
                .build();
    }

    /** What callers set, as a noun: {@code the constants config}. */
    private static CodeBlock meaning(GlobalModel global) {
        return CodeBlock.of(
                "$L {@code $L}",
                global.global().isConstant() ? "the constants" : "the initial value of the variable",
                global.global().name());
    }

    /** An expression of the object's specification with the values of the parameters. */
    private CodeBlock spec() {
        CodeBlock.Builder spec = sizes.spec().toBuilder();
        object.globalsAtLoad()
                .forEach(global -> spec.add(
                        "$Z.initial($S, $L, $L)", global.global().name(), global.codecExpression(), parameter(global)));
        return spec.build();
    }

    /** The name of the parameter for a global variable, which differs from those of all other parameters. */
    private String parameter(GlobalModel global) {
        String name = CommonMemberFactory.variable(global.member());
        while (TAKEN.contains(name) || isOfAnother(global, name)) {
            name += "Value";
        }
        return name;
    }

    private boolean isOfAnother(GlobalModel global, String name) {
        return object.globalsAtLoad().stream()
                .anyMatch(other -> !other.equals(global) && other.member().equals(name));
    }

    private static ParameterSpec file() {
        return ParameterSpec.builder(Path.class, FILE_PARAMETER)
                .addJavadoc("path of the file\n")
                .build();
    }

    private String ofClassPath() {
        return "{@code META-INF/bpf/" + object.schema().path() + ".bpf.o} from the class path";
    }

    private static MethodSpec.Builder factory(String method, ClassName result) {
        return CommonMemberFactory.method(method, result, Modifier.PUBLIC, Modifier.STATIC);
    }
}
