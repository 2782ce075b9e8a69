/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.WildcardTypeName;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Writes the accessor of the outer maps that are declared on one record. */
final class OuterMapWriter {
    private static final ClassName MAP_ACCESSOR = RuntimeClasses.api("MapAccessor");
    private static final ClassName EXACTNESS = RuntimeClasses.api("Exactness");

    private final List<OuterMapModel> family;
    private final OuterMapModel map;
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
     */
    OuterMapWriter(List<OuterMapModel> family, Modifier... visibility) {
        this.family = family;
        this.map = family.get(0);
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
                        .addParameter(RuntimeClasses.MAP_BINDING, "binding")
                        .addStatement("super(binding, KEY, $T::new, $T::new)", inner, owned)
                        .build())
                .addType(OwnedHandleWriter.write(map.accessor(), visibility));
        if (key.isPrimitive()) {
            addOverloads(type, new PrimitiveOverloads(key, keyName));
        }
        InnerEntryMethods.addTo(type, map, keyInMessages(), parameters, keyName);
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
                        "Accessor of an outer map that {@link $T} declares, one of {@code $L}. Its inner maps have {@link $T}"
                                + " entries.\n",
                        map.record(),
                        family.stream().map(one -> one.map().name()).collect(Collectors.joining(", ")),
                        map.inner().record());
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

    private String keyInMessages() {
        return map.record().simpleName()
                + map.component().map(name -> "." + name).orElse("");
    }

    private String parameter(String wanted) {
        return parameter(parameters.clone(), keyName, wanted);
    }

    /** Allocates a name for a second parameter, different from the key's. */
    static String parameter(NameAllocator names, String keyName, String wanted) {
        return names.newName(
                wanted.equals(keyName)
                        ? "inner" + wanted.substring(0, 1).toUpperCase(Locale.ROOT) + wanted.substring(1)
                        : wanted);
    }
}
