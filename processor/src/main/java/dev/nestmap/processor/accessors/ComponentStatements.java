/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.Padding;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;

/** Creates the statements that write and read the components of a record. */
final class ComponentStatements {
    private ComponentStatements() {}

    /** Writes each component. */
    static CodeBlock write(ClassName record, String variable, List<ComponentModel> components) {
        CodeBlock.Builder code = CodeBlock.builder();
        components.forEach(component -> code.addStatement(component.write(variable, record.simpleName())));
        return code.build();
    }

    /**
     * Writes a whole struct, including the bytes that no component covers.
     *
     * @param components the statements that write its components
     */
    static CodeBlock writeStruct(StructType struct, CodeBlock components) {
        CodeBlock.Builder code = CodeBlock.builder();
        zeroBitFields(code, struct);
        code.add(components);
        for (Padding padding : struct.pads()) {
            if (padding.bits() == 0) { // zeroBitFields covers padding of single bits
                CodecMembers.zero(code, padding.offset(), padding.offset() + padding.size(), "padding");
            }
        }
        ManagedField.of(struct)
                .forEach(field -> CodecMembers.zero(
                        code, field.offset(), field.end(), "managed by the kernel, which ignores these bytes"));
        return code.build();
    }

    /** Writing a bit-field sets bits in bytes that it shares with others, so these bytes must start as zeros. */
    private static void zeroBitFields(CodeBlock.Builder code, StructType struct) {
        long from = 0;
        long to = 0;
        for (Field field : struct.fields()) {
            if (field.isBitField()) {
                if (field.offset() > to) {
                    CodecMembers.zero(code, from, to, "bit-fields");
                    from = field.offset();
                }
                to = field.end();
            }
        }
        CodecMembers.zero(code, from, to, "bit-fields");
    }

    /**
     * {@code return new Flow(key, ...)}: reads the components and creates the record.
     *
     * @param key the component that the variable {@code key} holds; empty if every component is read
     */
    static CodeBlock construct(ClassName record, List<ComponentModel> components, String key) {
        List<CodeBlock> arguments = new ArrayList<>();
        for (ComponentModel component : components) {
            arguments.add(component.name().equals(key) ? CodeBlock.of("key") : component.read(record.simpleName()));
        }
        return CodeBlock.builder()
                .addStatement("return new $T($L)", record, CodeBlock.join(arguments, ",$W"))
                .build();
    }
}
