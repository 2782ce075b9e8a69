/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.lang.model.element.Modifier;

/** Writes the accessor of an inner or plain map. */
final class EntryMapWriter {
    private final EntryMapModel map;
    private final Modifier[] visibility;
    private final TypeName key;

    EntryMapWriter(EntryMapModel map, Modifier... visibility) {
        this.map = map;
        this.visibility = visibility;
        this.key = map.keyConversion().javaType();
    }

    TypeSpec.Builder write() {
        CType valueType = Objects.requireNonNull(map.map().value(), "a keyed map has values");
        TypeSpec.Builder type = TypeSpec.classBuilder(map.accessor())
                .addJavadoc("Accessor of $L with {@link $T} entries.\n", what(), map.record())
                .superclass(ParameterizedTypeName.get(base(), key.box(), map.record()))
                .addField(codec())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(visibility)
                        .addParameter(RuntimeClasses.MAP_BINDING, "binding")
                        .addStatement("super(binding, CODEC)")
                        .build());
        if (!map.map().kind().isPerCpu() && !holdsDescriptors()) {
            addConversions(type);
        }
        type.addType(OwnedHandleWriter.write(map.accessor(), visibility));
        if (key.isPrimitive()) {
            addOverloads(type, new PrimitiveOverloads(key, map.key()));
        }
        if (isReduced()) {
            type.addMethod(reduced());
        }
        ViewWriter.addTo(type, map);
        if (map.hasView()) {
            type.addType(EntryViewWriter.ofEntries(map));
        }
        return type.addType(EntryCodecWriter.keyed(map, valueType));
    }

    private ClassName base() {
        return RuntimeClasses.api(
                switch (map.map().kind()) {
                    case ARRAY -> "ArrayAccessor";
                    case PERCPU_ARRAY -> "PerCpuArrayAccessor";
                    case PERCPU_HASH, LRU_PERCPU_HASH -> "PerCpuHashAccessor";
                    case LPM_TRIE -> "LpmTrieAccessor";
                    case STACK_TRACE -> "StackTraceAccessor";
                    case PROG_ARRAY -> "ProgramArrayAccessor";
                    case HASH, LRU_HASH -> "HashAccessor";
                    default -> holdsDescriptors() ? "DescriptorAccessor" : "RemovableAccessor";
                });
    }

    private boolean holdsDescriptors() {
        return map.map().kind().descriptorSize() > 0;
    }

    /** Whether an entry consists of one record per CPU, which can be combined into one. */
    private boolean isReduced() {
        return map.map().kind().isPerCpu() && map.reducible();
    }

    private MethodSpec reduced() {
        return MethodSpec.methodBuilder("getReduced")
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc(
                        "Returns the records of all CPUs, combined into one by {@code $T.combine}, or null if there is no entry.\n",
                        map.record())
                .addParameter(key, map.key())
                .returns(JavaTypes.nullable(map.record()))
                .addStatement("return get($L, $T::combine)", map.key(), map.record())
                .build();
    }

    private String what() {
        return map.map().role() == MapRole.INNER
                ? "an inner map"
                : "the map {@code " + map.map().name() + "}";
    }

    private FieldSpec codec() {
        TypeName type = ParameterizedTypeName.get(RuntimeClasses.ENTRY_CODEC, key.box(), map.record());
        return FieldSpec.builder(type, "CODEC", visibility)
                .addModifiers(Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("Codec of the entries, for generated classes.\n")
                .initializer("new $L()", EntryCodecWriter.NAME)
                .build();
    }

    /** Methods that convert keys and entries. The runtime's methods do the same through {@code CODEC}, but the JIT does not know which. */
    private void addConversions(TypeSpec.Builder type) {
        type.addMethod(conversion("writeKey")
                        .addParameter(key.box(), "key")
                        .addParameter(ByteBuffer.class, "to")
                        .addStatement(
                                map.keyConversion().write(CodeBlock.of("to, 0"), CodeBlock.of("key"), keyComponent()))
                        .build())
                .addMethod(conversion("read")
                        .returns(map.record())
                        .addParameter(key.box(), "key")
                        .addParameter(ByteBuffer.class, "from")
                        .addParameter(TypeName.INT, "at")
                        .addStatement("return CODEC.read(key, from, at)")
                        .build());
        if (map.map().kind() != MapKind.STACK_TRACE) { // only programs write to it
            type.addMethod(conversion("write")
                    .addParameter(map.record(), "entry")
                    .addParameter(ByteBuffer.class, "to")
                    .addParameter(TypeName.INT, "at")
                    .addStatement("writeKey(CODEC.keyOf(entry), to)")
                    .addStatement("CODEC.writeValue(entry, to, at)")
                    .build());
        }
    }

    private static MethodSpec.Builder conversion(String name) {
        return MethodSpec.methodBuilder(name).addAnnotation(Override.class).addModifiers(Modifier.PROTECTED);
    }

    private String keyComponent() {
        return map.record().simpleName() + "." + map.key();
    }

    private void addOverloads(TypeSpec.Builder type, PrimitiveOverloads overloads) {
        if (holdsDescriptors()) {
            type.addMethod(overloads.of("remove", TypeName.BOOLEAN))
                    .addMethod(overloads.of("put", TypeName.VOID, TypeName.INT, "descriptor"));
            if (map.map().kind().holdsPrograms()) {
                type.addMethod(overloads.of("put", TypeName.VOID, RuntimeClasses.PROGRAM, "program"))
                        .addMethod(overloads.of("programId", JavaTypes.nullable(ClassName.get(Integer.class))))
                        .addMethod(overloads.of("contains", TypeName.BOOLEAN));
            }
            return;
        }
        type.addMethod(overloads.of("get", JavaTypes.nullable(map.entry())))
                .addMethod(getInto())
                .addMethod(overloads.of("contains", TypeName.BOOLEAN));
        if (!isArray()) {
            type.addMethod(overloads.of("remove", TypeName.BOOLEAN));
        }
        if (map.map().kind().isHash()) {
            type.addMethod(overloads.of("take", JavaTypes.nullable(map.entry())));
        }
    }

    /** {@code get(key, view)} without a box for the key. */
    private MethodSpec getInto() {
        NameAllocator names = new NameAllocator();
        String keyName = names.newName(map.key());
        String view = names.newName("view");
        String to = names.newName("to");
        return MethodSpec.methodBuilder("get")
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc(
                        "Like {@link #get($T, $T)}, with a primitive key.\n",
                        Object.class,
                        RuntimeClasses.api("EntryView"))
                .returns(TypeName.BOOLEAN)
                .addParameter(key, keyName)
                .addParameter(map.view(), view)
                .addStatement("$T $L = keyOf($L)", ByteBuffer.class, to, view)
                .addStatement(map.keyConversion()
                        .write(CodeBlock.of("$L, 0", to), CodeBlock.of("$L", keyName), keyComponent()))
                .addStatement("return lookup($L)", view)
                .build();
    }

    private boolean isArray() {
        return map.map().kind() == MapKind.ARRAY || map.map().kind() == MapKind.PERCPU_ARRAY;
    }
}
