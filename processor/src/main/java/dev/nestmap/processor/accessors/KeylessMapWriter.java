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
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import java.util.Objects;
import javax.lang.model.element.Modifier;

/** Writes the accessor of an inner or plain map whose entries have no keys. */
final class KeylessMapWriter {
    private final EntryMapModel map;
    private final Modifier[] visibility;

    KeylessMapWriter(EntryMapModel map, Modifier... visibility) {
        this.map = map;
        this.visibility = visibility;
    }

    TypeSpec.Builder write() {
        return map.map().kind().hasEntries() ? ofEntries() : ofMemory();
    }

    /** The accessor of a map without entries, which needs no codec. */
    private TypeSpec.Builder ofMemory() {
        return TypeSpec.classBuilder(map.accessor())
                .addJavadoc("Accessor of the memory that {@link $T} declares.\n", map.record())
                .superclass(RuntimeClasses.api("MapAccessor"))
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(visibility)
                        .addParameter(RuntimeClasses.MAP_BINDING, "binding")
                        .addStatement("super(binding)")
                        .build())
                .addType(OwnedHandleWriter.write(map.accessor(), visibility));
    }

    private TypeSpec.Builder ofEntries() {
        CType type = Objects.requireNonNull(map.map().value(), "a map without keys has values");
        boolean inner = map.map().role() == MapRole.INNER;
        TypeSpec.Builder accessor = TypeSpec.classBuilder(map.accessor())
                .addJavadoc(
                        "Accessor of $L with {@link $T} entries.\n",
                        inner ? "an inner map" : "the map {@code " + map.map().name() + "}",
                        map.record())
                .superclass(ParameterizedTypeName.get(base(), map.record()))
                .addField(codec())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(visibility)
                        .addParameter(RuntimeClasses.MAP_BINDING, "binding")
                        .addStatement("super(binding, CODEC)")
                        .build());
        if (map.hasView()) {
            accessor.addType(EntryViewWriter.ofEntries(map));
        }
        return accessor.addType(OwnedHandleWriter.write(map.accessor(), visibility))
                .addType(EntryCodecWriter.keyless(map, type));
    }

    private ClassName base() {
        return RuntimeClasses.api(
                switch (map.map().kind()) {
                    case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> "StorageAccessor";
                    case BLOOM_FILTER -> "BloomFilterAccessor";
                    case PERF_EVENT_ARRAY -> "PerfEventAccessor";
                    case RINGBUF -> "RingBufferAccessor";
                    case USER_RINGBUF -> "UserRingBufferAccessor";
                    default -> "QueueAccessor";
                });
    }

    private FieldSpec codec() {
        TypeName type = ParameterizedTypeName.get(RuntimeClasses.CODEC, map.record());
        return FieldSpec.builder(type, "CODEC", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer("new $L()", EntryCodecWriter.NAME)
                .build();
    }
}
