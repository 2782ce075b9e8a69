/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.ArrayConversion;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.IntegerConversion;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes a constant for each component that the CPU can read and write atomically in shared memory. */
final class WordConstantWriter {
    private WordConstantWriter() {}

    /**
     * Adds the constants to an accessor.
     *
     * @param alignment the alignment of the memory at offset 0, in bytes
     */
    static void addTo(TypeSpec.Builder type, ClassName record, List<ComponentModel> components, int alignment) {
        for (ComponentModel component : components) {
            Conversion conversion = component.conversion();
            Conversion number = conversion instanceof ArrayConversion array ? array.element() : conversion;
            if (number instanceof IntegerConversion scalar && isWord(scalar.type(), component.offset(), alignment)) {
                CodeBlock place = CodeBlock.of(
                        "$S,$W/* offset */ $L,$W/* size */ $L,$W/* signed */ $L",
                        record.simpleName() + "." + component.name(),
                        component.offset(),
                        scalar.type().size(),
                        scalar.type().signed());
                boolean isArray = conversion instanceof ArrayConversion;
                ClassName word = RuntimeClasses.api("WordField");
                type.addField(FieldSpec.builder(
                                ParameterizedTypeName.get(isArray ? word.nestedClass("Array") : word, record),
                                CommonMemberFactory.constant(component.name(), type),
                                Modifier.PUBLIC,
                                Modifier.STATIC,
                                Modifier.FINAL)
                        .addJavadoc(
                                isArray
                                        ? "The words of the component {@code $L}.\n"
                                        : "The component {@code $L}, which is a word.\n",
                                component.name())
                        .initializer(
                                conversion instanceof ArrayConversion array
                                        ? CodeBlock.of("$T.array($L,$W/* count */ $L)", word, place, array.count())
                                        : CodeBlock.of("$T.of($L)", word, place))
                        .build());
            }
        }
    }

    private static boolean isWord(Scalar type, long offset, int alignment) {
        return switch (type) {
            case U32, S32, U64, S64 -> offset % type.size() == 0 && alignment % type.size() == 0;
            default -> false;
        };
    }
}
