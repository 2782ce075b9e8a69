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
                .superclass(
                        ParameterizedTypeName.get(base(), key.box(), holdsDescriptors() ? map.record() : map.entry()))
                .addField(codec())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(visibility)
                        .addParameter(RuntimeClasses.MAP_BINDING, "binding")
                        .addStatement(isPerCpu() ? "super(binding, binding.perCpu(CODEC))" : "super(binding, CODEC)")
                        .build());
        if (isPerCpu()) {
            type.addSuperinterface(ParameterizedTypeName.get(RuntimeClasses.api("PerCpu"), key.box(), map.record()));
        } else if (!holdsDescriptors()) {
            type.addMethod(CodecMembers.constant("codec", codecType(), CodeBlock.of("CODEC")));
        }
        if (key.equals(TypeName.LONG)) {
            type.addSuperinterface(longKeys());
        }
        type.addType(OwnedHandleWriter.write(map.accessor(), visibility));
        if (key.isPrimitive() && !holdsDescriptors()) {
            type.addMethod(getInto());
        }
        if (isPerCpu() && map.reducible()) {
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
                    case ARRAY, PERCPU_ARRAY -> "ArrayAccessor";
                    case STACK_TRACE -> "StackTraceAccessor";
                    case PROG_ARRAY -> "ProgramArrayAccessor";
                    case HASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH -> "HashAccessor";
                    default -> holdsDescriptors() ? "DescriptorAccessor" : "RemovableAccessor";
                });
    }

    private boolean holdsDescriptors() {
        return map.map().kind().descriptorSize() > 0;
    }

    /** Whether an entry consists of one record per CPU. */
    private boolean isPerCpu() {
        return map.map().kind().isPerCpu();
    }

    /** The interface with overloads for keys that are a {@code long}, so that {@code get(42)} compiles. */
    private TypeName longKeys() {
        ClassName base = base();
        if (holdsDescriptors()) {
            return base.nestedClass("LongKeys");
        }
        ClassName found = base.simpleName().equals("ArrayAccessor") ? RuntimeClasses.api("ReadableAccessor") : base;
        return ParameterizedTypeName.get(found.nestedClass("LongKeys"), map.entry());
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
        return FieldSpec.builder(codecType(), "CODEC", visibility)
                .addModifiers(Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("Codec of the entries, for generated classes.\n")
                .initializer("new $L()", EntryCodecWriter.NAME)
                .build();
    }

    private TypeName codecType() {
        return ParameterizedTypeName.get(RuntimeClasses.ENTRY_CODEC, key.box(), map.record());
    }

    private String keyComponent() {
        return map.record().simpleName() + "." + map.key();
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
}
