/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/** How large maps are whose records leave that to load time: a class that the object can't be loaded without. */
record SizesWriter(ClassName type, List<MapModel> open) {
    private static final String NAME = "Sizes";
    private static final String PARAMETER = "sizes";

    static SizesWriter of(ObjectModel object) {
        return new SizesWriter(object.generated().nestedClass(NAME), object.sizedAtLoad());
    }

    /** Of these what a map with entries leaves open. */
    SizesWriter of(EntryMapModel entries) {
        return of(Set.of(entries.map().name()));
    }

    /** Of these what outer maps and their inner maps leave open. */
    SizesWriter of(List<OuterMapModel> outers) {
        Set<String> names = outers.stream()
                .map(MapModel::map)
                .flatMap(outer -> Stream.of(outer.name(), outer.inner()))
                .collect(Collectors.toSet());
        return of(names);
    }

    private SizesWriter of(Set<String> names) {
        return new SizesWriter(
                type,
                open.stream().filter(map -> names.contains(map.map().name())).toList());
    }

    /** Whether there is anything to say. */
    boolean isAsked() {
        return !open.isEmpty();
    }

    /** Adds the class, where a map is left open. */
    void declareIn(TypeSpec.Builder skeleton) {
        if (open.isEmpty()) {
            return;
        }
        TypeSpec.Builder sizes = TypeSpec.classBuilder(NAME)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc(
                        "How many entries the maps have at most whose records leave that to load time. Each has to be said.\n")
                .addField(RuntimeClasses.OBJECT_SPEC, "spec", Modifier.PRIVATE, Modifier.FINAL)
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PUBLIC)
                        .addJavadoc("None is said yet.\n")
                        .addStatement("this(SPEC)")
                        .build())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameter(RuntimeClasses.OBJECT_SPEC, "spec")
                        .addStatement("this.spec = spec")
                        .build());
        open.forEach(map -> sizes.addMethod(size(map)));
        skeleton.addType(sizes.build());
    }

    private MethodSpec size(MapModel map) {
        return MethodSpec.methodBuilder(map.member())
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc(
                        "The same with {@code max_entries} of {@code $L}.\n",
                        map.map().name())
                .addParameter(TypeName.LONG, "maxEntries")
                .returns(type)
                .addStatement(
                        "return new $T(spec.sized($S, maxEntries))",
                        type,
                        map.map().name())
                .build();
    }

    /** The same with the sizes as a further parameter, where there are any. */
    MethodSpec.Builder withSizes(MethodSpec.Builder factory) {
        return open.isEmpty() ? factory : factory.addParameter(type, PARAMETER);
    }

    /** The argument that an overload passes on; none where there are no sizes. */
    List<CodeBlock> passedOn() {
        return open.isEmpty() ? List.of() : List.of(CodeBlock.of(PARAMETER));
    }

    /**
     * What says how to load the object.
     *
     * @param asDeclared the same without sizes
     */
    CodeBlock spec(CodeBlock asDeclared) {
        return open.isEmpty() ? asDeclared : CodeBlock.of("$L.spec", PARAMETER);
    }
}
