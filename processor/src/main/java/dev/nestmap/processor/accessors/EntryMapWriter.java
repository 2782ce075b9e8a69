/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import java.util.Objects;
import javax.lang.model.element.Modifier;

/** Writes the accessor of an inner or plain map. */
final class EntryMapWriter {
    private final EntryMapModel map;
    private final ClassName holder;
    private final SizesWriter sizes;
    private final Modifier[] exposure;
    private final TypeName key;

    EntryMapWriter(EntryMapModel map, ClassName holder, SizesWriter sizes, Modifier... exposure) {
        this.map = map;
        this.holder = holder;
        this.sizes = sizes;
        this.exposure = exposure;
        this.key = map.keyConversion().javaType();
    }

    TypeSpec.Builder write() {
        CType valueType = Objects.requireNonNull(map.map().value(), "a keyed map has values");
        TypeSpec.Builder type = TypeSpec.classBuilder(map.accessor())
                .addJavadoc("A live $L of {@link $T} entries.\n", what(), map.record())
                .superclass(ParameterizedTypeName.get(base(), key.box(), map.record()))
                .addField(codec())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(exposure)
                        .addParameter(RuntimeClasses.MAP_HANDLE, "handle")
                        .addStatement("super(handle, CODEC)")
                        .build());
        type.addMethods(OpenMethodsWriter.ofEntries(map, holder, sizes))
                .addType(OwnedHandleWriter.write(map.accessor(), exposure));
        if (key.isPrimitive()) {
            addPrimitive(type);
        }
        if (isReduced()) {
            type.addMethod(reduced());
        }
        ViewWriter.addTo(type, map);
        return type.addType(CodecWriter.entries(map, valueType));
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

    /** Whether one entry is several records that make one together. */
    private boolean isReduced() {
        return map.map().kind().isPerCpu() && map.reducible();
    }

    private MethodSpec reduced() {
        return MethodSpec.methodBuilder("getReduced")
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc("What the records of all CPUs make together; null when there is no entry.\n")
                .addParameter(key, map.key())
                .returns(JavaTypes.nullable(map.record()))
                .addStatement("return get($L, $T::combine)", map.key(), map.record())
                .build();
    }

    private String what() {
        return map.map().role() == MapRole.INNER
                ? "inner map"
                : "map {@code " + map.map().name() + "}";
    }

    private FieldSpec codec() {
        TypeName type = ParameterizedTypeName.get(RuntimeClasses.ENTRY_CODEC, key.box(), map.record());
        return FieldSpec.builder(type, "CODEC", exposure)
                .addModifiers(Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("For generated code.\n")
                .initializer("new $L()", CodecWriter.ENTRIES)
                .build();
    }

    private void addPrimitive(TypeSpec.Builder type) {
        if (holdsDescriptors()) {
            type.addMethod(overload("remove")
                    .returns(TypeName.BOOLEAN)
                    .addStatement("return remove(($T) $L)", key.box(), map.key())
                    .build());
            type.addMethod(put(TypeName.INT, "descriptor"));
            if (map.map().kind().holdsPrograms()) {
                addPrograms(type);
            }
            return;
        }
        type.addMethod(overload("get")
                .returns(JavaTypes.nullable(map.entry()))
                .addStatement("return get(($T) $L)", key.box(), map.key())
                .build());
        type.addMethod(contains());
        if (!isArray()) {
            type.addMethod(overload("remove")
                    .returns(TypeName.BOOLEAN)
                    .addStatement("return remove(($T) $L)", key.box(), map.key())
                    .build());
        }
        if (map.map().kind().isHash()) {
            type.addMethod(overload("take")
                    .returns(JavaTypes.nullable(map.entry()))
                    .addStatement("return take(($T) $L)", key.box(), map.key())
                    .build());
        }
    }

    private void addPrograms(TypeSpec.Builder type) {
        type.addMethod(put(RuntimeClasses.PROGRAM, "program"));
        type.addMethod(overload("programId")
                .returns(JavaTypes.nullable(ClassName.get(Integer.class)))
                .addStatement("return programId(($T) $L)", key.box(), map.key())
                .build());
        type.addMethod(contains());
    }

    private MethodSpec put(TypeName type, String what) {
        return MethodSpec.methodBuilder("put")
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc("{@link #put($T, $T)} without a box.\n", key.box(), type)
                .addParameter(key, map.key())
                .addParameter(type, what)
                .addStatement("put(($T) $L, $L)", key.box(), map.key(), what)
                .build();
    }

    private MethodSpec contains() {
        return overload("contains")
                .returns(TypeName.BOOLEAN)
                .addStatement("return contains(($T) $L)", key.box(), map.key())
                .build();
    }

    private MethodSpec.Builder overload(String name) {
        return MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc("{@link #$L($T)} without a box.\n", name, key.box())
                .addParameter(key, map.key());
    }

    private boolean isArray() {
        return map.map().kind() == MapKind.ARRAY || map.map().kind() == MapKind.PERCPU_ARRAY;
    }
}
