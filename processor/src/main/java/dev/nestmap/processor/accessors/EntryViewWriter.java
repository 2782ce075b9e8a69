/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.processor.model.StructModel;
import javax.lang.model.element.Modifier;

/** Writes the views of a map's entries and of structs, which read single components from the bytes. */
final class EntryViewWriter {
    private EntryViewWriter() {}

    /** The view of a map's entries. The accessor has a constant {@code CODEC}. */
    static TypeSpec ofEntries(EntryMapModel map) {
        String record = map.record().simpleName();
        TypeSpec.Builder view = view(
                        map.view().simpleName(),
                        CodeBlock.of("{@link $T} entry", map.record()),
                        RuntimeClasses.api("EntryView"))
                .superclass(RuntimeClasses.api("EntryView", map.entry().box()))
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PUBLIC)
                        .addJavadoc("Creates a view that has no entry yet.\n")
                        .addStatement("super(CODEC)")
                        .build());
        map.keyComponent().ifPresent(key -> addComponent(view, record, key, "key", "inKey"));
        map.valueComponents().forEach(component -> addComponent(view, record, component, "value", "inValue"));
        if (map.map().kind().isPerCpu()) {
            view.addMethod(cpu(map.view()));
        }
        return view.build();
    }

    /** The view of a struct that is a component. */
    static TypeSpec.Builder ofStruct(StructModel struct, Modifier... visibility) {
        ClassName base = RuntimeClasses.api("StructView");
        TypeSpec.Builder view = view(struct.view().simpleName(), CodeBlock.of("{@link $T}", struct.javaType()), base)
                .superclass(base)
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(visibility)
                        .addParameter(base, "place")
                        .addStatement("super(place)")
                        .build());
        String record = struct.javaType().simpleName();
        struct.components().forEach(component -> addComponent(view, record, component, "value", "inValue"));
        return view;
    }

    private static TypeSpec.Builder view(String name, CodeBlock what, ClassName base) {
        return TypeSpec.classBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("Reads the components of a $L from its bytes: see {@link $T}.\n", what, base);
    }

    /**
     * Adds the method that reads a component.
     *
     * @param part the inherited method that returns an offset in the key or the value
     * @param place the inherited method that returns the place of a view of the component, if it is a struct
     */
    private static void addComponent(
            TypeSpec.Builder view, String record, ComponentModel component, String part, String place) {
        String name = component.name();
        StructModel nested = component.conversion() instanceof StructModel struct ? struct : null;
        TypeName type = nested == null ? component.conversion().javaType() : nested.view();
        MethodSpec.Builder method = CommonMemberFactory.method(name, type, Modifier.PUBLIC)
                .addJavadoc("Reads the component {@code $L}.\n", name);
        if (nested != null) {
            String field = CommonMemberFactory.variable(name);
            view.addField(FieldSpec.builder(type, field, Modifier.PRIVATE, Modifier.FINAL)
                    .initializer("new $T($L($L))", type, place, component.offset())
                    .build());
            method.addStatement("return $L", field);
        } else {
            CodeBlock bytes = CodeBlock.of("bytes($S), $L($L)", record + "." + name, part, component.offset());
            method.addStatement("return $L", component.conversion().read(bytes, record + "." + name));
        }
        view.addMethod(method.build());
    }

    /** {@code cpu(index)}: selects one of the values of an entry. */
    private static MethodSpec cpu(ClassName view) {
        return CommonMemberFactory.method("cpu", view, Modifier.PUBLIC)
                .addJavadoc("Selects the value of one CPU. A view begins with the first possible CPU.\n\n")
                .addJavadoc("@param index position of the CPU among the possible CPUs, from 0, as in the list that")
                .addJavadoc(" {@code get} returns; not its number, if the numbers have holes\n")
                .addJavadoc("@return this view\n")
                .addJavadoc("@throws IndexOutOfBoundsException if the entry has no such value\n")
                .addParameter(TypeName.INT, "index")
                .addStatement("select(index)")
                .addStatement("return this")
                .build();
    }
}
