/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.WildcardTypeName;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.MapStructure;
import dev.nestmap.schema.type.CType;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import javax.lang.model.element.Modifier;

/** Writes the accessor of an inner or plain map. */
final class EntryMapAccessorWriter {
    private final EntryMapModel map;
    private final Modifier[] visibility;

    EntryMapAccessorWriter(EntryMapModel map, Modifier... visibility) {
        this.map = map;
        this.visibility = visibility;
    }

    TypeSpec.Builder write() {
        TypeSpec.Builder type = TypeSpec.classBuilder(map.accessor());
        if (!map.hasEntries()) { // it needs no codec
            return type.addJavadoc("Accessor of the map that {@link $T} declares.\n", map.record())
                    .superclass(RuntimeClasses.api("MapAccessor"))
                    .addMethod(CommonMemberFactory.constructor(CodeBlock.of("super(binding)"), visibility))
                    .addType(CommonMemberFactory.ownedHandle(map.accessor(), visibility));
        }
        type.addJavadoc(
                "Accessor of $L with {@link $T} entries.\n",
                map.map().role() == MapRole.INNER
                        ? "an inner map"
                        : "the map {@code " + map.map().name() + "}",
                map.record());
        CType value = Objects.requireNonNull(map.map().value(), "a map with entries has values");
        return map.keyComponent()
                .map(key -> keyed(type, key.conversion().javaType(), value))
                .orElseGet(() -> keyless(type, value));
    }

    private TypeSpec.Builder keyless(TypeSpec.Builder type, CType value) {
        TypeName codec = ParameterizedTypeName.get(RuntimeClasses.CODEC, map.record());
        type.superclass(ParameterizedTypeName.get(base(), map.record()))
                .addField(codec(codec, Modifier.PRIVATE).build())
                .addMethod(CommonMemberFactory.constructor(CodeBlock.of("super(binding, CODEC)"), visibility));
        if (map.map().kind() == MapKind.RINGBUF) {
            type.addMethod(passAllEvents());
        }
        if (map.hasView()) {
            type.addType(EntryViewWriter.ofEntries(map));
        }
        return type.addType(CommonMemberFactory.ownedHandle(map.accessor(), visibility))
                .addType(CodecWriter.ofKeyless(map, value));
    }

    private MethodSpec passAllEvents() {
        return passAll(TypeName.VOID)
                .addParameter(RuntimeClasses.api("TakenEvents"), "events")
                .addParameter(action())
                .addStatement("$T from = events.bytes()", ByteBuffer.class)
                .beginControlFlow("while (events.take())")
                .beginControlFlow("for (int at = events.first(); at >= 0; at = events.next(at))")
                .addStatement("action.accept($L)", CodecWriter.construct(map.record(), map.components(), ""))
                .endControlFlow()
                .endControlFlow()
                .build();
    }

    private MethodSpec passAllEntries(TypeName key, CType value) {
        MethodSpec.Builder method = passAll(TypeName.INT)
                .addParameter(MappedByteBuffer.class, "from")
                .addParameter(TypeName.INT, "keyAt")
                .addParameter(TypeName.INT, "valueAt")
                .addParameter(TypeName.INT, "count")
                .addParameter(action())
                .beginControlFlow("for (int i = 0; i < count; i++)")
                .addStatement("$T entry", map.record())
                .beginControlFlow("try")
                .addStatement(
                        "int at = keyAt + i * $L", map.keyConversion().type().size())
                .addCode(CodecWriter.returnAtPadding(map))
                .addStatement("$T key = $L", key, CodecWriter.readKey(map));
        if (!map.isSet()) {
            method.addStatement("at = valueAt + i * $L", value.size());
        }
        return method.addStatement("entry = $L", CodecWriter.construct(map.record(), map.components(), map.key()))
                .nextControlFlow("catch ($T e)", RuntimeException.class)
                .addStatement("return i")
                .endControlFlow()
                .addStatement("action.accept(entry)")
                .endControlFlow()
                .addStatement("return count")
                .build();
    }

    /** A loop over entries. A call of the codec would create the record: its method is often too long for HotSpot to inline. */
    private static MethodSpec.Builder passAll(TypeName result) {
        return CommonMemberFactory.method("passAll", result, Modifier.PROTECTED).addAnnotation(Override.class);
    }

    private ParameterSpec action() {
        TypeName type =
                ParameterizedTypeName.get(ClassName.get(Consumer.class), WildcardTypeName.supertypeOf(map.record()));
        return ParameterSpec.builder(type, "action").build();
    }

    private TypeSpec.Builder keyed(TypeSpec.Builder type, TypeName key, CType value) {
        TypeName codec = ParameterizedTypeName.get(RuntimeClasses.ENTRY_CODEC, key.box(), map.record());
        CodeBlock construct =
                CodeBlock.of(isPerCpu() ? "super(binding, binding.perCpu(CODEC))" : "super(binding, CODEC)");
        type.superclass(ParameterizedTypeName.get(base(), key.box(), holdsDescriptors() ? map.record() : map.entry()))
                .addField(codec(codec, visibility)
                        .addJavadoc("Codec of the entries, for generated classes.\n")
                        .build())
                .addMethod(CommonMemberFactory.constructor(construct, visibility));
        if (!isPerCpu() && !holdsDescriptors()) {
            type.addMethod(CommonMemberFactory.constant("codec", codec, CodeBlock.of("CODEC")));
            if (CodecWriter.comparesOnlyPadding(map)) {
                type.addMethod(passAllEntries(key, value));
            }
        }
        new OneKeyMethodWriter(map, key).addTo(type);
        type.addType(CommonMemberFactory.ownedHandle(map.accessor(), visibility));
        ArrayViewWriter.addTo(type, map);
        if (map.hasView()) {
            type.addType(EntryViewWriter.ofEntries(map));
        }
        return type.addType(CodecWriter.ofKeyed(map, value));
    }

    private ClassName base() {
        boolean holdsOnlyDescriptors = holdsDescriptors() && !map.map().isPerfStream();
        MapStructure structure = holdsOnlyDescriptors
                ? MapStructure.DESCRIPTORS
                : map.map().kind().structure();
        return RuntimeClasses.api(structure.accessor());
    }

    private boolean holdsDescriptors() {
        return map.map().kind().descriptorSize() > 0;
    }

    /** Whether an entry consists of one record per CPU. */
    private boolean isPerCpu() {
        return map.map().kind().isPerCpu();
    }

    private static FieldSpec.Builder codec(TypeName type, Modifier... visibility) {
        return FieldSpec.builder(type, "CODEC", visibility)
                .addModifiers(Modifier.STATIC, Modifier.FINAL)
                .initializer("new $L()", CodecWriter.ENTRIES);
    }
}
