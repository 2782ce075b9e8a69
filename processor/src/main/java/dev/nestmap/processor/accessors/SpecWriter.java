/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.TypeName;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.GeneratedCode;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes the constant {@code SPEC}, which the generated code uses to load, bind and create maps. */
final class SpecWriter {
    static final String SPEC = "SPEC";
    static final String VERSION = "INTERFACE_VERSION";

    private SpecWriter() {}

    /** {@code SPEC}, after the constants that it needs. */
    static List<FieldSpec> fields(ClassName generated, ObjectModel object) {
        FieldSpec version = constant(TypeName.INT, VERSION)
                .addJavadoc("Version of the interface between this class and the runtime.\n")
                .initializer("$L", GeneratedCode.INTERFACE_VERSION)
                .build();
        CodeBlock.Builder spec = CodeBlock.builder()
                .add("$T.of($T.class, $S, $L)", RuntimeClasses.OBJECT_SPEC, generated, object.header(), VERSION);
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
        return List.of(
                version,
                constant(RuntimeClasses.OBJECT_SPEC, SPEC)
                        .addJavadoc("The name of the object, and what its records declare for the load.\n")
                        .initializer(spec.build())
                        .build());
    }

    private static FieldSpec.Builder constant(TypeName type, String name) {
        return FieldSpec.builder(type, name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL);
    }
}
