/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteBuffer;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes the codec of a map's entries, a class in the map's accessor. */
final class EntryCodecWriter {
    /** The codec's name. */
    static final String NAME = "Entries";

    private EntryCodecWriter() {}

    /** The codec of entries without keys. */
    static TypeSpec keyless(EntryMapModel map, CType type) {
        return codec(map)
                .addSuperinterface(ParameterizedTypeName.get(RuntimeClasses.CODEC, map.record()))
                .addMethods(CodecMembers.codecMethods(map.record(), type, map.components(), value(map, "value", type)))
                .addMethods(UnionWriter.discriminators(map.components()))
                .addMethods(locked(type))
                .build();
    }

    /** The codec of entries with keys. */
    static TypeSpec keyed(EntryMapModel map, CType valueType) {
        ClassName record = map.record();
        TypeName key = map.keyConversion().javaType().box();
        String keyComponent = record.simpleName() + "." + map.key();
        Conversion conversion = map.keyConversion();
        return codec(map)
                .superclass(ParameterizedTypeName.get(RuntimeClasses.ENTRY_CODEC, key, record))
                .addMethod(MethodSpec.constructorBuilder()
                        .addStatement(
                                "super(/* key */ $L, /* value */ $L)",
                                conversion.type().size(),
                                valueType.size())
                        .build())
                .addMethod(CodecMembers.override("keyOf")
                        .returns(key)
                        .addParameter(record, "entry")
                        .addStatement("return $L", keyOf(map, keyComponent))
                        .build())
                .addMethod(CodecMembers.override("writeKey")
                        .addParameter(key, "key")
                        .addParameter(ByteBuffer.class, "to")
                        .addParameter(TypeName.INT, "at")
                        .addStatement(conversion.write(CodeBlock.of("to, at"), CodeBlock.of("key"), keyComponent))
                        .build())
                .addMethod(CodecMembers.override("readKey")
                        .returns(key)
                        .addParameter(ByteBuffer.class, "from")
                        .addParameter(TypeName.INT, "at")
                        .addStatement("return $L", conversion.read(CodeBlock.of("from, at")))
                        .build())
                .addMethod(CodecMembers.override("writeValue")
                        .addParameter(record, "entry")
                        .addParameter(ByteBuffer.class, "to")
                        .addParameter(TypeName.INT, "at")
                        .addCode(map.isSet() ? present() : value(map, "entry", valueType))
                        .build())
                .addMethod(CodecMembers.override("read")
                        .returns(record)
                        .addParameter(key, "key")
                        .addParameter(ByteBuffer.class, "from")
                        .addParameter(TypeName.INT, "at")
                        .addCode(ComponentStatements.construct(record, map.components(), map.key()))
                        .build())
                .addMethods(UnionWriter.discriminators(map.components()))
                .addMethods(locked(valueType))
                .build();
    }

    private static TypeSpec.Builder codec(EntryMapModel map) {
        return TypeSpec.classBuilder(NAME)
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc(
                        "Converts {@link $T} entries to and from bytes. Numbers after {@code at} are offsets in the C type.\n",
                        map.record());
    }

    private static CodeBlock keyOf(EntryMapModel map, String component) {
        return map.keyConversion().javaType().isPrimitive()
                ? CodeBlock.of("entry.$L()", map.key())
                : CodeBlock.of("$T.present(entry.$L(), $S)", RuntimeClasses.WIRE, map.key(), component);
    }

    /** The kernel has no maps without values, so each value of a set is one byte. */
    private static CodeBlock present() {
        return CodeBlock.of(
                "$T.putU8(to, at, (byte) 1); // the map is a set, so the value has no meaning\n", RuntimeClasses.WIRE);
    }

    /** A single component is its own C type; several are a struct. */
    private static CodeBlock value(EntryMapModel map, String variable, CType type) {
        CodeBlock components = ComponentStatements.write(map.record(), variable, map.valueComponents());
        return !map.isSingleComponent() && type instanceof StructType struct
                ? ComponentStatements.writeStruct(struct, components)
                : components;
    }

    /** {@code locked()}, for values with a spin lock. */
    private static List<MethodSpec> locked(CType value) {
        return ManagedField.hasLock(ManagedField.of(value))
                ? List.of(CodecMembers.override("locked")
                        .returns(TypeName.BOOLEAN)
                        .addStatement("return true")
                        .build())
                : List.of();
    }
}
