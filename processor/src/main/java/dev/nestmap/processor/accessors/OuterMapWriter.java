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
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.lang.model.element.Modifier;

/** Writes the accessor of the outer maps that are declared on one record. */
final class OuterMapWriter {
    private static final ClassName MAP_ACCESSOR = RuntimeClasses.api("MapAccessor");
    private static final ClassName NESTED_KEY = RuntimeClasses.api("NestedKey");
    private static final ClassName OUTER_ACCESSOR = RuntimeClasses.api("OuterAccessor");
    private static final ClassName EXACTNESS = RuntimeClasses.api("Exactness");

    private final List<OuterMapModel> family;
    private final OuterMapModel map;
    private final ClassName holder;
    private final SizesWriter sizes;
    private final Modifier[] visibility;
    private final TypeName key;
    private final ClassName inner;
    private final ClassName owned;
    private final NameAllocator parameters = new NameAllocator();
    private final String keyName;

    /**
     * A writer of one accessor.
     *
     * @param family the outer maps of one record; only their names and sizes differ
     * @param holder the class that has {@code SPEC}
     * @param sizes the sizes that the object leaves to load time
     */
    OuterMapWriter(List<OuterMapModel> family, ClassName holder, SizesWriter sizes, Modifier... visibility) {
        this.family = family;
        this.map = family.get(0);
        this.holder = holder;
        this.sizes = sizes;
        this.visibility = visibility;
        this.key = map.key().javaType();
        this.inner = map.inner().accessor();
        this.owned = OwnedHandleWriter.nameOf(inner);
        this.keyName = parameters.newName(map.component().orElseGet(map::variable));
    }

    TypeSpec.Builder write() {
        TypeSpec.Builder type = TypeSpec.classBuilder(map.accessor())
                .addJavadoc(javadoc())
                .superclass(ParameterizedTypeName.get(superclass(), key.box(), inner, owned))
                .addFields(CodecMembers.key(
                        ParameterizedTypeName.get(RuntimeClasses.CODEC, key.box()), map.key(), keyInMessages()))
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(visibility)
                        .addParameter(RuntimeClasses.MAP_HANDLE, "handle")
                        .addStatement("super(handle, KEY, $T::new, $T::new)", inner, owned)
                        .build())
                .addMethods(OpenMethodsWriter.ofOuter(family, holder, sizes))
                .addType(OwnedHandleWriter.write(map.accessor(), visibility));
        if (family.size() > 1) {
            type.addField(names());
        }
        if (key.isPrimitive()) {
            addOverloads(type, new PrimitiveOverloads(key, keyName));
        }
        if (map.inner().keyComponent().isPresent() && map.inner().map().kind().descriptorSize() == 0) {
            type.addMethod(getEntry()).addMethod(getAllEntries()).addMethod(forEachEntry());
        }
        InnerStreamWriter.addTo(type, map);
        return type;
    }

    private ClassName superclass() {
        return RuntimeClasses.api(map.requests().isPresent() ? "OnDemandAccessor" : "OuterAccessor");
    }

    private CodeBlock javadoc() {
        return family.size() == 1
                ? CodeBlock.of(
                        "Accessor of the outer map {@code $L}, which {@link $T} declares. Its inner maps have {@link $T} entries.\n",
                        map.map().name(),
                        map.record(),
                        map.inner().record())
                : CodeBlock.of(
                        "Accessor of an outer map that {@link $T} declares, one of {@link #$L}. Its inner maps have {@link $T}"
                                + " entries.\n",
                        map.record(),
                        OpenMethodsWriter.MAPS,
                        map.inner().record());
    }

    /** {@code MAPS}: the names of several maps. */
    private FieldSpec names() {
        List<CodeBlock> names =
                family.stream().map(one -> CodeBlock.of("$S", one.map().name())).toList();
        return FieldSpec.builder(
                        ParameterizedTypeName.get(List.class, String.class),
                        OpenMethodsWriter.MAPS,
                        Modifier.PUBLIC,
                        Modifier.STATIC,
                        Modifier.FINAL)
                .addJavadoc("The names of the outer maps, in the order of their declarations.\n")
                .initializer("$T.of($Z$L)", List.class, CodeBlock.join(names, ",$W"))
                .build();
    }

    private void addOverloads(TypeSpec.Builder type, PrimitiveOverloads overloads) {
        TypeName fill = ParameterizedTypeName.get(ClassName.get(Consumer.class), WildcardTypeName.supertypeOf(inner));
        TypeName maybeOwned = JavaTypes.nullable(owned);
        String mapName = parameter("map");
        type.addMethod(overloads.of("get", JavaTypes.nullable(inner)))
                .addMethod(overloads.of("contains", TypeName.BOOLEAN))
                .addMethod(overloads.of("getOrCreate", inner))
                .addMethod(overloads.of("create", inner))
                .addMethod(overloads.of("create", inner, fill, parameter("fill")))
                .addMethod(overloads.of("put", TypeName.VOID, owned, MAP_ACCESSOR, mapName))
                .addMethod(overloads.of("swap", maybeOwned, owned, MAP_ACCESSOR, mapName))
                .addMethod(overloads.of("share", TypeName.VOID, inner, MAP_ACCESSOR, mapName));
        for (String method : List.of("rotate", "take")) {
            type.addMethod(overloads.of(method, maybeOwned))
                    .addMethod(overloads.of(method, maybeOwned, EXACTNESS, parameter("exactness")));
        }
        type.addMethod(overloads.of("remove", TypeName.BOOLEAN));
        if (map.requests().isPresent()) {
            type.addMethod(overloads.of("request", TypeName.BOOLEAN));
        }
    }

    /** {@code get(key, innerKey)}: finds the inner map and its entry in one call. */
    private MethodSpec getEntry() {
        EntryMapModel entries = map.inner();
        String innerKey = parameter(entries.key());
        return MethodSpec.methodBuilder("get")
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc("Returns one entry of one inner map, or null if there is no such inner map or entry.\n\n")
                .addJavadoc("@param $L key of the inner map\n", keyName)
                .addJavadoc("@param $L key of the entry\n", innerKey)
                .returns(JavaTypes.nullable(entries.entry()))
                .addParameter(key, keyName)
                .addParameter(entries.keyConversion().javaType(), innerKey)
                .addStatement("return getInner($L, $L, $L)", keyName, innerKey, innerCodec())
                .build();
    }

    /** {@code getAll(keys)}: finds entries of several inner maps. */
    private MethodSpec getAllEntries() {
        EntryMapModel entries = map.inner();
        TypeName nestedKey = ParameterizedTypeName.get(
                NESTED_KEY, key.box(), entries.keyConversion().javaType().box());
        return MethodSpec.methodBuilder("getAll")
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc(
                        "Returns entries of several inner maps, in the order of the keys. Keys without an entry are left out.\n\n")
                .addJavadoc("@param keys keys of inner maps and of entries in them\n")
                .returns(ParameterizedTypeName.get(
                        ClassName.get(Map.class), nestedKey, entries.entry().box()))
                .addParameter(ParameterizedTypeName.get(ClassName.get(Collection.class), nestedKey), "keys")
                .addStatement("return getAllInner(keys, $L)", innerCodec())
                .build();
    }

    /** {@code forEachEntry(action)}: reads all entries of all inner maps. */
    private MethodSpec forEachEntry() {
        return MethodSpec.methodBuilder("forEachEntry")
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc(
                        "Passes every entry of every inner map to an action. While entries of an inner map are removed, its other entries"
                                + " may be\npassed twice or not at all: see {@link $T#forEachInner}.\n\n",
                        OUTER_ACCESSOR)
                .addJavadoc("@param action receives the key of each inner map and each entry\n")
                .addParameter(
                        ParameterizedTypeName.get(
                                ClassName.get(BiConsumer.class),
                                WildcardTypeName.supertypeOf(key.box()),
                                WildcardTypeName.supertypeOf(map.inner().entry().box())),
                        "action")
                .addStatement("forEachInner($L, action)", innerCodec())
                .build();
    }

    private CodeBlock innerCodec() {
        return CodeBlock.of(map.inner().map().kind().isPerCpu() ? "perCpu($T.CODEC)" : "$T.CODEC", inner);
    }

    private String keyInMessages() {
        return map.record().simpleName()
                + map.component().map(name -> "." + name).orElse("");
    }

    /** A name for a second parameter, different from the key's. */
    private String parameter(String wanted) {
        return parameters
                .clone()
                .newName(
                        wanted.equals(keyName)
                                ? "inner" + wanted.substring(0, 1).toUpperCase(Locale.ROOT) + wanted.substring(1)
                                : wanted);
    }
}
