/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.binding.MapBinding;
import dev.nestmap.processor.binding.ObjectBinding;
import dev.nestmap.processor.binding.Spi;
import dev.nestmap.schema.MapKind;
import java.util.List;
import javax.lang.model.element.Modifier;

/** How large maps are whose records leave that to load time: a class that the object can't be loaded without. */
record Sizes(ClassName type, List<MapBinding> open) {
    private static final String NAME = "Sizes";

    /** Of arrays of perf events the runtime knows the size. */
    static Sizes of(ObjectBinding object) {
        return new Sizes(
                object.generated().nestedClass(NAME),
                object.maps().stream()
                        .filter(map -> map.map().isSizedAtLoad())
                        .filter(map -> map.map().kind() != MapKind.PERF_EVENT_ARRAY)
                        .toList());
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
                .addField(Spi.OBJECT_SPEC, "spec", Modifier.PRIVATE, Modifier.FINAL)
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PUBLIC)
                        .addJavadoc("None is said yet.\n")
                        .addStatement("this(SPEC)")
                        .build())
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameter(Spi.OBJECT_SPEC, "spec")
                        .addStatement("this.spec = spec")
                        .build());
        open.forEach(map -> sizes.addMethod(size(map)));
        skeleton.addType(sizes.build());
    }

    private MethodSpec size(MapBinding map) {
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

    /** A way to load the object, which takes the sizes. */
    MethodSpec.Builder factory(MethodSpec.Builder method) {
        return open.isEmpty() ? method : method.addParameter(type, "sizes");
    }

    /** What says how to load the object. */
    CodeBlock spec() {
        return CodeBlock.of(open.isEmpty() ? "SPEC" : "sizes.spec");
    }
}
