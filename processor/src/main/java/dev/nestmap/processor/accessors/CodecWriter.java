/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.Padding;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes codecs: the only place in generated code that knows offsets. */
final class CodecWriter {
    /** The name of the codec that is nested in a map's accessor. */
    static final String ENTRIES = "Entries";

    private CodecWriter() {}

    /** The codec of a record that is a struct. */
    static TypeSpec.Builder struct(StructModel struct, Modifier... exposure) {
        ClassName record = struct.record();
        return TypeSpec.classBuilder(struct.codec())
                .addModifiers(Modifier.FINAL)
                .addJavadoc(
                        "Writes and reads {@code $L} as {@link $T}.\n",
                        struct.type().spelling(),
                        record)
                .addSuperinterface(ParameterizedTypeName.get(RuntimeClasses.CODEC, record))
                .addField(instance(struct.codec(), exposure))
                .addMethod(constructor())
                .addMethods(codec(
                        record,
                        struct.components(),
                        struct.type(),
                        whole(struct.type(), writes(record, "value", struct.components()))))
                .addMethods(UnionWriter.discriminators(struct.components()));
    }

    /** The codec of entries without keys. */
    static TypeSpec values(EntryMapModel map, CType type) {
        return TypeSpec.classBuilder(ENTRIES)
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .addSuperinterface(ParameterizedTypeName.get(RuntimeClasses.CODEC, map.record()))
                .addMethods(codec(map.record(), map.components(), type, value(map, "value", type)))
                .addMethods(UnionWriter.discriminators(map.components()))
                .addMethods(locked(type))
                .build();
    }

    /** The methods of a {@code Codec}. */
    private static List<MethodSpec> codec(
            ClassName record, List<ComponentModel> components, CType type, CodeBlock write) {
        return List.of(
                size("size", type),
                method("write")
                        .addParameter(record, "value")
                        .addParameter(ByteBuffer.class, "to")
                        .addParameter(TypeName.INT, "at")
                        .addCode(write)
                        .build(),
                method("read")
                        .returns(record)
                        .addParameter(ByteBuffer.class, "from")
                        .addParameter(TypeName.INT, "at")
                        .addCode(construct(record, components, ""))
                        .build());
    }

    /** The codec of a map's entries. */
    static TypeSpec entries(EntryMapModel map, CType valueType) {
        ClassName record = map.record();
        TypeName key = map.keyConversion().javaType().box();
        String keyComponent = record.simpleName() + "." + map.key();
        ParameterizedTypeName codecOfKey = ParameterizedTypeName.get(RuntimeClasses.CODEC, key);
        return TypeSpec.classBuilder(ENTRIES)
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .addSuperinterface(ParameterizedTypeName.get(RuntimeClasses.ENTRY_CODEC, key, record))
                .addField(FieldSpec.builder(codecOfKey, "KEY", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                        .initializer(map.keyConversion().codec(keyComponent))
                        .build())
                .addMethod(method("key")
                        .returns(codecOfKey)
                        .addStatement("return KEY")
                        .build())
                .addMethod(method("keyOf")
                        .returns(key)
                        .addParameter(record, "entry")
                        .addStatement("return $L", keyOf(map, keyComponent))
                        .build())
                .addMethod(size("valueSize", valueType))
                .addMethod(method("writeValue")
                        .addParameter(record, "entry")
                        .addParameter(ByteBuffer.class, "to")
                        .addParameter(TypeName.INT, "at")
                        .addCode(writeValue(map, valueType))
                        .build())
                .addMethod(method("read")
                        .returns(record)
                        .addParameter(key, "key")
                        .addParameter(ByteBuffer.class, "from")
                        .addParameter(TypeName.INT, "at")
                        .addCode(construct(record, map.components(), map.key()))
                        .build())
                .addMethods(UnionWriter.discriminators(map.components()))
                .addMethods(locked(valueType))
                .build();
    }

    /** {@code locked()}, where it is. */
    private static List<MethodSpec> locked(CType value) {
        return ManagedField.hasLock(ManagedField.of(value))
                ? List.of(method("locked")
                        .returns(TypeName.BOOLEAN)
                        .addStatement("return true")
                        .build())
                : List.of();
    }

    /** What turns the constants of an enum into numbers and back. */
    static TypeSpec.Builder enumeration(EnumModel binding, Modifier... exposure) {
        ClassName type = binding.javaEnum();
        return TypeSpec.classBuilder(binding.codec())
                .addModifiers(Modifier.FINAL)
                .addJavadoc(
                        "The numbers that {@link $T} has in {@code $L}.\n",
                        type,
                        binding.type().spelling())
                .addField(FieldSpec.builder(
                                ArrayTypeName.of(type), "CONSTANTS", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                        .initializer(constants(binding))
                        .build())
                .addMethod(constructor())
                .addMethod(MethodSpec.methodBuilder("number")
                        .addModifiers(exposure)
                        .addModifiers(Modifier.STATIC)
                        .addJavadoc("The number of a constant.\n")
                        .returns(TypeName.LONG)
                        .addParameter(type, "constant")
                        .addParameter(String.class, "component")
                        .addCode(numbers(binding))
                        .build())
                .addMethod(MethodSpec.methodBuilder("constant")
                        .addModifiers(exposure)
                        .addModifiers(Modifier.STATIC)
                        .addJavadoc("The constant with this number.\n")
                        .returns(type)
                        .addParameter(TypeName.LONG, "number")
                        .beginControlFlow("for ($T constant : CONSTANTS)", type)
                        .beginControlFlow("if (number(constant, $S) == number)", "")
                        .addStatement("return constant")
                        .endControlFlow()
                        .endControlFlow()
                        .addStatement(unknownNumber(binding))
                        .build());
    }

    /** The constants that have a number. */
    private static CodeBlock constants(EnumModel binding) {
        if (binding.unknown().isEmpty()) {
            return CodeBlock.of("$T.values()", binding.javaEnum());
        }
        return binding.constants().stream()
                .map(name -> CodeBlock.of("$T.$L", binding.javaEnum(), name))
                .collect(CodeBlock.joining(", ", "{", "}"));
    }

    private static CodeBlock unknownNumber(EnumModel binding) {
        return binding.unknown()
                .map(name -> CodeBlock.of("return $T.$L", binding.javaEnum(), name))
                .orElseGet(() -> CodeBlock.of(
                        "throw $T.unknownConstant($T.class, number)", RuntimeClasses.WIRE, binding.javaEnum()));
    }

    private static CodeBlock numbers(EnumModel binding) {
        CodeBlock.Builder code = CodeBlock.builder()
                .add("return switch ($T.present(constant, component)) {\n", RuntimeClasses.WIRE)
                .indent();
        for (int i = 0; i < binding.constants().size(); i++) {
            code.add(
                    "case $L -> $LL;\n",
                    binding.constants().get(i),
                    binding.type().constants().get(i).value());
        }
        binding.unknown()
                .ifPresent(name -> code.add(
                        "case $L -> throw $T.writtenUnknown(component, $S);\n", name, RuntimeClasses.WIRE, name));
        return code.unindent().add("};\n").build();
    }

    private static CodeBlock keyOf(EntryMapModel map, String component) {
        return map.keyConversion().javaType().isPrimitive()
                ? CodeBlock.of("entry.$L()", map.key())
                : CodeBlock.of("$T.present(entry.$L(), $S)", RuntimeClasses.WIRE, map.key(), component);
    }

    private static CodeBlock writeValue(EntryMapModel map, CType valueType) {
        if (map.isSet()) {
            return CodeBlock.builder()
                    .addStatement("$T.putU8(to, at, (byte) 1)", RuntimeClasses.WIRE)
                    .build();
        }
        return value(map, "entry", valueType);
    }

    /** One component is its own C type, several are a struct. */
    private static CodeBlock value(EntryMapModel map, String variable, CType type) {
        CodeBlock writes = writes(map.record(), variable, map.valueComponents());
        return !map.standsAlone() && type instanceof StructType struct ? whole(struct, writes) : writes;
    }

    /** What is written of a struct, with the bytes that no component covers. */
    private static CodeBlock whole(StructType struct, CodeBlock writes) {
        return CodeBlock.join(List.of(clears(struct), writes, zeros(struct)), "");
    }

    private static CodeBlock writes(ClassName record, String variable, List<ComponentModel> components) {
        CodeBlock.Builder code = CodeBlock.builder();
        components.forEach(component -> code.addStatement(component.write(variable, record.simpleName())));
        return code.build();
    }

    /** Bit-fields are written bit by bit, so the bytes that they are in begin as zeros. */
    private static CodeBlock clears(StructType struct) {
        CodeBlock.Builder code = CodeBlock.builder();
        long from = 0;
        long to = 0;
        for (Field field : struct.fields()) {
            if (field.isBitField()) {
                if (field.offset() > to) {
                    clear(code, from, to);
                    from = field.offset();
                }
                to = field.end();
            }
        }
        clear(code, from, to);
        return code.build();
    }

    /** Writes zeros from one offset to another. */
    static void clear(CodeBlock.Builder code, long from, long to) {
        if (to > from) {
            code.addStatement("$T.zero($L, $L)", RuntimeClasses.WIRE, RuntimeClasses.place("to", from), to - from);
        }
    }

    /** Padding, of which single bits are in bytes that have been cleared, and what the kernel manages, which it keeps. */
    private static CodeBlock zeros(StructType struct) {
        CodeBlock.Builder code = CodeBlock.builder();
        for (Padding pad : struct.pads()) {
            if (pad.bits() == 0) {
                clear(code, pad.offset(), pad.offset() + pad.size());
            }
        }
        ManagedField.of(struct).forEach(field -> clear(code, field.offset(), field.end()));
        return code.build();
    }

    /** {@code return new Flow(key, ...)}: the component called {@code known} is at hand, the others are read. */
    private static CodeBlock construct(ClassName record, List<ComponentModel> components, String known) {
        List<CodeBlock> arguments = new ArrayList<>();
        for (ComponentModel component : components) {
            arguments.add(component.name().equals(known) ? CodeBlock.of("key") : component.read(record.simpleName()));
        }
        return CodeBlock.builder()
                .addStatement("return new $T($L)", record, CodeBlock.join(arguments, ",$W"))
                .build();
    }

    /** {@code INSTANCE}: the one that a codec has. */
    static FieldSpec instance(ClassName codec, Modifier... exposure) {
        return FieldSpec.builder(codec, "INSTANCE", exposure)
                .addModifiers(Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("For generated code.\n")
                .initializer("new $T()", codec)
                .build();
    }

    /** A constructor for the class itself. */
    static MethodSpec constructor() {
        return MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build();
    }

    /** A method that returns how many bytes a type has. */
    static MethodSpec size(String name, CType type) {
        return method(name)
                .returns(TypeName.INT)
                .addStatement("return $L", type.size())
                .build();
    }

    /** A method of an interface. */
    static MethodSpec.Builder method(String name) {
        return MethodSpec.methodBuilder(name).addAnnotation(Override.class).addModifiers(Modifier.PUBLIC);
    }
}
