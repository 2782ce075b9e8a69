/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.GeneratedCodeInterface;
import javax.lang.model.element.Modifier;

/**
 * Writes a constant for each map, such as {@code TENANT_MAP}. It finds the map in an object, opens it by its pin or id, or
 * creates a new map.
 */
final class MapConstantWriter {
    static final String SPEC = "SPEC";

    private final TypeSpec.Builder type;
    private final ObjectModel object;
    private final SizesWriter sizes;

    /**
     * Adds the constant {@code SPEC} to a class.
     *
     * @param name the name of the class
     */
    MapConstantWriter(TypeSpec.Builder type, ClassName name, ObjectModel object, SizesWriter sizes) {
        this.type = type;
        this.object = object;
        this.sizes = sizes;
        type.addField(spec(name));
    }

    /** The constant {@code SPEC}, which the generated code uses to load, bind and create maps. */
    private FieldSpec spec(ClassName generated) {
        CodeBlock.Builder spec = CodeBlock.builder()
                .add(
                        "spec($T.class, $S, /* interface */ $L)",
                        generated,
                        object.schema().header(),
                        GeneratedCodeInterface.INTERFACE_VERSION);
        object.maps()
                .forEach(map -> map.pin()
                        .ifPresent(pin -> spec.add(
                                "$Z.pinned($S, $S, /* pinInners */ $L)",
                                map.map().name(),
                                pin.path(),
                                pin.inners())));
        if (!object.isForeign()) {
            object.globalsAtLoad()
                    .forEach(global ->
                            spec.add("$Z.requiring($S)", global.global().name()));
        }
        return FieldSpec.builder(RuntimeClasses.OBJECT_SPEC, SPEC, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("The name of the object, and what its records declare for the load.\n")
                .initializer(spec.build())
                .build();
    }

    /** Adds the constant of a map, and returns its name. If callers set sizes of the map, a method returns a declaration with them. */
    String add(MapModel map) {
        String name = memberOf(map) + "Map";
        String constant = CommonMemberFactory.constant(name, type);
        boolean isOuter = map instanceof OuterMapModel;
        SizesWriter ofMap = sizes.of(map);
        ParameterizedTypeName declared = declared(map, isOuter);
        String what = isOuter ? "outer map" : "map";
        type.addField(FieldSpec.builder(declared, constant, Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc(
                        "The $L {@code $L}, before it is opened.\n",
                        what,
                        map.map().name())
                .initializer(declaration(declared, CodeBlock.of("SPEC"), map))
                .build());
        if (ofMap.hasSizes()) {
            type.addMethod(ofMap.withSizes(CommonMemberFactory.method(name, declared, Modifier.PUBLIC, Modifier.STATIC)
                            .addJavadoc(
                                    "Returns the $L {@code $L} with sizes, before it is opened$L.\n",
                                    what,
                                    map.map().name(),
                                    isOuter ? " or created" : ""))
                    .addStatement("return $L", declaration(declared, ofMap.spec(), map))
                    .build());
        }
        return constant;
    }

    /** The outer maps that are declared on one record share an accessor, so each has the name of its method. */
    private String memberOf(MapModel map) {
        return object.family(map).size() > 1 ? map.member() : map.variable();
    }

    private static ParameterizedTypeName declared(MapModel map, boolean isOuter) {
        return RuntimeClasses.api(
                isOuter ? "DeclaredMap.Outer" : "DeclaredMap",
                map.accessor(),
                CommonMemberFactory.owned(map.accessor()));
    }

    private static CodeBlock declaration(ParameterizedTypeName declared, CodeBlock spec, MapModel map) {
        return CodeBlock.of(
                "new $T<>($Z$L,$W$S,$W$T::new,$W$T::new)",
                declared.rawType(),
                spec,
                map.map().name(),
                map.accessor(),
                CommonMemberFactory.owned(map.accessor()));
    }
}
