/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.ArrayConversion;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.ListConversion;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.processor.model.ScalarConversion;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes the class {@code Words}, which names the components that the CPU can read and write atomically in shared memory. */
final class WordsWriter {
    private WordsWriter() {}

    /**
     * Adds the class to an accessor, if there is such a component.
     *
     * @param alignment the alignment of the memory that the offsets of the components begin at, in bytes
     */
    static void addTo(
            TypeSpec.Builder type,
            ClassName record,
            ClassName accessor,
            List<ComponentModel> components,
            int alignment) {
        List<MethodSpec> words = new ArrayList<>();
        for (ComponentModel component : components) {
            Conversion conversion =
                    component.conversion() instanceof ListConversion list ? list.array() : component.conversion();
            Conversion number = conversion instanceof ArrayConversion array ? array.element() : conversion;
            if (number instanceof ScalarConversion scalar && isWord(scalar.type(), component.offset(), alignment)) {
                words.add(
                        conversion instanceof ArrayConversion array
                                ? element(record, accessor, component, scalar.type(), array.count())
                                : word(record, accessor, component, scalar.type()));
            }
        }
        if (!words.isEmpty()) {
            type.addType(TypeSpec.classBuilder("Words")
                    .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                    .addJavadoc(
                            "The components of {@link $T} that can be read and written one at a time, atomically.\n",
                            record)
                    .addMethod(CodecMembers.privateConstructor())
                    .addMethods(words)
                    .build());
        }
    }

    private static boolean isWord(Scalar type, long offset, int alignment) {
        return switch (type) {
            case U32, S32, U64, S64 -> offset % type.size() == 0 && alignment % type.size() == 0;
            default -> false;
        };
    }

    private static MethodSpec word(ClassName record, ClassName accessor, ComponentModel component, Scalar type) {
        return method(record, component)
                .addJavadoc("The component {@code $L}.\n", name(record, component))
                .addStatement("return $T.$L", accessor, field(record, component, type))
                .build();
    }

    private static MethodSpec element(
            ClassName record, ClassName accessor, ComponentModel component, Scalar type, int count) {
        return method(record, component)
                .addParameter(TypeName.INT, "index")
                .addJavadoc(
                        "An element of the component {@code $L}.\n\n@param index from 0 to $L\n",
                        name(record, component),
                        count - 1)
                .addStatement(
                        "return $T.<$T>$L$Z.element(index, /* count */ $L)",
                        accessor,
                        record,
                        field(record, component, type),
                        count)
                .build();
    }

    private static MethodSpec.Builder method(ClassName record, ComponentModel component) {
        return MethodSpec.methodBuilder(component.name())
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(ParameterizedTypeName.get(RuntimeClasses.api("WordField"), record));
    }

    private static CodeBlock field(ClassName record, ComponentModel component, Scalar type) {
        return CodeBlock.of(
                "wordField($S,$W/* offset */ $L,$W/* size */ $L,$W/* signed */ $L)",
                name(record, component),
                component.offset(),
                type.size(),
                type.signed());
    }

    private static String name(ClassName record, ComponentModel component) {
        return record.simpleName() + "." + component.name();
    }
}
