/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.binding.EntryMapBinding;
import dev.nestmap.processor.binding.Spi;
import dev.nestmap.schema.CType;
import dev.nestmap.schema.MapRole;
import java.util.Objects;
import javax.lang.model.element.Modifier;

/** Writes the accessor of an inner or plain map whose entries have no keys. */
final class KeylessMapWriter {
    private final EntryMapBinding map;
    private final ClassName holder;
    private final Sizes sizes;
    private final Modifier[] exposure;

    KeylessMapWriter(EntryMapBinding map, ClassName holder, Sizes sizes, Modifier... exposure) {
        this.map = map;
        this.holder = holder;
        this.sizes = sizes;
        this.exposure = exposure;
    }

    TypeSpec.Builder write() {
        return map.map().kind().hasEntries() ? ofEntries() : ofMemory();
    }

    /** What has no entries has no codec of them. */
    private TypeSpec.Builder ofMemory() {
        return TypeSpec.classBuilder(map.accessor())
                .addJavadoc("A live map of {@link $T}: memory.\n", map.record())
                .superclass(Spi.api("ArenaAccessor"))
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(exposure)
                        .addParameter(Spi.MAP_HANDLE, "handle")
                        .addStatement("super(handle)")
                        .build())
                .addMethods(Binding.ofEntries(map, holder, sizes))
                .addType(Owned.write(map.accessor(), exposure));
    }

    private TypeSpec.Builder ofEntries() {
        CType type = Objects.requireNonNull(map.map().value(), "a map without keys has values");
        boolean inner = map.map().role() == MapRole.INNER;
        TypeSpec.Builder accessor = TypeSpec.classBuilder(map.accessor())
                .addJavadoc(
                        "A live $L of {@link $T} entries.\n",
                        inner ? "inner map" : "map {@code " + map.map().name() + "}",
                        map.record())
                .superclass(ParameterizedTypeName.get(base(), map.record()))
                .addField(codec())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(exposure)
                        .addParameter(Spi.MAP_HANDLE, "handle")
                        .addStatement("super(handle, CODEC)")
                        .build());
        return accessor.addMethods(Binding.ofEntries(map, holder, sizes))
                .addType(Owned.write(map.accessor(), exposure))
                .addType(CodecWriter.values(map, type));
    }

    private ClassName base() {
        return Spi.api(
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
        TypeName type = ParameterizedTypeName.get(Spi.CODEC, map.record());
        return FieldSpec.builder(type, "CODEC", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer("new $L()", CodecWriter.ENTRIES)
                .build();
    }
}
