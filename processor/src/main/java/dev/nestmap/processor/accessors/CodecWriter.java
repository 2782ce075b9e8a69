/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnusedBytes;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes the codecs of records that are structs in C, and of a map's entries, inside the map's accessor. */
final class CodecWriter {
    /** The name of the codec of a map's entries. */
    static final String ENTRIES = "Entries";

    private CodecWriter() {}

    /** The codec of a record that is a struct in C. */
    static TypeSpec.Builder ofStruct(StructModel struct, Modifier... visibility) {
        ClassName record = struct.javaType();
        CodeBlock components = write(record, "value", struct.components());
        return TypeSpec.classBuilder(struct.codec())
                .addModifiers(Modifier.FINAL)
                .addJavadoc(
                        "Converts {@link $T} to and from the bytes of {@code $L}. Numbers after {@code at} are offsets in it.\n",
                        record,
                        struct.type().spelling())
                .addSuperinterface(ParameterizedTypeName.get(RuntimeClasses.CODEC, record))
                .addField(CommonMemberFactory.instance(struct.codec(), visibility))
                .addMethod(CommonMemberFactory.privateConstructor())
                .addMethods(codecMethods(
                        record, struct.type(), struct.components(), writeStruct(struct.type(), components)));
    }

    /** The codec of entries without keys. */
    static TypeSpec ofKeyless(EntryMapModel map, CType type) {
        return ofEntries(map)
                .addSuperinterface(ParameterizedTypeName.get(RuntimeClasses.CODEC, map.record()))
                .addMethods(codecMethods(map.record(), type, map.components(), value(map, "value", type)))
                .addMethods(locked(type))
                .build();
    }

    /** The codec of entries with keys. */
    static TypeSpec ofKeyed(EntryMapModel map, CType valueType) {
        ClassName record = map.record();
        TypeName key = map.keyConversion().javaType().box();
        String keyComponent = map.keyInMessages();
        Conversion conversion = map.keyConversion();
        return ofEntries(map)
                .superclass(ParameterizedTypeName.get(RuntimeClasses.ENTRY_CODEC, key, record))
                .addMethod(MethodSpec.constructorBuilder()
                        .addStatement(
                                "super(/* key */ $L, /* value */ $L$L)",
                                conversion.type().size(),
                                valueType.size(),
                                ignoresKeyBytes(map) ? ", /* ignores key bytes */ true" : "")
                        .build())
                .addMethod(CommonMemberFactory.override("keyOf", key)
                        .addParameter(record, "entry")
                        .addStatement("return $L", keyOf(map, keyComponent))
                        .build())
                .addMethod(
                        CommonMemberFactory.writing(CommonMemberFactory.override("writeKey", TypeName.VOID), key, "key")
                                .addStatement(conversion.write(
                                        CodeBlock.of("to, at"), present(conversion, keyComponent), keyComponent))
                                .build())
                .addMethod(CommonMemberFactory.reading(CommonMemberFactory.override("readKey", key))
                        .addStatement("return $L", conversion.read(CodeBlock.of("from, at"), keyComponent))
                        .build())
                .addMethod(CommonMemberFactory.writing(
                                CommonMemberFactory.override("writeValue", TypeName.VOID), record, "entry")
                        .addCode(map.isSet() ? present() : value(map, "entry", valueType))
                        .build())
                .addMethod(CommonMemberFactory.reading(
                                CommonMemberFactory.override("read", record).addParameter(key, "key"))
                        .addStatement("return $L", construct(record, map.components(), map.key()))
                        .build())
                .addMethods(locked(valueType))
                .build();
    }

    /** Whether it is a hash whose keys have padding or texts. */
    private static boolean ignoresKeyBytes(EntryMapModel map) {
        CType key = map.keyConversion().type();
        return map.map().kind().isHash() && (UnusedBytes.inGaps(key) || UnusedBytes.afterTexts(key));
    }

    /**
     * Whether all that a scan compares with what Java would write is padding that consists of whole bytes of the key's struct: in such a key, a
     * {@code bool} with the byte 2 is found, too.
     */
    static boolean comparesOnlyPadding(EntryMapModel map) {
        return !ignoresKeyBytes(map)
                || (map.keyConversion().type() instanceof StructType key
                        && !hasBool(key)
                        && !UnusedBytes.afterTexts(key)
                        && key.parts().stream().noneMatch(UnusedBytes::inGaps)
                        && key.pads().stream().noneMatch(Field::isBitField));
    }

    private static boolean hasBool(CType type) {
        return type == Scalar.BOOL || type.parts().stream().anyMatch(CodecWriter::hasBool);
    }

    /** In a loop over entries, returns at a key whose padding Java would not write, so that the caller warns of it. */
    static CodeBlock returnAtPadding(EntryMapModel map) {
        CodeBlock.Builder code = CodeBlock.builder();
        if (ignoresKeyBytes(map) && map.keyConversion().type() instanceof StructType key) {
            for (Field pad : key.pads()) {
                code.beginControlFlow(
                                "if (!$T.isZero($L, $L))",
                                RuntimeClasses.SCALARS,
                                RuntimeClasses.place("from", pad.offset()),
                                pad.type().size())
                        .addStatement("return i")
                        .endControlFlow();
            }
        }
        return code.build();
    }

    /** In a loop over entries, reads the key, if possible without a call of its codec, which HotSpot often can't inline. */
    static CodeBlock readKey(EntryMapModel map) {
        return map.keyConversion() instanceof StructModel key
                        && key.codec().packageName().equals(map.accessor().packageName())
                ? construct(key.javaType(), key.components(), "")
                : map.keyConversion().read(CodeBlock.of("from, at"), map.keyInMessages());
    }

    private static TypeSpec.Builder ofEntries(EntryMapModel map) {
        return TypeSpec.classBuilder(ENTRIES)
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc(
                        "Converts {@link $T} entries to and from bytes. Numbers after {@code at} are offsets in the C type.\n",
                        map.record());
    }

    /** The methods of a {@code Codec}, apart from {@code locked}. */
    private static List<MethodSpec> codecMethods(
            ClassName record, CType type, List<ComponentModel> components, CodeBlock write) {
        return List.of(
                CommonMemberFactory.size(type),
                CommonMemberFactory.writing(CommonMemberFactory.override("write", TypeName.VOID), record, "value")
                        .addCode(write)
                        .build(),
                CommonMemberFactory.reading(CommonMemberFactory.override("read", record))
                        .addStatement("return $L", construct(record, components, ""))
                        .build());
    }

    /** The key that a caller passes. A box may be null; other keys are checked where their bytes are written. */
    private static CodeBlock present(Conversion conversion, String component) {
        return conversion.javaType().isPrimitive()
                ? CodeBlock.of("$T.present(key, $S)", RuntimeClasses.SCALARS, component)
                : CodeBlock.of("key");
    }

    private static CodeBlock keyOf(EntryMapModel map, String component) {
        return map.keyConversion().javaType().isPrimitive()
                ? CodeBlock.of("entry.$L()", map.key())
                : CodeBlock.of("$T.present(entry.$L(), $S)", RuntimeClasses.SCALARS, map.key(), component);
    }

    /** The kernel has no maps without values, so each value of a set is one byte. */
    private static CodeBlock present() {
        return CodeBlock.of(
                "$T.putU8(to, at, (byte) 1); // the map is a set, so the value has no meaning\n",
                RuntimeClasses.SCALARS);
    }

    /** A single component is its own C type; several are a struct. */
    private static CodeBlock value(EntryMapModel map, String variable, CType type) {
        CodeBlock components = write(map.record(), variable, map.valueComponents());
        return !map.isSingleComponent() && type instanceof StructType struct
                ? writeStruct(struct, components)
                : components;
    }

    /** {@code locked()}, for values with a spin lock. */
    private static List<MethodSpec> locked(CType value) {
        return ManagedField.hasLock(ManagedField.of(value))
                ? List.of(CommonMemberFactory.override("locked", TypeName.BOOLEAN)
                        .addStatement("return true")
                        .build())
                : List.of();
    }

    /** Writes each component. */
    private static CodeBlock write(ClassName record, String variable, List<ComponentModel> components) {
        CodeBlock.Builder code = CodeBlock.builder();
        components.forEach(component -> code.addStatement(component.write(variable, record.simpleName())));
        return code.build();
    }

    /**
     * Writes a whole struct, including the bytes that no component covers.
     *
     * @param components the statements that write its components
     */
    private static CodeBlock writeStruct(StructType struct, CodeBlock components) {
        CodeBlock.Builder code = CodeBlock.builder();
        zeroBitFields(code, struct);
        code.add(components);
        for (Field padding : struct.pads()) {
            if (!padding.isBitField()) { // zeroBitFields covers padding of single bits
                zero(code, padding.offset(), padding.end(), "padding");
            }
        }
        ManagedField.of(struct)
                .forEach(field ->
                        zero(code, field.offset(), field.end(), "managed by the kernel, which ignores these bytes"));
        return code.build();
    }

    /** Writing a bit-field sets bits in bytes that it shares with others, so these bytes must start as zeros. */
    private static void zeroBitFields(CodeBlock.Builder code, StructType struct) {
        long from = 0;
        long to = 0;
        for (Field field : struct.fields()) {
            if (field.isBitField()) {
                if (field.offset() > to) {
                    zero(code, from, to, "bit-fields");
                    from = field.offset();
                }
                to = field.end();
            }
        }
        zero(code, from, to, "bit-fields");
    }

    /** Writes zeros from one offset to another, with a comment that says why. */
    static void zero(CodeBlock.Builder code, long from, long to, String why) {
        if (to > from) {
            code.add(
                    "$T.zero($L, $L); // $L\n",
                    RuntimeClasses.SCALARS,
                    RuntimeClasses.place("to", from),
                    to - from,
                    why);
        }
    }

    /**
     * {@code new Flow(key, ...)}: reads the components and creates the record.
     *
     * @param key the component that the variable {@code key} holds; empty if every component is read
     */
    static CodeBlock construct(ClassName record, List<ComponentModel> components, String key) {
        List<CodeBlock> arguments = new ArrayList<>();
        for (ComponentModel component : components) {
            arguments.add(component.name().equals(key) ? CodeBlock.of("key") : component.read(record.simpleName()));
        }
        return CodeBlock.of("new $T($L)", record, CodeBlock.join(arguments, ",$W"));
    }
}
