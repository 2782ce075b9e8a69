/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * Writes the class {@code Sizes}: the sizes that records leave to load time. Callers of {@code load} must pass it if an object has such
 * maps, unless the object is an existing one.
 *
 * @param type the class
 * @param maps the maps whose sizes callers set
 */
record SizesWriter(ClassName type, List<MapModel> maps) {
    private static final String NAME = "Sizes";
    static final String PARAMETER = "sizes";

    static SizesWriter of(ObjectModel object) {
        return new SizesWriter(object.generated().nestedClass(NAME), object.sizedAtLoad());
    }

    /** Only the sizes of this map and its inner maps. Those of inner maps belong to their outer maps. */
    SizesWriter of(MapModel map) {
        Set<String> names = map.map().role() == MapRole.INNER
                ? Set.of()
                : Stream.of(map.map().name(), map.map().definition())
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet());
        return new SizesWriter(
                type,
                maps.stream()
                        .filter(sized -> names.contains(sized.map().name()))
                        .toList());
    }

    /** Whether callers set any size. */
    boolean hasSizes() {
        return !maps.isEmpty();
    }

    /** Adds the class, if callers set any size. */
    void declareIn(TypeSpec.Builder objectClass) {
        if (maps.isEmpty()) {
            return;
        }
        TypeSpec.Builder sizes = TypeSpec.classBuilder(NAME)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("The values of {@code max_entries} that the records leave to load time.\n")
                .addField(RuntimeClasses.OBJECT_SPEC, "spec", Modifier.PRIVATE, Modifier.FINAL)
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PUBLIC)
                        .addJavadoc("Creates an instance in which no size is set.\n")
                        .addStatement("this(SPEC)")
                        .build())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameter(RuntimeClasses.OBJECT_SPEC, "spec")
                        .addStatement("this.spec = spec")
                        .build());
        maps.forEach(map -> sizes.addMethod(size(map)));
        objectClass.addType(sizes.build());
    }

    private MethodSpec size(MapModel map) {
        return CommonMemberFactory.method(map.member(), type, Modifier.PUBLIC)
                .addJavadoc(
                        "Returns a copy with a value for {@code max_entries} of {@code $L}.\n\n@param maxEntries $L\n",
                        map.map().name(),
                        unit(map))
                .addParameter(TypeName.LONG, "maxEntries")
                .addStatement(
                        "return new $T(spec.sized($S, maxEntries))",
                        type,
                        map.map().name())
                .build();
    }

    private static String unit(MapModel map) {
        MapKind kind = map.map().kind();
        if (kind.isRing()) {
            return "size of the buffer in bytes";
        }
        return kind.hasEntries() ? "largest number of entries in the map" : "size of the memory in pages";
    }

    /** Adds the parameter {@code sizes}, if callers set any size. */
    MethodSpec.Builder withSizes(MethodSpec.Builder factory) {
        return maps.isEmpty() ? factory : factory.addParameter(type, PARAMETER);
    }

    /** An expression of the object's spec with these sizes. */
    CodeBlock spec() {
        return maps.isEmpty() ? CodeBlock.of(MapConstantWriter.SPEC) : CodeBlock.of("$L.spec", PARAMETER);
    }
}
