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
import com.palantir.javapoet.WildcardTypeName;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapKind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import javax.lang.model.element.Modifier;

/** Writes the accessor of an outer map. */
final class OuterMapWriter {
    private final List<OuterMapModel> family;
    private final OuterMapModel map;
    private final ClassName holder;
    private final SizesWriter sizes;
    private final Modifier[] exposure;
    private final TypeName key;
    private final ClassName inner;
    private final ClassName owned;
    private final NameAllocator parameters = new NameAllocator();
    private final String keyName;

    /**
     * A writer of one accessor.
     *
     * @param family the outer maps of one record; they differ in names and sizes alone
     * @param sizes what the object leaves to the load
     */
    OuterMapWriter(List<OuterMapModel> family, ClassName holder, SizesWriter sizes, Modifier... exposure) {
        this.family = family;
        this.map = family.get(0);
        this.holder = holder;
        this.sizes = sizes;
        this.exposure = exposure;
        this.key = map.key().javaType();
        this.inner = map.inner().accessor();
        this.owned = OwnedHandleWriter.nameOf(inner);
        this.keyName = parameters.newName(map.component().orElseGet(map::variable));
    }

    TypeSpec.Builder write() {
        TypeSpec.Builder type = TypeSpec.classBuilder(map.accessor())
                .addJavadoc(javadoc())
                .superclass(ParameterizedTypeName.get(superclass(), key.box(), inner, owned))
                .addField(key())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(exposure)
                        .addParameter(RuntimeClasses.MAP_HANDLE, "handle")
                        .addStatement("super(handle, KEY, $T::new, $T::new)", inner, owned)
                        .build())
                .addMethods(OpenMethodsWriter.ofOuter(family, holder, sizes))
                .addType(OwnedHandleWriter.write(map.accessor(), exposure));
        if (family.size() > 1) {
            type.addField(names());
        }
        if (key.isPrimitive()) {
            addPrimitive(type);
        }
        if (map.inner().keyed().isPresent() && map.inner().map().kind().descriptorSize() == 0) {
            type.addMethod(fusedGet());
        }
        if (map.inner().map().kind() == MapKind.RINGBUF) {
            type.addMethod(consume());
        }
        if (map.inner().map().isPerfStream()) {
            type.addMethod(consumePerfEvents());
        }
        return type;
    }

    private ClassName superclass() {
        return RuntimeClasses.api(map.requests().isPresent() ? "OnDemandAccessor" : "OuterAccessor");
    }

    private CodeBlock javadoc() {
        return family.size() == 1
                ? CodeBlock.of(
                        "The live outer map {@code $L} of {@link $T}: inner maps of {@link $T} entries.\n",
                        map.map().name(),
                        map.record(),
                        map.inner().record())
                : CodeBlock.of(
                        "A live outer map of {@link $T}, which is any of {@link #MAPS}: inner maps of {@link $T} entries.\n",
                        map.record(),
                        map.inner().record());
    }

    /** {@code MAPS}: what the maps of a family are called. */
    private FieldSpec names() {
        List<CodeBlock> names =
                family.stream().map(one -> CodeBlock.of("$S", one.map().name())).toList();
        return FieldSpec.builder(
                        ParameterizedTypeName.get(List.class, String.class),
                        OpenMethodsWriter.MAPS,
                        Modifier.PUBLIC,
                        Modifier.STATIC,
                        Modifier.FINAL)
                .addJavadoc("The names of the maps, in order of declaration.\n")
                .initializer("$T.of($Z$L)", List.class, CodeBlock.join(names, ",$W"))
                .build();
    }

    private FieldSpec key() {
        TypeName type = ParameterizedTypeName.get(RuntimeClasses.CODEC, key.box());
        return FieldSpec.builder(type, "KEY", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer(map.key().codec(keyInMessages()))
                .build();
    }

    private void addPrimitive(TypeSpec.Builder type) {
        TypeName fill = ParameterizedTypeName.get(ClassName.get(Consumer.class), WildcardTypeName.supertypeOf(inner));
        type.addMethod(overload("get", JavaTypes.nullable(inner)).build());
        type.addMethod(overload("contains", TypeName.BOOLEAN).build());
        type.addMethod(overload("getOrCreate", inner).build());
        type.addMethod(overload("create", inner).build());
        type.addMethod(overload("create", inner, fill, "fill").build());
        type.addMethod(overload("put", TypeName.VOID, owned, "map").build());
        type.addMethod(overload("swap", JavaTypes.nullable(owned), owned, "map").build());
        type.addMethod(overload("share", TypeName.VOID, inner, "map").build());
        for (String drain : List.of("rotate", "take")) {
            type.addMethod(overload(drain, JavaTypes.nullable(owned)).build());
            type.addMethod(overload(drain, JavaTypes.nullable(owned), RuntimeClasses.api("Exactness"), "exactness")
                    .build());
        }
        type.addMethod(overload("remove", TypeName.BOOLEAN).build());
        if (map.requests().isPresent()) {
            type.addMethod(overload("request", TypeName.BOOLEAN).build());
        }
    }

    private MethodSpec.Builder overload(String name, TypeName result) {
        MethodSpec.Builder method = MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc("{@link #$L($T)} without a box.\n", name, key.box())
                .returns(result)
                .addParameter(key, keyName);
        return method.addStatement("return $L(($T) $L)", name, key.box(), keyName);
    }

    private MethodSpec.Builder overload(String name, TypeName result, TypeName argumentType, String wanted) {
        String argument = parameter(wanted);
        MethodSpec.Builder method = MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc("{@link #$L($T, $T)} without a box.\n", name, key.box(), JavaTypes.erasure(argumentType))
                .returns(result)
                .addParameter(key, keyName)
                .addParameter(argumentType, argument);
        String format = result.equals(TypeName.VOID) ? "$L(($T) $L, $L)" : "return $L(($T) $L, $L)";
        return method.addStatement(format, name, key.box(), keyName, argument);
    }

    /** {@code get(key, innerKey)}: both levels in one call. */
    private MethodSpec fusedGet() {
        EntryMapModel entries = map.inner();
        String innerKey = parameter(entries.key());
        CodeBlock codec = CodeBlock.of(entries.map().kind().isPerCpu() ? "perCpu($T.CODEC)" : "$T.CODEC", inner);
        return MethodSpec.methodBuilder("get")
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc("The entry of the inner map at a key; null when there is no such map or entry.\n")
                .returns(JavaTypes.nullable(entries.entry()))
                .addParameter(key, keyName)
                .addParameter(entries.keyConversion().javaType(), innerKey)
                .addStatement("return getInner($L, $L, $L)", keyName, innerKey, codec)
                .build();
    }

    private MethodSpec consume() {
        return consume(
                        "Takes every event out of the inner ring buffers and shows it with the key of its map, oldest first"
                                + " of each. Waits\nfor the first one, as long as the timeout at most.\n\n"
                                + "@return how many there were\n")
                .addStatement("return consumeInners(this, timeout, action)")
                .build();
    }

    private MethodSpec consumePerfEvents() {
        return consume(
                        "Takes the events out that are in the buffers of the inner maps and shows each with the key of its map,"
                                + " oldest first\nof each CPU, and how many events of a map were lost, when some were. Waits for the first,"
                                + " as long as the timeout at\nmost. Opens the inner maps that are not open yet.\n\n"
                                + "@return how many events there were\n")
                .addParameter(ParameterizedTypeName.get(ClassName.get(ObjLongConsumer.class), supertypeOfKey()), "lost")
                .addStatement("return consumeInnerEvents(this, timeout, action, lost)")
                .build();
    }

    private MethodSpec.Builder consume(String javadoc) {
        return MethodSpec.methodBuilder("consume")
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc(javadoc)
                .returns(TypeName.LONG)
                .addParameter(Duration.class, "timeout")
                .addParameter(
                        ParameterizedTypeName.get(
                                ClassName.get(BiConsumer.class),
                                supertypeOfKey(),
                                WildcardTypeName.supertypeOf(map.inner().record())),
                        "action")
                .addException(InterruptedException.class);
    }

    private WildcardTypeName supertypeOfKey() {
        return WildcardTypeName.supertypeOf(key.box());
    }

    private String keyInMessages() {
        return map.record().simpleName()
                + map.component().map(name -> "." + name).orElse("");
    }

    /** A name for a second parameter, other than the key's. */
    private String parameter(String wanted) {
        return parameters
                .clone()
                .newName(
                        wanted.equals(keyName)
                                ? "inner" + wanted.substring(0, 1).toUpperCase(Locale.ROOT) + wanted.substring(1)
                                : wanted);
    }
}
